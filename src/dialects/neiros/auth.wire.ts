import { z } from '@hono/zod-openapi'
import type { IssuedToken } from '#domain/tokens/token.ts'
import { secret } from '#http/secret.ts'

export const credentials = z
  .strictObject({
    email: z.string().trim().max(254).pipe(z.email()),
    password: secret(z.string().min(1).max(1024)),
  })
  .openapi('Credentials', { example: { email: 'ivan@example.ru', password: 'correct horse battery staple' } })

export const loggedInBody = z
  .object({
    user: z.object({ name: z.string(), email: z.string(), id: z.int() }),
    token: secret(z.string().openapi({ description: 'Lasts until it is revoked' })),
  })
  .openapi('LoggedIn', {
    example: {
      user: { name: 'Иван Петров', email: 'ivan@example.ru', id: 124862518444032 },
      token: `124862518445568|${'x'.repeat(40)}`,
    },
  })

export function toLoggedInBody({ account, token }: IssuedToken): z.infer<typeof loggedInBody> {
  const { id, email, firstName, lastName } = account
  return { user: { name: `${firstName} ${lastName}`.trim(), email, id }, token }
}
