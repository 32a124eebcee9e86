import type { apiKeys } from '#db/api-keys.ts'
import type { Row } from '#db/database.ts'
import { DomainError } from '#domain/errors.ts'
import { keyPrefix } from './api-key-format.ts'

/** A key as it is stored: without the key itself. */
export type ApiKey = Row<typeof apiKeys>

/** What making or rotating a key yields: `key` is told this once, and kept nowhere. */
export interface IssuedKey {
  apiKey: ApiKey
  key: string
}

/** The columns by which a business tells its keys apart: four characters from either end. */
export function shownOf(key: string): Pick<ApiKey, 'start' | 'lastFour'> {
  return { start: key.slice(0, keyPrefix.length + 4), lastFour: key.slice(-4) }
}

/** Until when the key before the last rotation is good, too; null when only the present one is. */
export function graceEndOf({ previousUntilAt, revokedAt }: ApiKey, now: number): number | null {
  return revokedAt === null && previousUntilAt !== null && previousUntilAt > now ? previousUntilAt : null
}

export function keyNotFound(): DomainError {
  return new DomainError('key.not_found')
}

/** The one answer to a key that does not count, whatever the reason. */
export function invalidKey(): DomainError {
  return new DomainError('auth.invalid_key')
}
