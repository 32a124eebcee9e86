import { rateById, replaceRate } from '#db/rates.ts'
import { requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { untilFirst } from '#domain/until-first.ts'
import { rateNotFound, rateRefusal, toRate, toRow } from './rate.ts'
import type { Rate, RateDetails } from './rate.ts'
import { groundsOf, withTerms } from './rate-terms.ts'

/** Changes what is named; prices derived from it follow at once. Throws not_found, forbidden, invalid as `withTerms` does. */
export function updateRate(ctx: Context, id: number, said: Partial<RateDetails>): Promise<Rate> {
  return untilFirst(() => attempt(ctx, id, said), { outrunBy: ['rates.name'] })
}

async function attempt(ctx: Context, id: number, said: Partial<RateDetails>): Promise<Rate> {
  const [[found]] = await ctx.read([rateById({ id })])
  const row = requireHost(ctx, found, rateNotFound)
  const before = toRate(row)
  const grounds = await ctx.read(groundsOf(before.businessId, said))
  const rate = withTerms({ ...before, updatedAt: ctx.clock.now() }, said, grounds)
  try {
    return await ctx.commit({ statements: [replaceRate(row, toRow(rate))], result: rate })
  } catch (error) {
    throw rateRefusal(error)
  }
}
