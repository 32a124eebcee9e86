import { accountByEmail, updateAccountColumns } from '#db/accounts.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { openSession } from './open-session.ts'
import type { SignedIn } from './open-session.ts'

/**
 * Opens a session. Throws unauthenticated `auth.invalid_credentials`, in the same words and the same time whether the
 * e-mail or the password is wrong; unavailable when too many sign in at once.
 */
export async function signIn(ctx: Context, input: { email: string; password: string }): Promise<SignedIn> {
  const [[account]] = await ctx.db.read(accountByEmail({ email: input.email.toLowerCase() }))
  await ctx.admitted()
  const passwordHash = account?.passwordHash ?? undefined
  const isRight = await ctx.passwords.verify(input.password, passwordHash)
  if (!isRight || !account || !passwordHash) {
    throw new DomainError('unauthenticated', 'auth.invalid_credentials', 'Email or password is not correct')
  }
  const { statements, result } = await openSession(ctx, account)
  const rehashed = ctx.passwords.needsRehash(passwordHash)
    ? [updateAccountColumns(account, { ...account, passwordHash: await ctx.passwords.hash(input.password) })]
    : []
  return ctx.commit({ statements: [...statements, ...rehashed], result })
}
