import { updateAccountColumns } from '#db/accounts.ts'
import type { Context } from '#domain/context.ts'
import type { Account } from './account.ts'
import { getProfile } from './get-profile.ts'

export interface ProfileUpdate {
  firstName?: string | undefined
  lastName?: string | undefined
  phone?: string | null | undefined
  /** A BCP 47 language tag. */
  locale?: string | null | undefined
}

/** Changes what is given, and takes away what is null. Throws unauthenticated as `getProfile` does. */
export async function updateProfile(ctx: Context, update: ProfileUpdate): Promise<Account> {
  const before = await getProfile(ctx)
  const { firstName = before.firstName, lastName = before.lastName } = update
  const { phone = before.phone, locale = before.locale } = update
  const phoneVerifiedAt = phone === before.phone ? before.phoneVerifiedAt : null
  const updatedAt = ctx.clock.now()
  const after = { ...before, firstName, lastName, phone, phoneVerifiedAt, locale, updatedAt }
  return ctx.commit({ statements: [updateAccountColumns(before, after)], result: after })
}
