import { accountByEmail, insertAccount } from '#db/accounts.ts'
import { ConstraintError } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Account } from './account.ts'
import { openSession } from './open-session.ts'
import type { SignedIn } from './open-session.ts'
import { refuseWeakPassword } from './password-rules.ts'
import type { Device } from './session.ts'

export interface NewAccount {
  email: string
  password: string
  firstName: string
  lastName: string
  phone?: string | null | undefined
  /** A BCP 47 language tag. */
  locale?: string | null | undefined
  device: Device
}

/**
 * Makes an account and signs it in. Throws invalid `account.weak_password`, conflict `account.email_taken`,
 * unavailable when too many sign in at once.
 */
export async function signUp(ctx: Context, { device, ...input }: NewAccount): Promise<SignedIn> {
  const email = input.email.toLowerCase()
  refuseWeakPassword(input.password, { ...input, email })
  const [[taken]] = await ctx.read([accountByEmail({ email })])
  await ctx.mayAct()
  if (taken) throw emailTaken()

  const now = ctx.clock.now()
  const account: Account = {
    id: ctx.newId(),
    email,
    passwordHash: await ctx.passwords.hash(input.password, {
      email,
      address: device.address,
      knownBy: undefined,
    }),
    firstName: input.firstName,
    lastName: input.lastName,
    phone: input.phone ?? null,
    emailVerifiedAt: null,
    phoneVerifiedAt: null,
    emailReleasedAt: null,
    locale: input.locale ?? null,
    erasedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const { statements, result } = await openSession(ctx, account, device)
  try {
    return await ctx.commit({ statements: [insertAccount(account), ...statements], result })
  } catch (error) {
    const isTaken = error instanceof ConstraintError && error.constraint === 'accounts.email'
    throw isTaken ? emailTaken(error) : error
  }
}

function emailTaken(cause?: unknown): DomainError {
  return new DomainError('account.email_taken', { cause })
}
