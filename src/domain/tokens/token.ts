// Access tokens, `<id>|<secret>`: another program acts as the account. The id finds the row, the secret proves the claim.
import { createHash } from 'node:crypto'
import type { Token } from '#db/tokens.ts'
import { DomainError } from '#domain/errors.ts'
import { base62 } from '#domain/secrets.ts'

export type { Token } from '#db/tokens.ts'

const secretLength = 40
const form = new RegExp(`^([1-9]\\d{0,15})\\|([0-9A-Za-z]{${secretLength}})$`)

/** A text of a token's form: whether it is one of ours, storage tells. */
export interface PresentedToken {
  id: number
  /** SHA-256 of the secret, hex. */
  secretHash: string
}

/** A new token with its account. `token` is told this once; only a hash is kept. */
export interface IssuedToken {
  account: { id: number; firstName: string; lastName: string; email: string }
  token: string
}

/** A new secret of 238 random bits. */
export function newTokenSecret(): string {
  return base62(secretLength)
}

/** Undefined for what cannot be a token. */
export function readToken(text: string): PresentedToken | undefined {
  const [, id, secret] = form.exec(text) ?? []
  return id && secret ? { id: Number(id), secretHash: hashOfSecret(secret) } : undefined
}

/** The SHA-256 of a secret, hex, which is what is stored: 238 random bits need no salt and no slow hash. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** The account's own access token. Throws not_found for another account's, and for a token of another kind. */
export function requireOwnToken(found: Token | undefined, accountId: number): Token {
  if (!found || found.kind !== 'access' || found.accountId !== accountId) {
    throw new DomainError('token.not_found')
  }
  return found
}
