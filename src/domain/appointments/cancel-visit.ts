import { InvalidTransition, mayBecome } from '#domain/bookings/booking-status.ts'
import { inStatus } from '#domain/bookings/next-state.ts'
import { recordBookings } from '#domain/bookings/record-booking.ts'
import { requireInTime } from '#domain/bookings/rights.ts'
import type { Context } from '#domain/context.ts'
import { getParts, isToCome, visitWith } from './visit.ts'
import type { Visit } from './visit.ts'

/**
 * Calls off all parts of a visit that are still to come, or none; a visit that is over is answered as it is. Throws not_found,
 * conflict `booking.invalid_transition` while one is under way, `booking.started` or `booking.change_too_late` where it is too
 * late for its customer.
 */
export async function cancelVisit(
  ctx: Context,
  { id, reason = null }: { id: number; reason?: string | null | undefined },
): Promise<Visit> {
  const parts = await getParts(ctx, id)
  const now = ctx.clock.now()
  const [first, ...others] = parts
    .filter((part) => isToCome(part, now))
    .map((seen) => {
      const { booking: before } = seen
      if (!mayBecome(before.status, 'cancelled')) throw new InvalidTransition(before.status, 'cancelled')
      requireInTime(seen, now)
      return { before, after: inStatus(before, 'cancelled', { reason, now }), reason }
    })
  if (!first) return visitWith(parts, [])
  return recordBookings(ctx, [first, ...others], (cancelled) => visitWith(parts, cancelled))
}
