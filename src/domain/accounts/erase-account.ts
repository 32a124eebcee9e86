import { eraseAccountRow, revokeSessionsOf } from '#db/accounts.ts'
import { revokeApiKeysOf } from '#db/api-keys.ts'
import { ConstraintError } from '#db/database.ts'
import { deleteIdempotencyRecordsOf } from '#db/idempotency.ts'
import { deleteMembershipsOf } from '#db/members.ts'
import type { Context } from '#domain/context.ts'
import { eraseCustomers } from '#domain/customers/erasure.ts'
import { DomainError } from '#domain/errors.ts'
import { getProfile } from './get-profile.ts'

/**
 * Erases the caller: the account and every customer that it is of a business. Bookings stay, without a name. Throws
 * invalid `account.wrong_password`, conflict `account.owns_businesses` or as `eraseCustomers` does, unauthenticated when
 * it is erased already.
 */
export async function eraseAccount(ctx: Context, input: { password: string }): Promise<void> {
  const { id, passwordHash } = await getProfile(ctx)
  await ctx.admitted()
  if (!(await ctx.passwords.verify(input.password, passwordHash ?? undefined))) {
    const message = 'Password is not correct'
    throw new DomainError('invalid', 'account.wrong_password', message, {
      errors: [{ field: 'password', message }],
    })
  }
  const now = ctx.clock.now()
  try {
    await eraseCustomers(ctx, { accountId: id, customerId: 0 }, [
      eraseAccountRow({ id, now }),
      deleteMembershipsOf({ accountId: id }),
      revokeSessionsOf({ accountId: id, now }),
      revokeApiKeysOf({ ownerId: id, now }),
      deleteIdempotencyRecordsOf({ caller: `user:${id}` }),
    ])
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'accountsErased')) throw error
    const message = 'An account that owns an active business cannot be deleted'
    throw new DomainError('conflict', 'account.owns_businesses', message, { cause: error })
  }
}
