import { accountById } from '#db/accounts.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Account } from './account.ts'

/** The caller's own account. Throws unauthenticated when it was erased while the access token was still good. */
export async function getProfile(ctx: Context): Promise<Account> {
  const [[account]] = await ctx.read([accountById({ id: ctx.accountId })])
  if (!account) throw new DomainError('auth.invalid_token')
  return account
}
