import { couponList } from '#db/coupons.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { toCoupon } from './coupon.ts'
import type { Coupon } from './coupon.ts'

/** A business's coupons for its members and keys, the newest first, ended ones too. Throws not_found for everybody else. */
export async function listCoupons(
  ctx: Context,
  businessId: number,
  page: PageRequest,
): Promise<Page<Coupon>> {
  const {
    found,
    count: [count],
  } = await ctx.read(couponList(businessId, page, countedUpTo))
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  return toPage(page, found.map(toCoupon), count?.total ?? 0, ({ id }) => [id])
}
