import { couponById, endCouponRow } from '#db/coupons.ts'
import { requireManaging } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { couponNotFound } from './coupon.ts'

/**
 * Withdraws a coupon: nobody can use it any more, and its code may be given to another. What was booked with it keeps its
 * discount. Ending it again changes nothing. Throws not_found, forbidden.
 */
export async function endCoupon(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([couponById({ id })])
  requireManaging(ctx, found, couponNotFound)
  await ctx.commit({ statements: [endCouponRow({ id, now: ctx.clock.now() })], result: undefined })
}
