// Who is calling. An access token proves itself; a key is only held against its checksum here, storage has the last word.
import type { Context, MiddlewareHandler } from 'hono'
import { invalidKey } from '#domain/api-keys/api-key.ts'
import { hashOfKey, isApiKey } from '#domain/api-keys/api-key-format.ts'
import { keyCredential } from '#domain/api-keys/key-credential.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import { createContext } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { BadRequest } from './bad-request.ts'
import { callerOf, clientAddress } from './throttle.ts'
import type { Hallway } from './tools.ts'

/** Reads the credential. What is wrong with it is each route's matter, so that every refusal is counted, and in the door's own words. */
export const identify: MiddlewareHandler<Hallway> = async (c, next) => {
  const [scheme, token] = c.req.header('Authorization')?.split(' ') ?? []
  const claims =
    scheme?.toLowerCase() === 'bearer' && token ? await c.env.accessTokens.verify(token) : undefined
  c.set('actor', claims ? { type: 'user', ...claims } : { type: 'anonymous' })
  c.set('caller', claims ? callerOf(claims) : `ip:${clientAddress(c.req.raw)}`)

  const key = c.req.header('X-API-Key')
  if (key !== undefined) {
    if (c.req.header('Authorization') !== undefined) c.set('misnamed', twice())
    else if (!isApiKey(key)) c.set('misnamed', invalidKey())
    else {
      const keyHash = hashOfKey(key)
      c.set('keyHash', keyHash)
      c.set('caller', `key:${keyHash.slice(0, 16)}`)
    }
  }
  await next()
}

function twice(): BadRequest {
  const message = 'Send either an access token or an API key, not both'
  return new BadRequest([{ field: 'X-API-Key', message }])
}

export interface Admittance {
  /** Who may come in without a key: everybody, signed-in users, or nobody. */
  without: 'public' | 'user' | 'key'
  /** What a key must be allowed for; absent where keys are not taken. */
  scope?: Scope | undefined
}

/** Lets past those whom a route is for. */
export function admitting({ without, scope }: Admittance): MiddlewareHandler<Hallway> {
  return async (c, next) => {
    const { actor, keyHash, misnamed } = c.var
    if (misnamed) throw misnamed
    if (keyHash !== undefined) {
      if (!scope) throw new DomainError('forbidden', 'key.not_allowed', 'API keys are not accepted here')
      const address = c.req.header('CF-Connecting-IP')?.trim() ?? ''
      c.set('credential', keyCredential({ keyHash, address, scope }, c.env.clock.now()))
      await next()
      await confirm(c)
      return
    }
    if (without !== 'public' && actor.type !== 'user') {
      throw c.req.header('Authorization')
        ? invalidToken()
        : new DomainError('unauthenticated', 'auth.required', 'Authentication is required')
    }
    if (without === 'key') {
      throw new DomainError('forbidden', 'key.required', 'This is for API keys only')
    }
    await next()
  }
}

export function invalidToken(): DomainError {
  return new DomainError('unauthenticated', 'auth.invalid_token', 'The access token is not valid')
}

/** A request refused before it came to its verb: its key must still be a good one to be told what was wrong. */
async function confirm(c: Context<Hallway>): Promise<void> {
  const { actor, credential, requestId } = c.var
  if (actor.type === 'key' || c.res.status === 401) return
  const ports = c.env.open({ writes: false, bookmark: c.req.header('X-D1-Bookmark') })
  const ctx = createContext(ports, { actor, credential, clock: c.env.clock, requestId })
  try {
    await ctx.db.read()
  } finally {
    c.set('actor', ctx.actor)
  }
}
