// Checks an e-mail and a password, for all that is given in return: sessions, access tokens.
import { accountByEmailAndAddress, updateAccountColumns } from '#db/accounts.ts'
import type { Statement } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Account } from './account.ts'
import type { Applicant } from './hashing.ts'
import { knownBySession } from './session.ts'
import type { Device } from './session.ts'

export interface Credentials {
  email: string
  password: string
  device: Device
}

/**
 * The account with this e-mail and password, and statements to commit with whatever it is given. Throws unauthenticated `auth.invalid_credentials`,
 * in the same words and the same time whether the e-mail or the password is wrong; rate_limited
 * `auth.too_many_attempts` after too many wrong passwords; unavailable when too many sign in at once.
 */
export async function authenticate(
  ctx: Context,
  { password, device, ...input }: Credentials,
): Promise<{ account: Account; statements: Statement[] }> {
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
  const rehashed = ctx.passwords.needsRehash(passwordHash)
    ? await rehash(ctx, account, password, applicant)
    : []
  return { account, statements: rehashed }
}

export function invalidCredentials(cause?: unknown): DomainError {
  return new DomainError('auth.invalid_credentials', { cause })
}

/** Hashes the password with today's parameters. Skipped when hashing is busy: the next sign-in does it. */
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
