// Who is calling. A dialect reads what the caller brings; storage has the last word about a key.
import type { Context, MiddlewareHandler } from 'hono'
import { invalidToken } from '#domain/accounts/session.ts'
import { keyCredential } from '#domain/api-keys/key-credential.ts'
import type { PresentedKey } from '#domain/api-keys/key-credential.ts'
import { openContext } from '#domain/open-context.ts'
import type { Credential } from '#domain/open-context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Route } from './endpoint.ts'
import type { Hallway, Presented } from './hallway.ts'
import type { KnownKey } from './known-keys.ts'

/** How a dialect's callers say who they are. */
export type Presentation = (c: Context<Hallway>) => Presented | Promise<Presented>

/** What a request starts out with, until a door that knows callers has read who is calling: no caller and no actor. */
export const nobody: MiddlewareHandler<Hallway> = (c, next) => {
  c.set('caller', { type: 'anonymous' })
  return next()
}

export function identify(present: Presentation): MiddlewareHandler<Hallway> {
  return async (c, next) => {
    const presented = await present(c)
    const { caller, keyHash } = presented
    c.set('presented', presented)
    c.set('caller', caller)
    c.set('knownKey', keyHash === undefined ? undefined : c.env.knownKeys.find(keyHash, c.env.clock.now()))
    await next()
  }
}

/** Refuses a caller without the kind of credential that the route takes. */
export function admitting({ access, scope }: Pick<Route, 'access' | 'scope'>): MiddlewareHandler<Hallway> {
  return (c, next) => {
    const presented = c.get('presented')
    if (!presented) return next()
    const { caller, hasToken, keyHash, fault } = presented
    if (fault) throw fault
    if (keyHash !== undefined) {
      c.set('credential', credentialOf(c, { keyHash, scope, isPublic: access === 'public' }))
      if (access === 'user' && !scope) throw new DomainError('key.not_allowed')
      return next()
    }
    if (access !== 'public' && caller.type !== 'user') {
      throw hasToken ? invalidToken() : new DomainError('auth.required')
    }
    if (access === 'key') throw new DomainError('key.required')
    return next()
  }
}

/**
 * The credential that the verb's first read confirms. The hallway is told the outcome: who the caller is, and that the
 * key is good.
 */
function credentialOf(c: Context<Hallway>, presented: Omit<PresentedKey, 'address'>): Credential {
  const { clock, knownKeys } = c.env
  const { keyHash } = presented
  const address = c.req.header('CF-Connecting-IP')?.trim() ?? ''
  const { statement, admit } = keyCredential({ ...presented, address }, clock.now())
  return {
    keyHash,
    statement,
    admit(rows, now) {
      c.set('isKeyChecked', true)
      // The key counts as unknown until the rows have confirmed it.
      knownKeys.forget(keyHash)
      const admission = admit(rows, now)
      const { bearer } = admission
      if (bearer.type === 'key') knownKeys.remember(keyHash, bearer, now)
      c.set('caller', bearer)
      c.get('identified')(bearer)
      return admission
    },
  }
}

/**
 * Asks storage about the key of a request that is answered without a verb: only a good key is told more than
 * "unauthenticated".
 */
export const confirmed: MiddlewareHandler<Hallway> = async (c, next) => {
  await next()
  const { keyHash } = c.get('presented')
  if (keyHash === undefined || c.get('isKeyChecked')) return
  await confirm(c, c.get('credential') ?? credentialOf(c, { keyHash, isPublic: true }))
}

/** The request's key and its business; undefined without a key. Throws when the key is not good, or lacks the scope. */
export async function keyOf(c: Context<Hallway>): Promise<KnownKey | undefined> {
  const { keyHash } = c.get('presented')
  const knownKey = c.get('knownKey')
  if (knownKey || keyHash === undefined) return knownKey
  await confirm(c, c.get('credential') ?? credentialOf(c, { keyHash, isPublic: true }))
  const caller = c.get('caller')
  return caller.type === 'key' ? caller : undefined
}

async function confirm(c: Context<Hallway>, credential: Credential): Promise<void> {
  const ports = c.env.open({ writes: true, bookmark: undefined })
  const caller = c.get('caller')
  const requestId = c.get('requestId')
  const ctx = openContext(ports, { caller, credential, clock: c.env.clock, requestId })
  await ctx.confirmed()
}
