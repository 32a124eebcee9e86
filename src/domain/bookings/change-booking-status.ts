import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { mayBecome, statusAt } from './booking-status.ts'
import type { BookingStatus } from './booking-status.ts'
import type { Booking } from './booking.ts'
import { getBooking } from './get-booking.ts'
import { recordBooking } from './record-booking.ts'

export interface StatusChange {
  id: number
  status: BookingStatus
  reason?: string | null | undefined
  /** Refused as stale unless the booking is at this version. */
  ifVersion?: number | undefined
}

/**
 * Takes a booking one step through the state machine. Throws conflict `booking.invalid_transition` where no step
 * leads, forbidden for a step that is not the caller's to take, stale when `ifVersion` is not the version.
 */
export async function changeBookingStatus(ctx: Context, change: StatusChange): Promise<Booking> {
  const { booking: before, standing } = await getBooking(ctx, change.id)
  await ctx.admitted()
  const { status } = change
  if (standing === 'customer' && status !== 'cancelled') {
    throw new DomainError('forbidden', 'booking.not_yours_to_decide', 'Only the business may set this status')
  }
  // What the business has not confirmed yet, it decides itself.
  if (standing === 'partner' && status !== 'cancelled' && before.confirmedAt === null) {
    throw new DomainError(
      'forbidden',
      'booking.not_yours_to_decide',
      'Only the business may decide about a booking that it has not confirmed',
    )
  }
  requireVersion(before, change.ifVersion)

  const now = ctx.clock.now()
  const from = statusAt(before, now)
  // Time alone makes a booking expire.
  if (!mayBecome(from, status) || status === 'expired') {
    const message = `A booking that is ${from} cannot become ${status}`
    throw new DomainError('conflict', 'booking.invalid_transition', message)
  }
  if (status === 'no_show' && now < before.startAt) {
    throw new DomainError(
      'conflict',
      'booking.not_started',
      'A booking that has not started cannot be a no-show',
    )
  }
  const isCalledOff = status === 'cancelled' || status === 'declined'
  const after: Booking = {
    ...before,
    status,
    expiresAt: null,
    confirmedAt: before.confirmedAt ?? (status === 'confirmed' ? now : null),
    cancelReason: isCalledOff ? (change.reason ?? null) : before.cancelReason,
    version: before.version + 1,
    updatedAt: now,
  }
  return recordBooking(ctx, { before, after, reason: change.reason ?? null })
}

export function requireVersion(booking: Booking, ifVersion: number | undefined): void {
  if (ifVersion !== undefined && ifVersion !== booking.version) {
    throw new DomainError('stale', 'booking.stale', `The booking is at version ${booking.version}`)
  }
}
