import { DomainError } from '#domain/errors.ts'
import { isCommon } from './common-passwords.ts'

/** Whose password it is to be. */
export interface Person {
  email: string
  firstName: string
  lastName: string
}

/** Throws invalid `account.weak_password` for what is tried first by whoever tries passwords. */
export function refuseWeakPassword(password: string, person: Person): void {
  const message = weaknessOf(password.normalize('NFKC').toLowerCase(), person)
  if (message === undefined) return
  throw new DomainError('account.weak_password', { message, errors: [{ field: 'password', message }] })
}

function weaknessOf(password: string, { email, firstName, lastName }: Person): string | undefined {
  if (password.trim() === '') return 'Password must not be blank'
  if (isCommon(password)) return 'Password is too common'
  const names = [firstName, lastName, `${firstName} ${lastName}`, `${firstName}${lastName}`]
  const own = [email, email.slice(0, email.indexOf('@')), ...names]
  const isOwn = own.some((text) => text.normalize('NFKC').toLowerCase() === password)
  return isOwn ? 'Password must not be your email or name' : undefined
}
