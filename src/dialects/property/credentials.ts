// What a caller brings: an API key as a Bearer token, or a token that stands for one. Where such tokens are given out, the
// key comes in the body.
import { invalidToken } from '#domain/accounts/session.ts'
import { invalidKey } from '#domain/api-keys/api-key.ts'
import { hashOfKey, isApiKey, keyPrefix } from '#domain/api-keys/api-key-format.ts'
import { DomainError } from '#domain/errors.ts'
import { parseIfJson } from '#domain/json.ts'
import type { Presented } from '#http/hallway.ts'
import type { Presentation } from '#http/identify.ts'

export const tokenPath = '/v1/public/auth/token'

const nobody: Presented = { caller: { type: 'anonymous' }, hasToken: false }

export const present: Presentation = async (c) => {
  // The body comes first: many clients send the token they have also where they fetch a new one because it has run out.
  const isForToken = c.req.path === tokenPath && c.req.method === 'POST'
  const inBody = isForToken ? presentedIn(await bodyOf(c)) : undefined
  if (inBody) return inBody
  const authorization = c.req.header('Authorization')
  if (authorization === undefined) return nobody
  const [scheme, token = ''] = authorization.split(' ')
  const isBearer = scheme?.toLowerCase() === 'bearer'
  if (isBearer && token.startsWith(keyPrefix)) {
    return isApiKey(token)
      ? { ...nobody, hasToken: true, keyHash: hashOfKey(token) }
      : { ...nobody, hasToken: true, fault: invalidKey() }
  }
  const named = isBearer ? await c.env.keyTokens.verify(token) : undefined
  return named
    ? { ...nobody, hasToken: true, keyHash: named.keyHash }
    : { ...nobody, hasToken: true, fault: invalidToken() }
}

/** The secret of a body that asks for a token; undefined without one, which the route's schema refuses. */
function presentedIn(body: unknown): Presented | undefined {
  const secret: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'clientSecret') : undefined
  if (typeof secret !== 'string' || secret === '') return undefined
  return isApiKey(secret)
    ? { ...nobody, keyHash: hashOfKey(secret) }
    : { ...nobody, fault: new DomainError('auth.invalid_client') }
}

/** Undefined for what is too large or no JSON: the route reads it again, and says so. */
async function bodyOf(c: Parameters<Presentation>[0]): Promise<unknown> {
  return parseIfJson(await c.req.text().catch(() => ''))
}
