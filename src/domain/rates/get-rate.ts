import { rateById } from '#db/rates.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { rateNotFound, toRate } from './rate.ts'
import type { Rate } from './rate.ts'

/** A rate, for the members and keys of its business. Throws not_found for everybody else. */
export async function getRate(ctx: Context, id: number): Promise<Rate> {
  const [[found]] = await ctx.read([rateById({ id })])
  if (!found || !actsInside(ctx.actor, found.businessId)) throw rateNotFound()
  return toRate(found)
}
