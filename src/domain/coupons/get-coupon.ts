import { couponById } from '#db/coupons.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { couponNotFound, toCoupon } from './coupon.ts'
import type { Coupon } from './coupon.ts'

/** A coupon of a business that the caller acts inside, ended or not. Throws not_found. */
export async function getCoupon(ctx: Context, id: number): Promise<Coupon> {
  const [[found]] = await ctx.read([couponById({ id })])
  if (!found || !actsInside(ctx.actor, found.businessId)) throw couponNotFound()
  return toCoupon(found)
}
