import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { lackOf } from '#domain/plans/plan.ts'
import type { Entitlement } from '#domain/plans/plan.ts'
import { hashOfKey } from './api-key-format.ts'
import { getPresentedKey } from './get-presented-key.ts'
import type { Scope } from './scope.ts'

/** A token that stands for a key for an hour, and what the key may do now. */
export interface KeyToken {
  token: string
  scopes: Scope[]
}

/**
 * Throws unauthenticated `auth.invalid_client` unless the secret is a good key, the one that the request came with, and the id
 * its own, and forbidden `plan.not_included` when the plan of its business does not include what the token is for.
 */
export async function issueKeyToken(
  ctx: Context,
  {
    clientId,
    clientSecret,
    entitlement,
  }: { clientId: string; clientSecret: string; entitlement: Entitlement },
): Promise<KeyToken> {
  const keyHash = hashOfKey(clientSecret)
  if (ctx.keyHash !== keyHash) throw invalidClient()
  const key = await getPresentedKey(ctx).catch((error: unknown) => {
    throw error instanceof DomainError && error.code === 'auth.invalid_key' ? invalidClient(error) : error
  })
  if (String(key.id) !== clientId) throw invalidClient()
  const lack = lackOf(key.planId, entitlement)
  if (lack) throw lack
  await ctx.mayAct()
  return { token: await ctx.tokens.issueForKey(keyHash), scopes: parseOwn<Scope[]>(key.scopes) }
}

function invalidClient(cause?: unknown): DomainError {
  return new DomainError('auth.invalid_client', { cause })
}
