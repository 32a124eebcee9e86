import { describe, expect, it } from 'vitest'
import type { Coupon } from '#domain/coupons/coupon.ts'
import { paymentStatusOf, quote, repriced } from '#domain/prices/quote.ts'

const offer = { priceMinor: 4500, currency: 'EUR', prepaymentMinor: 2000 }
const coupon = (gives: Partial<Coupon>): Coupon => ({
  id: 7,
  businessId: 1,
  code: 'SPRING',
  codeKey: 'SPRING',
  percentHundredths: null,
  amountMinor: null,
  currency: 'EUR',
  maxUses: null,
  uses: 0,
  validFromAt: null,
  validToAt: null,
  serviceIds: null,
  endedAt: null,
  createdAt: 0,
  updatedAt: 0,
  ...gives,
})

describe('a quote', () => {
  it.each([
    ['a third, rounded to the minor unit', { percentHundredths: 3333 }, 1500],
    ['nothing that is less than half a unit', { percentHundredths: 1 }, 0],
    ['everything', { percentHundredths: 10_000 }, 4500],
    ['an amount', { amountMinor: 700 }, 700],
    ['no more than the price', { amountMinor: 5000 }, 4500],
  ])('takes off %s', (_, gives, discountMinor) => {
    expect(quote(offer, { coupon: coupon(gives), isMember: false }).discountMinor).toBe(discountMinor)
  })

  it('asks in advance for what the service asks, for no more than is left to pay, and for nothing of the business', () => {
    const asked = (gives: Partial<Coupon> | undefined, isMember = false) =>
      quote(offer, { coupon: gives && coupon(gives), isMember }).prepaymentMinor
    expect([
      asked(undefined),
      asked({ amountMinor: 3000 }),
      asked({ amountMinor: 4500 }),
      asked(undefined, true),
    ]).toEqual([2000, 1500, null, null])
  })
})

it('another price keeps the discount as it was given, and what was paid', () => {
  const booking = { discountKind: 'percent', discountValue: 1000, paidMinor: 900 } as const
  expect(repriced(booking, 1000)).toEqual({ priceMinor: 1000, discountMinor: 100, paymentStatus: 'paid' })
  expect(repriced(booking, 2000)).toEqual({
    priceMinor: 2000,
    discountMinor: 200,
    paymentStatus: 'partially_paid',
  })
})

it.each([
  [0, 0, 0, 'not_required'],
  [1000, 1000, 0, 'not_required'],
  [1000, 0, 0, 'unpaid'],
  [1000, 0, 999, 'partially_paid'],
  [1000, 100, 900, 'paid'],
  [0, 0, 5, 'paid'],
] as const)('of %d less %d with %d paid it is %s', (priceMinor, discountMinor, paidMinor, status) => {
  expect(paymentStatusOf({ priceMinor, discountMinor, paidMinor })).toBe(status)
})
