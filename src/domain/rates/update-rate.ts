import { rateById, updateRateColumns } from '#db/rates.ts'
import { requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { rateNotFound, rateRefusal, toRate, toRow } from './rate.ts'
import type { Rate, RateDetails } from './rate.ts'
import { groundsOf, withTerms } from './rate-terms.ts'

/** Changes what is named; prices derived from it follow at once. Throws not_found, forbidden, invalid as `withTerms` does. */
export async function updateRate(ctx: Context, id: number, said: Partial<RateDetails>): Promise<Rate> {
  const [[found]] = await ctx.read([rateById({ id })])
  const before = toRate(requireHost(ctx, found, rateNotFound))
  const grounds = await ctx.read(groundsOf(before.businessId, said))
  const rate = withTerms({ ...before, updatedAt: ctx.clock.now() }, said, grounds)
  try {
    return await ctx.commit({ statements: [updateRateColumns(id, toRow(rate))], result: rate })
  } catch (error) {
    throw rateRefusal(error)
  }
}
