import { ownExpiryOf } from '#domain/bookings/booking-status.ts'
import type { BookingStatus } from '#domain/bookings/booking-status.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import type { Context } from '#domain/context.ts'
import type { InitialState } from './first-state.ts'
import type { OwnTerms } from './own-terms.ts'
import { placeBooking } from './place-booking.ts'
import type { BookingRequest } from './place-booking.ts'

/** What a business writes into its own book: without a customer it is nobody's. */
export interface NewAppointment extends OwnTerms, Omit<BookingRequest, 'own' | 'byHand'> {
  /** Confirmed unless said otherwise. */
  status?: BookingStatus | undefined
}

/**
 * Enters an appointment by the business's own hand: at any start within hours, in any status. One that keeps its slot takes it
 * like every other: conflict `booking.slot_taken`. Throws forbidden for everybody else, and as `createBooking` does.
 */
export function createAppointment(ctx: Context, appointment: NewAppointment): Promise<Booking> {
  const {
    status = 'confirmed',
    durationMinutes,
    priceMinor,
    prepaymentMinor,
    prepaidAt,
    source,
    enteredBy = 0,
    groupWith,
    customer = null,
    ...request
  } = appointment
  const own = { durationMinutes, priceMinor, prepaymentMinor, prepaidAt, source, enteredBy, groupWith }
  return placeBooking(ctx, { ...request, customer, own, byHand: true }, () =>
    stateIn(status, request.startAt, ctx.clock.now()),
  )
}

const standing: ReadonlySet<BookingStatus> = new Set([
  'confirmed',
  'rescheduling',
  'checked_in',
  'completed',
  'no_show',
])

function stateIn(status: BookingStatus, startAt: number, now: number): InitialState {
  return {
    status,
    expiresAt: ownExpiryOf(status, startAt, now),
    confirmedAt: standing.has(status) ? now : null,
  }
}
