// What a booking is once it is back: the same as before it was called off.
import { expiryOf } from './booking-status.ts'
import type { BookingStatus } from './booking-status.ts'
import type { Booking } from './booking.ts'

/** A booking that was called off, in the status that it has again from `now` on. */
export function restored<B extends Booking>(before: B, status: BookingStatus, now: number): B {
  return {
    ...before,
    status,
    expiresAt: expiryOf(status, before.startAt, now),
    cancelReason: null,
    forgetAt: null,
    confirmedAt: before.confirmedAt ?? (status === 'confirmed' ? now : null),
    version: before.version + 1,
    updatedAt: now,
  }
}
