import type { Context } from '#domain/context.ts'
import { forgetAtOf, isBlocking, statusAt } from './booking-status.ts'
import type { Booking } from './booking.ts'
import { getBooking } from './get-booking.ts'
import { recordBooking } from './record-booking.ts'
import { requireBusiness, requireVersion } from './rights.ts'

/**
 * Takes a booking out of everybody's sight, whatever its status: one that keeps a slot is cancelled with it. Only its
 * history stays, for the business, whose word alone this is. Throws not_found, forbidden, stale.
 */
export async function removeBooking(
  ctx: Context,
  { id, ifVersion }: { id: number; ifVersion?: number | undefined },
): Promise<void> {
  const seen = await getBooking(ctx, id)
  requireBusiness(seen)
  const { booking: before } = seen
  requireVersion(before, ifVersion)
  const now = ctx.clock.now()
  const status = isBlocking(before, now) ? 'cancelled' : statusAt(before, now)
  const after: Booking = {
    ...before,
    status,
    expiresAt: null,
    forgetAt: forgetAtOf(before, status, now) ?? before.forgetAt,
    removedAt: now,
    version: before.version + 1,
    updatedAt: now,
  }
  await recordBooking(ctx, { before, after, reason: 'removed' })
}
