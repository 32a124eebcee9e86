// What a native caller brings: an access token, or an API key in a header of its own.
import { invalidKey } from '#domain/api-keys/api-key.ts'
import { hashOfKey, isApiKey, keyPrefix } from '#domain/api-keys/api-key-format.ts'
import { DomainError } from '#domain/errors.ts'
import type { Presentation } from '#http/identify.ts'

export const present: Presentation = async (c) => {
  const authorization = c.req.header('Authorization')
  const key = c.req.header('X-API-Key')
  const [scheme, token = ''] = authorization?.split(' ') ?? []
  const isBearer = scheme?.toLowerCase() === 'bearer'
  const claims = isBearer ? await c.env.accessTokens.verify(token) : undefined
  const presented = {
    caller: claims ? { type: 'user' as const, ...claims } : { type: 'anonymous' as const },
    hasToken: authorization !== undefined,
  }
  if (key !== undefined) {
    if (authorization !== undefined) return { ...presented, fault: twice() }
    return isApiKey(key) ? { ...presented, keyHash: hashOfKey(key) } : { ...presented, fault: invalidKey() }
  }
  return isBearer && token.startsWith(keyPrefix) ? { ...presented, fault: keyAsToken() } : presented
}

function twice(): DomainError {
  const message = 'Send either an access token or an API key, not both'
  return new DomainError('request.invalid', { message, errors: [{ field: 'X-API-Key', message }] })
}

function keyAsToken(): DomainError {
  const message = 'This is an API key and no access token: send it in the header X-API-Key'
  return new DomainError('auth.invalid_token', { message })
}
