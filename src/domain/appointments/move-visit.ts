import type { Booking } from '#domain/bookings/booking.ts'
import { recordBookings } from '#domain/bookings/record-booking.ts'
import { requireInTime } from '#domain/bookings/rights.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { movedTo } from './new-place.ts'
import { tryAgain } from './try-again.ts'
import { getParts, isToCome, visitWith } from './visit.ts'
import type { Visit } from './visit.ts'

/**
 * Moves all parts of a visit that are still to come, by the same people and as far apart as they are, so that the first of
 * them begins at `startAt`: all or none. Throws not_found, invalid for a start that the rules forbid, conflict
 * `booking.slot_taken` where one of them does not fit, and as a booking's own move does.
 */
export function moveVisit(ctx: Context, move: { id: number; startAt: number }): Promise<Visit> {
  return tryAgain(() => moveOnce(ctx, move))
}

async function moveOnce(ctx: Context, { id, startAt }: { id: number; startAt: number }): Promise<Visit> {
  const parts = await getParts(ctx, id)
  const now = ctx.clock.now()
  const toCome = parts
    .filter((part) => isToCome(part, now))
    .sort((one, other) => one.booking.startAt - other.booking.startAt)
  const [earliest] = toCome
  if (!earliest) {
    const message = 'A visit that is over cannot be moved'
    throw new DomainError('booking.invalid_transition', { message })
  }
  const shift = startAt - earliest.booking.startAt
  if (shift === 0) return visitWith(parts, [])
  const along = toCome.map(({ booking }) => booking.id)
  const steps = await Promise.all(
    toCome.map(async (seen) => {
      const { booking: before } = seen
      requireInTime(seen, now)
      const place = await movedTo(ctx, seen, {
        startAt: before.startAt + shift,
        resourceId: before.resourceId,
        along,
        // Only its beginning is on the grid: the other parts follow.
        anyStart: seen.standing === 'member' || seen !== earliest,
      })
      const after: Booking = { ...before, ...place, version: before.version + 1, updatedAt: now }
      return { before, after }
    }),
  )
  // Each goes where the next one has left: the last one first where they go later.
  const [first, ...others] = shift > 0 ? steps.toReversed() : steps
  if (!first) throw new DomainError('visit.not_found')
  return recordBookings(ctx, [first, ...others], (moved) => visitWith(parts, moved))
}
