import { lapsedBookings } from '#db/bookings/sweeps.ts'
import type { Context } from '#domain/context.ts'
import { claimLifeMs } from '#domain/slots/slot-locks.ts'
import { forgetAtOf } from './booking-status.ts'
import type { Booking } from './booking.ts'
import type { BookingStep } from './record-booking.ts'
import { recordTogether } from './record-together.ts'

/** Statuses in the order in which they are expired: first those whose end somebody is told of. */
const inTurn = ['awaiting_payment', 'pending', 'held'] as const
/** How many are read, and written in one batch. */
const together = 25
/** A run ends before the next minute's begins. */
const longestMs = 20_000

/**
 * Writes down what time has already done: holds and bookings that nobody paid or confirmed in time expire. Nothing
 * waits for it: to the locks, what has lapsed is gone by itself. So it leaves alone what may still be confirmed by a
 * request that was in time. Answers how many it found; one that cannot be written keeps none of the others.
 */
export async function expireBookings(ctx: Context): Promise<number> {
  const startedAt = ctx.clock.now()
  const failures: unknown[] = []
  let found = 0
  for await (const lapsed of lapsedBefore(ctx, startedAt - claimLifeMs)) {
    found += lapsed.length
    const now = ctx.clock.now()
    failures.push(
      ...(await recordTogether(
        ctx,
        lapsed.map((before) => expired(before, now)),
      )),
    )
    if (ctx.clock.now() - startedAt >= longestMs) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} bookings could not expire`)
  return found
}

async function* lapsedBefore(ctx: Context, before: number): AsyncIterable<Booking[]> {
  for (const status of inTurn) {
    let seen = { afterAt: 0, afterId: 0 }
    for (;;) {
      const [lapsed] = await ctx.read([lapsedBookings({ status, before, ...seen, limit: together })])
      if (lapsed.length > 0) yield lapsed
      const last = lapsed.at(-1)
      if (!last || lapsed.length < together) break
      seen = { afterAt: last.expiresAt ?? 0, afterId: last.id }
    }
  }
}

function expired(before: Booking, now: number): BookingStep {
  const after: Booking = {
    ...before,
    status: 'expired',
    expiresAt: null,
    forgetAt: forgetAtOf(before, 'expired', now),
    version: before.version + 1,
    updatedAt: now,
  }
  return { before, after, reason: 'expired' }
}
