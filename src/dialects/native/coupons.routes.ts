import { z } from '@hono/zod-openapi'
import { createCoupon } from '#domain/coupons/create-coupon.ts'
import { endCoupon } from '#domain/coupons/end-coupon.ts'
import { getCoupon } from '#domain/coupons/get-coupon.ts'
import { listCoupons } from '#domain/coupons/list-coupons.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { couponBody, couponsBody, newCoupon, toCouponBody, toNewCoupon } from './coupons.wire.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import { businessIdText, idText } from './wire.ts'

const params = z.object({ id: idText })

export const coupons: Routes = {
  tag: 'Coupons',
  routes: [
    endpoint({
      post: '/api/coupons',
      id: 'coupons.create',
      scope: 'coupons:write',
      summary: 'Hand out a coupon',
      description: `Takes a part of the price, or an amount, off every booking that is made with its code, as often as \`maxUses\` says. A use
comes back when the booking is called off before anything was paid for it.`,
      json: newCoupon,
      verb: async (ctx, { json, withBusiness }) => createCoupon(ctx, toNewCoupon(await withBusiness(json))),
      answer: couponBody,
      status: 201,
      body: toCouponBody,
    }),
    endpoint({
      get: '/api/coupons',
      id: 'coupons.list',
      scope: 'coupons:read',
      summary: 'The coupons of a business, the newest first',
      query: z.strictObject({ businessId: businessIdText, ...pageQuery }),
      verb: async (ctx, { query, withBusiness }) => {
        const { businessId, ...page } = await withBusiness(query)
        return listCoupons(ctx, businessId, toPageRequest(page, 'coupons', 1))
      },
      answer: couponsBody,
      body: (found) => toListBody('coupons', found, toCouponBody),
    }),
    endpoint({
      get: '/api/coupons/{id}',
      id: 'coupons.get',
      scope: 'coupons:read',
      summary: 'A coupon',
      params,
      verb: (ctx, { params: { id } }) => getCoupon(ctx, id),
      answer: couponBody,
      body: toCouponBody,
    }),
    endpoint({
      delete: '/api/coupons/{id}',
      id: 'coupons.end',
      scope: 'coupons:write',
      summary: 'Withdraw a coupon; what was booked with it keeps its discount',
      params,
      verb: (ctx, { params: { id } }) => endCoupon(ctx, id),
      answer: null,
    }),
  ],
}
