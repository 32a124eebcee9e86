import type { ServiceOffer } from '#db/agendas.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import type { Coupon } from '#domain/coupons/coupon.ts'

/** What a booking says of money; amounts in minor units of its currency. */
export type Quote = Pick<
  Booking,
  | 'paymentStatus'
  | 'priceMinor'
  | 'currency'
  | 'couponCode'
  | 'couponId'
  | 'discountMinor'
  | 'discountKind'
  | 'discountValue'
  | 'paidMinor'
  | 'prepaymentMinor'
  | 'prepaymentDueAt'
  | 'prepaidAt'
>

/** What so many units of a service cost whoever books them now: who books for the business itself pays nothing in advance. */
export function quote(
  offer: Pick<ServiceOffer, 'priceMinor' | 'currency' | 'prepaymentMinor'>,
  { coupon, isMember, units = 1 }: { coupon?: Coupon | undefined; isMember: boolean; units?: number },
): Quote {
  const { currency } = offer
  const priceMinor = offer.priceMinor * units
  const discount = discountBy(coupon)
  const discountMinor = discountOn(priceMinor, discount)
  const dueMinor = priceMinor - discountMinor
  const prepaid = isMember || offer.prepaymentMinor === null ? null : offer.prepaymentMinor * units
  return {
    paymentStatus: paymentStatusOf({ priceMinor, discountMinor, paidMinor: 0 }),
    priceMinor,
    currency,
    ...discount,
    discountMinor,
    paidMinor: 0,
    // Nobody pays more in advance than it costs, or nothing.
    prepaymentMinor: prepaid === null || dueMinor === 0 ? null : Math.min(prepaid, dueMinor),
    prepaymentDueAt: null,
    prepaidAt: null,
  }
}

/** What a coupon gives, whatever the price. */
export function discountBy(
  coupon: Coupon | undefined,
): Pick<Booking, 'couponCode' | 'couponId' | 'discountKind' | 'discountValue'> {
  if (!coupon) return { couponCode: null, couponId: null, discountKind: null, discountValue: null }
  const { id: couponId, code: couponCode, percentHundredths, amountMinor } = coupon
  return percentHundredths === null
    ? { couponCode, couponId, discountKind: 'fixed', discountValue: amountMinor }
    : { couponCode, couponId, discountKind: 'percent', discountValue: percentHundredths }
}

/** What a discount comes to: never more than the price. */
function discountOn(
  priceMinor: number,
  { discountKind, discountValue }: Pick<Booking, 'discountKind' | 'discountValue'>,
): number {
  if (discountKind === null || discountValue === null) return 0
  if (discountKind === 'fixed') return Math.min(discountValue, priceMinor)
  return Math.round((priceMinor * discountValue) / 10_000)
}

/** A booking at another price, or with another discount. */
export function repriced(
  booking: Pick<Booking, 'discountKind' | 'discountValue' | 'paidMinor'>,
  priceMinor: number,
): Pick<Booking, 'priceMinor' | 'discountMinor' | 'paymentStatus'> {
  const discountMinor = discountOn(priceMinor, booking)
  const { paidMinor } = booking
  return {
    priceMinor,
    discountMinor,
    paymentStatus: paymentStatusOf({ priceMinor, discountMinor, paidMinor }),
  }
}

/** How far a booking is paid, by what came in for it. */
export function paymentStatusOf({
  priceMinor,
  discountMinor,
  paidMinor,
}: Pick<Booking, 'priceMinor' | 'discountMinor' | 'paidMinor'>): Booking['paymentStatus'] {
  const dueMinor = priceMinor - discountMinor
  if (paidMinor > 0) return paidMinor >= dueMinor ? 'paid' : 'partially_paid'
  return dueMinor === 0 ? 'not_required' : 'unpaid'
}
