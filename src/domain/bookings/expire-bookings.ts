import { lapsedBookings } from '#db/bookings.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Booking } from './booking.ts'
import { recordBooking } from './record-booking.ts'

/** Writes down what time has already done: lapsed holds and unpaid bookings expire. Answers how many it found. */
export async function expireBookings(ctx: Context, limit = 200): Promise<number> {
  const now = ctx.clock.now()
  const [lapsed] = await ctx.db.read(lapsedBookings({ now, limit }))
  for (const before of lapsed) {
    const after: Booking = {
      ...before,
      status: 'expired',
      expiresAt: null,
      version: before.version + 1,
      updatedAt: now,
    }
    try {
      await recordBooking(ctx, { before, after, reason: 'expired' })
    } catch (error) {
      // Somebody changed it first: then it is theirs.
      if (!(error instanceof DomainError && error.code === 'booking.changed')) throw error
    }
  }
  return lapsed.length
}
