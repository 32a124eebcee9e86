import { accountByEmailAndAddress, updateAccountColumns } from '#db/accounts.ts'
import { ConstraintError } from '#db/database.ts'
import type { Statement } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Account } from './account.ts'
import type { Applicant } from './hashing.ts'
import { openSession } from './open-session.ts'
import type { SignedIn } from './open-session.ts'
import { knownBySession } from './session.ts'
import type { Device } from './session.ts'

export interface Credentials {
  email: string
  password: string
  device: Device
}

/**
 * Opens a session. Throws unauthenticated `auth.invalid_credentials`, in the same words and the same time whether the
 * e-mail or the password is wrong; rate_limited `auth.too_many_attempts` after too many wrong passwords; unavailable
 * when too many sign in at once.
 */
export async function signIn(ctx: Context, { password, device, ...input }: Credentials): Promise<SignedIn> {
  const email = input.email.toLowerCase()
  const { address } = device
  const [[account]] = await ctx.read([accountByEmailAndAddress({ email, address })])
  await ctx.mayAct()
  const bySession = account && knownBySession(ctx.caller, account.id)
  const byAddress = account?.isUsedFromThere ? `address:${address}` : undefined
  const applicant = { email, address, knownBy: bySession ?? byAddress }
  const passwordHash = account?.passwordHash ?? undefined
  const isRight = await ctx.passwords.verify(password, passwordHash, applicant)
  if (!isRight || !account || !passwordHash) throw invalidCredentials()
  const { statements, result } = await openSession(ctx, account, device)
  const rehashed = ctx.passwords.needsRehash(passwordHash)
    ? await rehash(ctx, account, password, applicant)
    : []
  try {
    return await ctx.commit({ statements: [...statements, ...rehashed], result })
  } catch (error) {
    // The account was erased while the password was being checked.
    if (error instanceof ConstraintError && error.constraint === 'foreign_key')
      throw invalidCredentials(error)
    throw error
  }
}

function invalidCredentials(cause?: unknown): DomainError {
  const message = 'Email or password is not correct'
  return new DomainError('auth.invalid_credentials', { message, cause })
}

/** Keeps the password in today's form; when there is no time for it now, another sign-in will do. */
async function rehash(
  ctx: Context,
  account: Account,
  password: string,
  applicant: Applicant,
): Promise<Statement[]> {
  try {
    const passwordHash = await ctx.passwords.hash(password, applicant)
    return [updateAccountColumns(account, { ...account, passwordHash })]
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'unavailable') return []
    throw error
  }
}
