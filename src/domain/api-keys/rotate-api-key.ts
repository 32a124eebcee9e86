import { apiKeyById, rotateApiKey as rotated } from '#db/api-keys.ts'
import { ConstraintError } from '#db/database.ts'
import { requireOwner } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireShortGrace } from '#domain/secrets.ts'
import { hashOfKey, newApiKey } from './api-key-format.ts'
import { keyNotFound, shownOf } from './api-key.ts'
import type { IssuedKey } from './api-key.ts'

const hour = 3_600_000

/**
 * Gives a key a new secret. The present one stays good for `graceHours`, never past the key's expiry; one that was in its
 * grace already ends at once. Throws not_found, forbidden for staff, invalid for too long a grace, conflict for a key that is revoked or
 * expired.
 */
export async function rotateApiKey(
  ctx: Context,
  { id, graceHours }: { id: number; graceHours: number },
): Promise<IssuedKey> {
  const [[found]] = await ctx.read([apiKeyById({ id })])
  const before = requireOwner(ctx, found, keyNotFound)
  requireShortGrace(graceHours)
  const now = ctx.clock.now()
  const { keyHash, expiresAt } = before
  if (before.revokedAt !== null) {
    throw new DomainError('key.revoked')
  }
  if (expiresAt !== null && expiresAt <= now) {
    throw new DomainError('key.expired')
  }
  const key = newApiKey()
  const hasGrace = graceHours > 0
  const changes = {
    ...shownOf(key),
    keyHash: hashOfKey(key),
    previousKeyHash: hasGrace ? keyHash : null,
    previousUntilAt: hasGrace ? Math.min(now + graceHours * hour, expiresAt ?? Infinity) : null,
  }
  try {
    return await ctx.commit({
      statements: [rotated({ ...changes, id, before: keyHash, now })],
      result: { apiKey: { ...before, ...changes, updatedAt: now }, key },
    })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'apiKeys.keyHash')) throw error
    const message = 'The key was changed by somebody else, please try again'
    throw new DomainError('key.changed', { message, cause: error })
  }
}
