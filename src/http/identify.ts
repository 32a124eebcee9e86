// Who is calling. An access token proves itself; a key is only held against its checksum here, storage has the last word.
import type { Context, MiddlewareHandler } from 'hono'
import { invalidKey } from '#domain/api-keys/api-key.ts'
import { hashOfKey, isApiKey, keyPrefix } from '#domain/api-keys/api-key-format.ts'
import { keyCredential } from '#domain/api-keys/key-credential.ts'
import type { PresentedKey } from '#domain/api-keys/key-credential.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import { createContext } from '#domain/context.ts'
import type { Credential } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { BadRequest } from './bad-request.ts'
import type { KnownKey } from './known-keys.ts'
import type { Hallway } from './tools.ts'

/** Reads the credential. What is wrong with it is each route's matter, so that every refusal is counted, and in the door's own words. */
export const identify: MiddlewareHandler<Hallway> = async (c, next) => {
  const [scheme, token = ''] = c.req.header('Authorization')?.split(' ') ?? []
  const isBearer = scheme?.toLowerCase() === 'bearer'
  const claims = isBearer ? await c.env.accessTokens.verify(token) : undefined
  c.set('actor', claims ? { type: 'user', ...claims } : { type: 'anonymous' })
  if (isBearer && token.startsWith(keyPrefix)) c.set('misnamed', keyAsToken())

  const key = c.req.header('X-API-Key')
  if (key !== undefined) {
    if (c.req.header('Authorization') !== undefined) c.set('misnamed', twice())
    else if (!isApiKey(key)) c.set('misnamed', invalidKey())
    else {
      const keyHash = hashOfKey(key)
      c.set('keyHash', keyHash)
      c.set('knownKey', c.env.knownKeys.find(keyHash, c.env.clock.now()))
    }
  }
  await next()
}

function twice(): BadRequest {
  const message = 'Send either an access token or an API key, not both'
  return new BadRequest([{ field: 'X-API-Key', message }])
}

function keyAsToken(): DomainError {
  const message = 'This is an API key and no access token: send it in the header X-API-Key'
  return new DomainError('unauthenticated', 'auth.invalid_token', message)
}

export interface Admittance {
  /** Who may come in without a key: everybody, signed-in users, or nobody. */
  without: 'public' | 'user' | 'key'
  /** What a key must be allowed for. */
  scope?: Scope | undefined
  /** Whether the answer is not to be kept for a repetition. */
  isForOnce?: boolean | undefined
}

/** Lets past those whom a route is for. */
export function admitting({ without, scope, isForOnce }: Admittance): MiddlewareHandler<Hallway> {
  return async (c, next) => {
    const { actor, keyHash, misnamed } = c.var
    if (misnamed) throw misnamed
    c.set('isForOnce', isForOnce)
    if (keyHash !== undefined) {
      c.set('credential', credentialOf(c, { keyHash, scope, isPublic: without === 'public' }))
      if (without === 'user' && !scope) {
        throw new DomainError('forbidden', 'key.not_allowed', 'API keys are not accepted here')
      }
      return next()
    }
    if (without !== 'public' && actor.type !== 'user') {
      throw c.req.header('Authorization')
        ? invalidToken()
        : new DomainError('unauthenticated', 'auth.required', 'Authentication is required')
    }
    if (without === 'key') {
      throw new DomainError('forbidden', 'key.required', 'This is for API keys only')
    }
    return next()
  }
}

export function invalidToken(): DomainError {
  return new DomainError('unauthenticated', 'auth.invalid_token', 'The access token is not valid')
}

/** What the verb's first read is to confirm. What comes of it the hallway hears too: who came, and that the key is a good one. */
function credentialOf(c: Context<Hallway>, presented: Omit<PresentedKey, 'address'>): Credential {
  const { clock, knownKeys } = c.env
  const { keyHash } = presented
  const address = c.req.header('CF-Connecting-IP')?.trim() ?? ''
  const { statement, admit } = keyCredential({ ...presented, address }, clock.now())
  return {
    statement,
    admit(row, now) {
      c.set('isKeyChecked', true)
      // Until storage says that it is good it is forgotten, whatever it was before.
      knownKeys.forget(keyHash)
      const admission = admit(row, now)
      const { bearer } = admission
      if (bearer.type === 'key') knownKeys.remember(keyHash, bearer, now)
      c.set('actor', bearer)
      c.var.identified(bearer)
      return admission
    },
  }
}

/** Has storage asked about the key of a request that was answered before it came to its verb: only a good key is told more. */
export const confirmed: MiddlewareHandler<Hallway> = async (c, next) => {
  await next()
  const { keyHash, isKeyChecked, credential } = c.var
  if (keyHash === undefined || isKeyChecked) return
  await confirm(c, credential ?? credentialOf(c, { keyHash, isPublic: true }))
}

/** Whose key the request came with; undefined when it came with none. Throws when it is none, or may not do this. */
export async function keyOf(c: Context<Hallway>): Promise<KnownKey | undefined> {
  const { knownKey, keyHash, credential } = c.var
  if (knownKey || keyHash === undefined) return knownKey
  await confirm(c, credential ?? credentialOf(c, { keyHash, isPublic: true }))
  return c.var.actor.type === 'key' ? c.var.actor : undefined
}

async function confirm(c: Context<Hallway>, credential: Credential): Promise<void> {
  const { actor, requestId } = c.var
  const ports = c.env.open({ writes: true, bookmark: undefined })
  const ctx = createContext(ports, { actor, credential, clock: c.env.clock, requestId })
  await ctx.db.read()
}
