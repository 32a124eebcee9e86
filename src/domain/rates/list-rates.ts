import { ratesOfBusiness } from '#db/rates.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { toRate } from './rate.ts'
import type { Rate } from './rate.ts'

/** All rates of a business, the eldest first, for its members and keys. Throws not_found for everybody else. */
export async function listRates(ctx: Context, businessId: number): Promise<Rate[]> {
  const [found] = await ctx.read([ratesOfBusiness({ businessId })])
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  return found.map(toRate)
}
