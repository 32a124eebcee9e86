import { lapsedBookings } from '#db/bookings.ts'
import { ConstraintError } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { claimLifeMs } from '#domain/slots/slot-locks.ts'
import { forgetAtOf } from './booking-status.ts'
import type { Booking } from './booking.ts'
import { writtenStep } from './record-booking.ts'

/** Of whom somebody is told first. */
const inTurn = ['awaiting_payment', 'pending', 'held'] as const
const page = 100
/** How many are written in one batch. */
const together = 20
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
  for (const status of inTurn) {
    let last = { expiresAt: 0, id: 0 }
    for (;;) {
      if (ctx.clock.now() - startedAt >= longestMs) break
      const [lapsed] = await ctx.db.read(
        lapsedBookings({
          status,
          before: startedAt - claimLifeMs,
          afterAt: last.expiresAt,
          afterId: last.id,
          limit: page,
        }),
      )
      for (let index = 0; index < lapsed.length; index += together) {
        failures.push(...(await expire(ctx, lapsed.slice(index, index + together))))
      }
      found += lapsed.length
      const end = lapsed.at(-1)
      if (!end || lapsed.length < page) break
      last = { expiresAt: end.expiresAt ?? 0, id: end.id }
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} bookings could not expire`)
  return found
}

/** All of them in one batch, or else each by itself; answers why some could not. */
async function expire(ctx: Context, bookings: readonly Booking[]): Promise<unknown[]> {
  try {
    await write(ctx, bookings)
    return []
  } catch (error) {
    if (bookings.length > 1) {
      const failures: unknown[] = []
      for (const booking of bookings) failures.push(...(await expire(ctx, [booking])))
      return failures
    }
    // Somebody changed it first: then it is theirs.
    const isTheirs = error instanceof ConstraintError && error.constraint.startsWith('bookingHistory.')
    return isTheirs ? [] : [error]
  }
}

function write(ctx: Context, bookings: readonly Booking[]): Promise<unknown> {
  const now = ctx.clock.now()
  const steps = bookings.map((before) => {
    const after: Booking = {
      ...before,
      status: 'expired',
      expiresAt: null,
      forgetAt: forgetAtOf(before, 'expired', now),
      version: before.version + 1,
      updatedAt: now,
    }
    return writtenStep(ctx, { before, after, reason: 'expired' })
  })
  return ctx.commitAside({
    statements: steps.flatMap(({ statements }) => statements),
    events: steps.flatMap(({ events }) => events),
  })
}
