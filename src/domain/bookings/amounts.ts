import type { Booking } from './booking.ts'

/** What a booking costs, in minor units of its currency. */
export interface Amounts {
  /** The price less the discount. */
  totalMinor: number
  paidMinor: number
  /** What is still to be paid. */
  dueMinor: number
  /** What is to be paid before the booking stands, and until when; null when it asks for nothing in advance any more. */
  advance: { minor: number; dueAt: number } | null
}

type Paid = Pick<
  Booking,
  | 'status'
  | 'expiresAt'
  | 'paymentStatus'
  | 'priceMinor'
  | 'discountMinor'
  | 'paidMinor'
  | 'prepaymentMinor'
  | 'prepaymentDueAt'
>

export function amountsOf(booking: Paid): Amounts {
  const { paidMinor, paymentStatus } = booking
  const totalMinor = Math.max(0, booking.priceMinor - booking.discountMinor)
  const owesNothing =
    paymentStatus === 'not_required' || paymentStatus === 'refunded' || paymentStatus === 'paid'
  const dueMinor = owesNothing ? 0 : Math.max(0, totalMinor - paidMinor)
  const dueAt = booking.status === 'awaiting_payment' ? booking.expiresAt : booking.prepaymentDueAt
  const minor = Math.min(dueMinor, (booking.prepaymentMinor ?? 0) - paidMinor)
  return { totalMinor, paidMinor, dueMinor, advance: dueAt !== null && minor > 0 ? { minor, dueAt } : null }
}
