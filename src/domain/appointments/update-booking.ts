import { differences } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { expiryOf, isOver, statusAt } from '#domain/bookings/booking-status.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { contentsAfter } from '#domain/bookings/contents.ts'
import type { ContentsChange } from '#domain/bookings/contents.ts'
import { getBooking } from '#domain/bookings/get-booking.ts'
import type { BookingKey, SeenBooking } from '#domain/bookings/get-booking.ts'
import { newPlace } from './new-place.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import { mayDecide, requireInTime, requireVersion } from '#domain/bookings/rights.ts'

export interface BookingUpdate extends ContentsChange {
  id: BookingKey
  ifVersion?: number | undefined
  startAt?: number | undefined
  resourceId?: number | undefined
}

/**
 * Changes a booking's contents, or moves it: a move keeps the id, and the old slot is free only when the new one is
 * taken. Where a service asks for approval, the business approves of a move, too. Throws conflict when the booking is
 * over, it is too late for its customer, or the new slot is taken; invalid for a start that the rules forbid.
 */
export async function updateBooking(ctx: Context, update: BookingUpdate): Promise<Booking> {
  const seen = await getBooking(ctx, update.id)
  const { booking: before } = seen
  requireVersion(before, update.ifVersion)
  const now = ctx.clock.now()
  const status = statusAt(before, now)
  if (isOver(status)) {
    const message = `A booking that is ${status} cannot be changed`
    throw new DomainError('booking.invalid_transition', { message })
  }
  const startAt = update.startAt ?? before.startAt
  const resourceId = update.resourceId ?? before.resourceId
  const moves = startAt !== before.startAt || resourceId !== before.resourceId
  if (moves) requireInTime(seen, now)
  const move = moves ? await moveOf(ctx, seen, startAt, resourceId) : {}

  const after: Booking = {
    ...before,
    ...move,
    ...contentsAfter(before, update),
    version: before.version + 1,
    updatedAt: now,
  }
  const { version: _version, updatedAt: _updatedAt, ...changes } = differences(before, after)
  return Object.keys(changes).length === 0 ? before : recordBooking(ctx, { before, after })
}

/** The new place and status of a moved booking: the business has not approved of this one yet. */
async function moveOf(
  ctx: Context,
  seen: SeenBooking,
  startAt: number,
  resourceId: number | null,
): Promise<Partial<Booking>> {
  const { booking: before, standing } = seen
  const { place, offer } = await newPlace(ctx, before, {
    startAt,
    resourceId,
    isMember: standing === 'member',
  })
  const wasAgreed = before.status === 'confirmed' || before.status === 'rescheduling'
  const asksAgain = wasAgreed && offer.confirmation === 'approval' && !mayDecide(ctx, seen)
  const status = asksAgain ? 'pending' : before.status
  return status === 'pending'
    ? { ...place, status, expiresAt: expiryOf(status, startAt, ctx.clock.now()) }
    : place
}
