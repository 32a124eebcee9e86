import { eraseAccountRow, eraseSessionsOf } from '#db/accounts.ts'
import { revokeApiKeysOf } from '#db/api-keys.ts'
import { ConstraintError } from '#db/database.ts'
import { markErasedAccount } from '#db/erased-marks.ts'
import { deleteIdempotencyRecordsOf } from '#db/idempotency.ts'
import { deleteMembershipsOf } from '#db/members.ts'
import { deleteTokensOf } from '#db/tokens.ts'
import type { Context } from '#domain/context.ts'
import { eraseCustomers } from '#domain/customers/erasure.ts'
import { DomainError } from '#domain/errors.ts'
import { getProfile } from './get-profile.ts'
import { refuseAccessTokens } from './refuse-access-tokens.ts'
import { knownBySession } from './session.ts'

/**
 * Erases the caller: the account and every customer that it is of a business. Bookings stay, without a name. Throws
 * invalid `account.wrong_password`, conflict `account.owns_businesses` or as `eraseCustomers` does, unauthenticated when
 * it is erased already, rate_limited `auth.too_many_attempts` after too many wrong passwords. `address` is where the
 * caller is.
 */
export async function eraseAccount(
  ctx: Context,
  { password, address }: { password: string; address: string },
): Promise<void> {
  const { id, email, passwordHash } = await getProfile(ctx)
  await ctx.mayAct()
  const applicant = { email, address, knownBy: knownBySession(ctx.caller, id) }
  if (!(await ctx.passwords.verify(password, passwordHash ?? undefined, applicant))) {
    const message = 'Password is not correct'
    throw new DomainError('account.wrong_password', { message, errors: [{ field: 'password', message }] })
  }
  const now = ctx.clock.now()
  try {
    await eraseCustomers(ctx, { accountId: id, customerId: 0 }, [
      eraseAccountRow({ id, now }),
      deleteMembershipsOf({ accountId: id }),
      deleteTokensOf({ accountId: id }),
      eraseSessionsOf({ accountId: id, now }),
      revokeApiKeysOf({ ownerId: id, now }),
      markErasedAccount({ accountId: id, now }),
      deleteIdempotencyRecordsOf({ caller: `user:${id}` }),
    ])
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'accountsErased')) throw error
    const message = 'An account that owns an active business cannot be deleted'
    throw new DomainError('account.owns_businesses', { message, cause: error })
  }
  await refuseAccessTokens(ctx, { accountId: id, sessionId: null })
}
