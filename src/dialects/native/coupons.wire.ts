import { z } from '@hono/zod-openapi'
import type { Coupon } from '#domain/coupons/coupon.ts'
import type { NewCoupon } from '#domain/coupons/create-coupon.ts'
import { listBody } from './list.wire.ts'
import {
  businessId,
  id,
  instant,
  instantBody,
  money,
  name,
  nullableInstantBody,
  sample,
  toInstant,
  toNullableInstant,
} from './wire.ts'

/** Percent → hundredths of it. */
const percent = z
  .number()
  .positive()
  .max(100)
  .refine((given) => Number.isInteger(Math.round(given * 1e6) / 1e4), 'Percent has at most two decimals')
  .transform((given) => Math.round(given * 100))
  .openapi({ type: 'number', example: 12.5 })

export const newCoupon = z
  .strictObject({
    businessId,
    code: name(64).openapi({ description: 'Upper and lower case are the same' }),
    percent: percent.optional(),
    amount: money.optional(),
    maxUses: z.int().min(1).max(1_000_000_000).optional(),
    validFrom: instant.optional(),
    validTo: instant.optional().openapi({ description: 'From then on it is not valid' }),
    serviceIds: z.array(id).min(1).max(500).optional().openapi({ description: 'Absent: for all services' }),
  })
  .refine(({ percent: part, amount }) => (part === undefined) !== (amount === undefined), {
    message: 'Either percent or amount is required',
    path: ['percent'],
  })
  .refine(({ amount }) => amount === undefined || amount.amount > 0, {
    message: 'Amount must be more than nothing',
    path: ['amount'],
  })
  .refine(({ validFrom, validTo }) => !validFrom || !validTo || validFrom < validTo, {
    message: 'Valid to must be after valid from',
    path: ['validTo'],
  })
  .openapi('NewCoupon', {
    example: {
      businessId: sample.businessId,
      code: 'SPRING',
      percent: 12.5,
      maxUses: 100,
      validTo: '2031-06-01T00:00:00+02:00',
    },
  })

export const couponBody = z
  .object({
    id,
    businessId: id,
    code: z.string(),
    percent: z.number().nullable(),
    amount: money.nullable(),
    maxUses: z.int().nullable(),
    uses: z.int(),
    validFrom: nullableInstantBody,
    validTo: nullableInstantBody,
    serviceIds: z.array(id).nullable().openapi({ description: 'Null: for all services' }),
    endedAt: nullableInstantBody,
    createdAt: instantBody,
    updatedAt: instantBody,
  })
  .openapi('Coupon', {
    example: {
      id: sample.couponId,
      businessId: sample.businessId,
      code: 'SPRING',
      percent: 12.5,
      amount: null,
      maxUses: 100,
      uses: 3,
      validFrom: null,
      validTo: '2031-05-31T22:00:00.000Z',
      serviceIds: null,
      endedAt: null,
      createdAt: '2031-03-01T08:00:00.000Z',
      updatedAt: '2031-03-01T08:00:00.000Z',
    },
  })

export const couponsBody = listBody('coupons', couponBody)

export function toNewCoupon(
  input: Omit<z.infer<typeof newCoupon>, 'businessId'> & { businessId: number },
): NewCoupon {
  const { percent: percentHundredths, amount, validFrom, validTo, ...rest } = input
  return {
    ...rest,
    percentHundredths,
    amount: amount && { amountMinor: amount.amount, currency: amount.currency },
    validFromAt: validFrom,
    validToAt: validTo,
  }
}

export function toCouponBody(coupon: Coupon): z.infer<typeof couponBody> {
  const { percentHundredths, amountMinor, currency } = coupon
  return {
    id: coupon.id,
    businessId: coupon.businessId,
    code: coupon.code,
    percent: percentHundredths === null ? null : percentHundredths / 100,
    amount: amountMinor === null ? null : { amount: amountMinor, currency },
    maxUses: coupon.maxUses,
    uses: coupon.uses,
    validFrom: toNullableInstant(coupon.validFromAt),
    validTo: toNullableInstant(coupon.validToAt),
    serviceIds: coupon.serviceIds,
    endedAt: toNullableInstant(coupon.endedAt),
    createdAt: toInstant(coupon.createdAt),
    updatedAt: toInstant(coupon.updatedAt),
  }
}
