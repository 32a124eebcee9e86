// A booking one step on, as every verb that takes the step leaves it.
import { expiryOf, forgetAtOf, mayBeRestored } from './booking-status.ts'
import type { BookingStatus } from './booking-status.ts'
import type { Booking } from './booking.ts'

/** The booking in another status from `now` on; `reason` is kept where it is called off. */
export function inStatus<B extends Booking>(
  before: B,
  status: BookingStatus,
  { reason = null, now }: { reason?: string | null | undefined; now: number },
): B {
  return {
    ...before,
    status,
    expiresAt: expiryOf(status, before.startAt, now),
    confirmedAt: before.confirmedAt ?? (status === 'confirmed' ? now : null),
    cancelReason: mayBeRestored(status) ? reason : before.cancelReason,
    forgetAt: forgetAtOf(before, status, now),
    version: before.version + 1,
    updatedAt: now,
  }
}
