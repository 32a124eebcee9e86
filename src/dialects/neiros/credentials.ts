// What a Neiros caller brings: an access token.
import { readToken } from '#domain/tokens/token.ts'
import type { Presentation } from '#http/identify.ts'
import { loginPath } from './rate-limits.ts'

export const present: Presentation = (c) => {
  const authorization = c.req.header('Authorization')
  const [scheme, text = ''] = authorization?.split(' ') ?? []
  // A client that signs in again may still send its old token.
  const signsIn = c.req.path === loginPath
  return {
    caller: { type: 'anonymous' },
    hasToken: authorization !== undefined,
    token: scheme?.toLowerCase() === 'bearer' && !signsIn ? readToken(text) : undefined,
  }
}
