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
export function quote(
  { priceMinor, currency, prepaymentMinor }: ServiceOffer,
  { couponCode = null, isMember }: { couponCode?: string | null | undefined; isMember: boolean },
): Quote {
  return {
    paymentStatus: priceMinor === 0 ? 'not_required' : 'unpaid',
    priceMinor,
    currency,
    couponCode,
    discountMinor: 0,
    discountKind: null,
    discountValue: null,
    paidMinor: 0,
    prepaymentMinor: isMember ? null : prepaymentMinor,
    prepaymentDueAt: null,
  }
}
