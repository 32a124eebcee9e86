// The state machine of bookings: where each status leads, which ones block a slot, and which event a step emits.
import { blockingStatuses } from '#db/bookings/booking-statuses.ts'
import { minute } from './booking.ts'
import type { Booking } from './booking.ts'
import { DomainError } from '#domain/errors.ts'
import type { TypeOf } from '#domain/events/event.ts'

export { bookingStatuses, paymentStatuses } from '#db/bookings/booking-statuses.ts'
export { bookingKinds } from '#db/bookings/bookings.ts'
export type BookingStatus = Booking['status']

const leadsTo: Record<BookingStatus, readonly BookingStatus[]> = {
  held: ['pending', 'awaiting_payment', 'confirmed', 'expired', 'cancelled'],
  pending: ['confirmed', 'declined', 'cancelled', 'expired'],
  awaiting_payment: ['confirmed', 'expired', 'cancelled'],
  confirmed: ['checked_in', 'rescheduling', 'completed', 'no_show', 'cancelled'],
  rescheduling: ['confirmed', 'cancelled'],
  checked_in: ['completed'],
  completed: [],
  cancelled: [],
  declined: [],
  expired: [],
  no_show: [],
}

const blocking: ReadonlySet<BookingStatus> = new Set(blockingStatuses)

const calledOff: ReadonlySet<BookingStatus> = new Set(['cancelled', 'declined', 'expired'])

/** How long a booking waits for its prepayment. */
const paymentTermMs = 30 * minute
/** How long a business's own hold keeps its slot. */
const cartMs = 15 * minute
/** How long an ended hold is kept that never became a booking. */
const holdKeptMs = 24 * 60 * minute

export function mayBecome(from: BookingStatus, to: BookingStatus): boolean {
  return leadsTo[from].includes(to)
}

/** A step that the machine does not have. */
export class InvalidTransition extends DomainError {
  readonly from: BookingStatus
  readonly to: BookingStatus

  constructor(from: BookingStatus, to: BookingStatus) {
    super('booking.invalid_transition', { message: `A booking that is ${from} cannot become ${to}` })
    this.from = from
    this.to = to
  }
}

/** Whether no step leads on from it. */
export function isOver(status: BookingStatus): boolean {
  return leadsTo[status].length === 0
}

/** What was called off can be restored; what took place cannot. */
export function mayBeRestored(status: BookingStatus): boolean {
  return calledOff.has(status)
}

/** Whether the booking takes its slot at this instant: a hold or a wait for payment that has lapsed does not. */
export function isBlocking(booking: Pick<Booking, 'status' | 'expiresAt'>, now: number): boolean {
  return blocking.has(booking.status) && (booking.expiresAt === null || booking.expiresAt > now)
}

/** The status as it is now: lapsed is expired, even before a sweep has written it down. */
export function statusAt(booking: Pick<Booking, 'status' | 'expiresAt'>, now: number): BookingStatus {
  return booking.expiresAt !== null && booking.expiresAt <= now ? 'expired' : booking.status
}

/** Until when the booking keeps its slot in a status that ends by itself; a hold says so itself. */
export function expiryOf(status: BookingStatus, startAt: number, now: number): number | null {
  if (status === 'awaiting_payment') return now + paymentTermMs
  return status === 'pending' ? startAt : null
}

/** A hold is nobody's news until it becomes a booking, unless the business entered it by hand. */
function isMereHold({ status, enteredBy }: Booking): boolean {
  return status === 'held' && enteredBy === null
}

/** Whether what is told of a booking now is the first of it. */
export function isNews(before: Booking | undefined): boolean {
  return before === undefined || isMereHold(before)
}

/** The same where the business enters it by hand: what is in a cart lapses, and what waits for a payment does not. */
export function ownExpiryOf(status: BookingStatus, startAt: number, now: number): number | null {
  if (status === 'held') return now + cartMs
  return status === 'pending' && startAt > now ? startAt : null
}

/** When to forget what was never more than a hold; null for everything else. */
export function forgetAtOf(before: Booking, status: BookingStatus, now: number): number | null {
  return isMereHold(before) && calledOff.has(status) ? now + holdKeptMs : null
}

/** The coupon that a booking has used: what never took place gives it back, unless it was paid for. */
export function usedCouponOf({ couponId, status, paidMinor }: Booking): number | null {
  const neverWas = status === 'held' || (calledOff.has(status) && paidMinor === 0)
  return neverWas ? null : couponId
}

/**
 * The events that a step emits: one, or none for mere holds. Guests who are there already when their stay is noted have come as
 * well: whoever listens for that alone would never hear of them.
 */
export function eventsOf(before: Booking | undefined, after: Booking): TypeOf<'booking'>[] {
  const event = eventOf(before, after)
  if (event === undefined) return []
  const hasCome = event === 'booking.created' && after.kind === 'stay' && after.status === 'checked_in'
  return hasCome ? [event, 'booking.checked_in'] : [event]
}

/** The event that a step emits first; none for mere holds, which are announced only as bookings. */
export function eventOf(before: Booking | undefined, after: Booking): TypeOf<'booking'> | undefined {
  if (isMereHold(after) || (before && isMereHold(before) && calledOff.has(after.status))) return undefined
  if (after.confirmedAt !== null && !before?.confirmedAt) return 'booking.created'
  if (before === undefined || isMereHold(before)) return 'booking.requested'
  if (before.remindedAt === null && after.remindedAt !== null) return 'booking.reminder'
  if (before.status === after.status) return 'booking.updated'
  if (calledOff.has(after.status)) return 'booking.cancelled'
  if (after.status === 'checked_in') return 'booking.checked_in'
  if (after.status === 'completed') return 'booking.completed'
  if (after.status === 'no_show') return 'booking.no_show'
  return 'booking.updated'
}
