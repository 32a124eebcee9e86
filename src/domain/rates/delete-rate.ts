import { archiveRate, rateById } from '#db/rates.ts'
import { requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { rateNotFound, rateRefusal } from './rate.ts'

/**
 * Takes a rate away with its prices; past stays keep its id. Throws not_found, forbidden, conflict `rate.in_use` while stays to
 * come are at it, `rate.has_derived` while others are derived from it.
 */
export async function deleteRate(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([rateById({ id })])
  requireHost(ctx, found, rateNotFound)
  try {
    await ctx.commit({ statements: [archiveRate({ id, now: ctx.clock.now() })], result: undefined })
  } catch (error) {
    throw rateRefusal(error)
  }
}
