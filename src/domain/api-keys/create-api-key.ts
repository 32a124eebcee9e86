import { insertApiKey } from '#db/api-keys.ts'
import { ConstraintError } from '#db/database.ts'
import { businessNotFound, requireOwner } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { hashOfKey, newApiKey } from './api-key-format.ts'
import { shownOf } from './api-key.ts'
import type { IssuedKey } from './api-key.ts'
import { canonicalRange } from './ip-range.ts'
import type { Scope } from './scope.ts'

/** Keys of a business that are neither revoked nor expired: each has a limit of its own to call by. */
const mostLive = 20
/** Every request with a key is held against all of its ranges. */
export const mostRanges = 100

export interface NewApiKey {
  businessId: number
  name: string
  scopes: readonly Scope[]
  expiresAt?: number | null | undefined
  /** IP addresses and CIDR ranges; absent: every address. */
  allowedIps?: readonly string[] | null | undefined
}

/**
 * Makes a key for a business of the caller's. Throws not_found for anybody else's, forbidden for staff, invalid for an
 * expiry in the past, a range that is none or too many of them, conflict `key.too_many`.
 */
export async function createApiKey(ctx: Context, input: NewApiKey): Promise<IssuedKey> {
  const { businessId, name, scopes, expiresAt = null, allowedIps } = input
  await ctx.confirmed()
  requireOwner(ctx, { businessId }, businessNotFound)

  const now = ctx.clock.now()
  if (expiresAt !== null && expiresAt <= now) {
    const message = 'Expires at must be in the future'
    throw new DomainError('key.expiry_past', { message, errors: [{ field: 'expiresAt', message }] })
  }
  const key = newApiKey()
  const apiKey = {
    id: ctx.newId(),
    businessId,
    name,
    ...shownOf(key),
    keyHash: hashOfKey(key),
    previousKeyHash: null,
    previousUntilAt: null,
    scopes: JSON.stringify(scopes),
    allowedIps: allowedIps ? JSON.stringify(rangesOf(allowedIps)) : null,
    expiresAt,
    revokedAt: null,
    lastUsedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  try {
    return await ctx.commit({ statements: [insertApiKey(apiKey, mostLive)], result: { apiKey, key } })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'apiKeys.name')) throw error
    const message = `Maximum ${mostLive} keys, revoke one first`
    throw new DomainError('key.too_many', { message, cause: error })
  }
}

function rangesOf(texts: readonly string[]): string[] {
  if (texts.length > mostRanges) {
    const message = `Maximum ${mostRanges} entries`
    throw new DomainError('key.invalid_range', { errors: [{ field: 'allowedIps', message }] })
  }
  const ranges = texts.map((text) => canonicalRange(text.trim()))
  const errors = ranges.flatMap((range, index) => {
    const message = 'Allowed IPs must be IP addresses or CIDR ranges, such as 192.0.2.0/24 or 2001:db8::/32'
    return range === undefined ? [{ field: `allowedIps.${index}`, message }] : []
  })
  if (errors.length > 0) throw new DomainError('key.invalid_range', { errors })
  return [...new Set(ranges.filter((range) => range !== undefined))]
}
