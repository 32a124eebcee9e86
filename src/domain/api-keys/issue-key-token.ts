import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { hashOfKey } from './api-key-format.ts'
import { getPresentedKey } from './get-presented-key.ts'
import type { Scope } from './scope.ts'

/** A token that stands for a key for an hour, and what the key may do now. */
export interface KeyToken {
  token: string
  scopes: Scope[]
}

/** Throws unauthenticated `auth.invalid_client` unless the secret is a good key, the one that the request came with, and the id its own. */
export async function issueKeyToken(
  ctx: Context,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): Promise<KeyToken> {
  const keyHash = hashOfKey(clientSecret)
  if (ctx.keyHash !== keyHash) throw invalidClient()
  const key = await getPresentedKey(ctx).catch((error: unknown) => {
    throw error instanceof DomainError && error.code === 'auth.invalid_key' ? invalidClient(error) : error
  })
  if (String(key.id) !== clientId) throw invalidClient()
  await ctx.mayAct()
  return { token: await ctx.tokens.issueForKey(keyHash), scopes: parseOwn<Scope[]>(key.scopes) }
}

function invalidClient(cause?: unknown): DomainError {
  return new DomainError('auth.invalid_client', { cause })
}
