import { createHmac } from 'node:crypto'
import { DomainError } from './errors.ts'

export const base62Digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random letters and digits, 5.95 bits each. */
export function base62(length: number): string {
  let text = ''
  while (text.length < length) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1))
    // Four times the alphabet: a larger byte would make its first characters likelier than the others.
    if (byte < 4 * base62Digits.length) text += base62Digits[byte % base62Digits.length]
  }
  return text
}

/** A secret, and the one before it: what was made under the old one stays good while it is still known. */
export interface Secret {
  current: string
  previous?: string | undefined
}

/**
 * Four characters that tell a secret from the one before it, for what is made under it to carry. They are too few to
 * give the secret away to somebody who guesses.
 */
export function secretId(secret: string): string {
  return createHmac('sha256', secret).update('id').digest().subarray(0, 3).toString('base64url')
}

/** Two secrets at once are twice as much to lose: the one before is to go within a week. */
export const longestGraceHours = 7 * 24

/** Throws invalid `rotation.grace_too_long` for more than `longestGraceHours`. */
export function requireShortGrace(graceHours: number): void {
  if (graceHours <= longestGraceHours) return
  const message = `Maximum ${longestGraceHours}`
  throw new DomainError('rotation.grace_too_long', { errors: [{ field: 'graceHours', message }] })
}
