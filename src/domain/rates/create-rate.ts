import { businessById } from '#db/businesses.ts'
import { insertRate } from '#db/rates.ts'
import { businessNotFound, requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { blankRate, rateRefusal, toRow } from './rate.ts'
import type { Rate, RateDetails } from './rate.ts'
import { groundsOf, withTerms } from './rate-terms.ts'

/** Adds a rate. Throws not_found for another's business, forbidden, invalid as `withTerms` does, conflict `rate.too_many`. */
export async function createRate(
  ctx: Context,
  { businessId, ...said }: RateDetails & { businessId: number },
): Promise<Rate> {
  const {
    business: [business],
    ...grounds
  } = await ctx.read({ business: businessById({ id: businessId }), ...groundsOf(businessId, said) })
  const { currency } = requireHost(ctx, business && { ...business, businessId }, businessNotFound)
  const blank = blankRate({ id: ctx.newId(), businessId, currency, name: said.name }, ctx.clock.now())
  const rate = withTerms(blank, said, grounds)
  try {
    return await ctx.commit({ statements: [insertRate(toRow(rate))], result: rate })
  } catch (error) {
    throw rateRefusal(error)
  }
}
