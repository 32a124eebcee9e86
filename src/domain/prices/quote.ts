import type { ServiceOffer } from '#db/agendas.ts'
import type { Booking } from '#domain/bookings/booking.ts'

/** What a booking says of money; amounts in minor units of its currency. */
export type Quote = Pick<
  Booking,
  | 'paymentStatus'
  | 'priceMinor'
  | 'currency'
  | 'couponCode'
  | 'discountMinor'
  | 'discountKind'
  | 'discountValue'
  | 'paidMinor'
  | 'prepaymentMinor'
  | 'prepaymentDueAt'
>

/** What a service costs whoever books it now: who books for the business itself pays nothing in advance. */
export function quote(offer: ServiceOffer, couponCode: string | null = null): Quote {
  const { priceMinor, currency, prepaymentMinor, role } = offer
  return {
    paymentStatus: priceMinor === 0 ? 'not_required' : 'unpaid',
    priceMinor,
    currency,
    couponCode,
    discountMinor: 0,
    discountKind: null,
    discountValue: null,
    paidMinor: 0,
    prepaymentMinor: role === null ? prepaymentMinor : null,
    prepaymentDueAt: null,
  }
}
