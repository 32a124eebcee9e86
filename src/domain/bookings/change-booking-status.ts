import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { InvalidTransition, mayBecome, statusAt } from './booking-status.ts'
import type { BookingStatus } from './booking-status.ts'
import { minute } from './booking.ts'
import type { Booking } from './booking.ts'
import { getBooking } from './get-booking.ts'
import type { BookingKey, SeenBooking } from './get-booking.ts'
import { inStatus } from './next-state.ts'
import { recordBooking } from './record-booking.ts'
import { mayDecide, requireCustomer, requireInTime, requireVersion } from './rights.ts'

export interface StatusChange {
  id: BookingKey
  status: BookingStatus
  reason?: string | null | undefined
  /** Refused as stale unless the booking is at this version. */
  ifVersion?: number | undefined
}

/** How long before its start somebody can be there. */
const earliestCheckInMs = 12 * 60 * minute

/**
 * Takes a booking one step through the state machine; what is cancelled already is answered as it is. Throws conflict
 * `booking.invalid_transition` where no step leads, `booking.not_started` or `booking.too_early` where it is not time
 * yet, `booking.started` or `booking.change_too_late` where it is too late, forbidden for a step that is not the
 * caller's to take, stale when `ifVersion` is not the version.
 */
export async function changeBookingStatus(ctx: Context, change: StatusChange): Promise<Booking> {
  const seen = await getBooking(ctx, change.id)
  const { booking: before } = seen
  const { status } = change
  if (status === 'cancelled' && before.status === status) return before
  if (status !== 'cancelled') requireDecision(ctx, seen)
  requireVersion(before, change.ifVersion)
  requireOfKind(before, status)

  const now = ctx.clock.now()
  const from = statusAt(before, now)
  // Time alone makes a booking expire.
  if (!mayBecome(from, status) || status === 'expired') {
    throw new InvalidTransition(from, status)
  }
  requireInTime(seen, now)
  requireItsTime(before, status, now)
  const isCalledOff = status === 'cancelled' || status === 'declined'
  if (!isCalledOff) requireCustomer(before)
  const { reason = null } = change
  return recordBooking(ctx, { before, after: inStatus(before, status, { reason, now }), reason })
}

/** Nights are moved at once, where dates are known; and nobody comes to a lock, or stays away from it. */
function requireOfKind({ kind, status: from }: Booking, status: BookingStatus): void {
  if (kind === 'stay' && status === 'rescheduling') throw new DomainError('booking.not_movable')
  if (kind === 'block' && status !== 'cancelled') throw new InvalidTransition(from, status)
}

function requireDecision(ctx: Context, seen: SeenBooking): void {
  if (mayDecide(ctx, seen)) return
  if (seen.standing === 'customer') throw notYours('Only the business may set this status')
  // What the business has not confirmed, or is to confirm again, it decides itself.
  if (seen.booking.confirmedAt === null || seen.booking.status === 'pending') {
    throw notYours('Only the business may decide about a booking that it has not confirmed')
  }
}

function notYours(message: string): DomainError {
  return new DomainError('booking.not_yours_to_decide', { message })
}

function requireItsTime({ startAt }: Booking, status: BookingStatus, now: number): void {
  if ((status === 'no_show' || status === 'completed') && now < startAt) {
    const message = `A booking that has not started cannot be ${status === 'no_show' ? 'a no-show' : status}`
    throw new DomainError('booking.not_started', { message })
  }
  if (status === 'pending' && now >= startAt) {
    throw new DomainError('booking.started')
  }
  if (status === 'checked_in' && now < startAt - earliestCheckInMs) {
    throw new DomainError('booking.too_early')
  }
}
