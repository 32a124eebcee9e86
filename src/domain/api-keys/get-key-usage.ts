import { apiKeyById } from '#db/api-keys.ts'
import type { Row } from '#db/database.ts'
import { usageOfKey } from '#db/logs/key-usage.ts'
import type { keyUsage } from '#db/logs/key-usage.ts'
import { requireMember } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'
import { keyNotFound } from './api-key.ts'

/** How often a key met a route with one outcome, on one day of UTC. */
export type KeyUse = Omit<Row<typeof keyUsage>, 'keyId'>

/** A key can have many uses in a day, and an answer has no pages. */
export const longestUsageDays = 92

/**
 * What a key was used for: 30 days of UTC unless said otherwise. For members of its business: not_found for everybody else.
 * Throws invalid `key.too_many_days`.
 */
export async function getKeyUsage(
  ctx: Context,
  { id, fromOn, toOn }: { id: number; fromOn?: string | undefined; toOn?: string | undefined },
): Promise<{ fromOn: string; toOn: string; uses: KeyUse[] }> {
  const today = new Date(ctx.clock.now()).toISOString().slice(0, 10)
  const last = toOn ?? (fromOn === undefined ? today : addDays(fromOn, 29))
  const first = fromOn ?? addDays(last, -29)
  if (addDays(first, longestUsageDays) <= last) {
    const message = `Maximum ${longestUsageDays} days`
    throw new DomainError('key.too_many_days', { errors: [{ field: 'to', message }] })
  }
  const [[[found]], [uses]] = await Promise.all([
    ctx.read([apiKeyById({ id })]),
    ctx.logs.read([usageOfKey({ keyId: id, fromOn: first, toOn: last })]),
  ])
  requireMember(ctx, found, keyNotFound)
  return { fromOn: first, toOn: last, uses }
}
