// Who is calling. A dialect reads what the caller brings; storage has the last word about keys and access tokens.
import type { Context, MiddlewareHandler } from 'hono'
import { invalidToken } from '#domain/accounts/session.ts'
import { keyCredential } from '#domain/api-keys/key-credential.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import { openContext } from '#domain/open-context.ts'
import type { Credential } from '#domain/open-context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Entitlement } from '#domain/plans/plan.ts'
import { tokenCredential } from '#domain/tokens/token-credential.ts'
import type { Route } from './endpoint.ts'
import type { Hallway, Presented } from './hallway.ts'
import type { KnownKey } from './known-callers.ts'

/** How a dialect's callers say who they are. */
export type Presentation = (c: Context<Hallway>) => Presented | Promise<Presented>

/** What a request starts out with, until a door that knows callers has read who is calling: no caller and no actor. */
export const nobody: MiddlewareHandler<Hallway> = (c, next) => {
  c.set('caller', { type: 'anonymous' })
  return next()
}

/** The hash under which storage has the key or the access token; undefined without one. */
export function hashOf({ keyHash, token }: Presented): string | undefined {
  return keyHash ?? token?.secretHash
}

export function identify(present: Presentation): MiddlewareHandler<Hallway> {
  return async (c, next) => {
    const presented = await present(c)
    const hash = hashOf(presented)
    c.set('presented', presented)
    c.set('caller', presented.caller)
    c.set('known', hash === undefined ? undefined : c.env.knownCallers.find(hash, c.env.clock.now()))
    await next()
  }
}

/** Refuses a caller without the kind of credential that the route takes; `entitlement` is what a key's business must pay for. */
export function admitting(
  { access, scope, orScope }: Pick<Route, 'access' | 'scope' | 'orScope'>,
  entitlement?: Entitlement,
): MiddlewareHandler<Hallway> {
  return (c, next) => {
    const presented = c.get('presented')
    if (!presented) return next()
    const { caller, hasToken, keyHash, fault } = presented
    if (fault) throw fault
    const credential = credentialOf(c, presented, {
      scope,
      orScope,
      entitlement,
      isPublic: access === 'public',
    })
    c.set('credential', credential)
    if (keyHash !== undefined) {
      if (access === 'user' && !scope) throw new DomainError('key.not_allowed')
      return next()
    }
    if (access !== 'public' && !credential && caller.type !== 'user') {
      throw hasToken ? invalidToken() : new DomainError('auth.required')
    }
    if (access === 'key') throw new DomainError('key.required')
    return next()
  }
}

/** What a route asks of a key. */
interface Asked {
  scope?: Scope | undefined
  orScope?: Scope | undefined
  entitlement?: Entitlement | undefined
  isPublic: boolean
}

/**
 * The credential that the verb's first read confirms. The hallway is told the outcome: who the caller is, and that the
 * key or the token is good.
 */
function credentialOf(
  c: Context<Hallway>,
  { keyHash, token }: Presented,
  asked: Asked = { isPublic: true },
): Credential | undefined {
  if (token) return heard(c, token.secretHash, tokenCredential(token))
  if (keyHash === undefined) return undefined
  const address = c.req.header('CF-Connecting-IP')?.trim() ?? ''
  return heard(c, keyHash, keyCredential({ ...asked, keyHash, address }, c.env.clock.now()))
}

/** The same credential; the hallway hears what becomes of it. */
function heard(c: Context<Hallway>, hash: string, { admit, ...credential }: Credential): Credential {
  const { knownCallers } = c.env
  return {
    ...credential,
    admit(rows, now) {
      c.set('isChecked', true)
      // The caller counts as unknown until the rows have confirmed it.
      knownCallers.forget(hash)
      const admission = admit(rows, now)
      const { bearer } = admission
      if (bearer.type === 'user') knownCallers.remember(hash, bearer, now)
      if (bearer.type === 'key') {
        const { type, keyId, businessId } = bearer
        knownCallers.remember(hash, { type, keyId, businessId }, now)
      }
      c.set('caller', bearer)
      c.get('identified')(bearer)
      return admission
    },
  }
}

/**
 * Asks storage about the credential of a request that is answered without a verb: only a good one is told more than
 * "unauthenticated".
 */
export const confirmed: MiddlewareHandler<Hallway> = async (c, next) => {
  await next()
  const credential = c.get('credential') ?? credentialOf(c, c.get('presented'))
  if (credential && !c.get('isChecked')) await confirm(c, credential)
}

/** The request's key and its business; undefined without a key. Throws when the key is not good, or lacks the scope. */
export async function keyOf(c: Context<Hallway>): Promise<KnownKey | undefined> {
  const known = c.get('known')
  if (known?.type === 'key') return known
  const credential = c.get('credential') ?? credentialOf(c, c.get('presented'))
  if (!credential) return undefined
  await confirm(c, credential)
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
