import { z } from '@hono/zod-openapi'
import type { KeyToken } from '#domain/api-keys/issue-key-token.ts'
import { scopes } from '#domain/api-keys/scope.ts'
import { ACCESS_TOKEN_SECONDS } from '#http/access-token.ts'
import type { Occasion } from '#http/endpoint.ts'
import { secret } from '#http/secret.ts'

export const newToken = z
  .strictObject({
    clientId: z.string().min(1).max(20),
    clientSecret: secret(z.string().min(1).max(256)),
    scope: z
      .union([z.string().max(2_000), z.array(z.string().max(100)).max(100)])
      .optional()
      .openapi({ description: 'Taken and not heeded: a token may what its key may' }),
  })
  .openapi('NewToken', {
    example: { clientId: '124862518445056', clientSecret: `na_live_${'x'.repeat(38)}` },
  })

export const tokenBody = z
  .object({
    token_type: z.literal('Bearer'),
    access_token: secret(z.string()),
    expires_in: z.int().openapi({ description: 'Seconds' }),
    scope: z.array(z.enum(scopes)),
    meta: z.object({ ruid: z.uuid() }),
  })
  .openapi('Token')

export function toTokenBody(
  { token, scopes: scope }: KeyToken,
  { requestId }: Occasion,
): z.infer<typeof tokenBody> {
  return {
    token_type: 'Bearer',
    access_token: token,
    expires_in: ACCESS_TOKEN_SECONDS,
    scope,
    meta: { ruid: requestId },
  }
}
