import { bookingsToRemind } from '#db/bookings/sweeps.ts'
import { ConstraintError } from '#db/database.ts'
import type { BookingStep } from '#domain/bookings/record-booking.ts'
import { writtenStep } from '#domain/bookings/record-booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import type { Context } from '#domain/context.ts'

/** How long a reminder that could not be told in time is told late. */
const lateMs = 24 * 3_600_000

/**
 * Tells of bookings that are to begin and whose reminder is due, some at a time. That it was told is a step in the booking's
 * history, written with the event: so of two who tell it at once, one does. Answers whether there is more.
 */
export async function sendReminders(ctx: Context, limit = 25): Promise<boolean> {
  const now = ctx.clock.now()
  const [due] = await ctx.read([bookingsToRemind({ now, since: now - lateMs, limit })])
  if (due.length === 0) return false
  const failures = await tell(ctx, due, now)
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} reminders could not be told`)
  return due.length === limit
}

/** All of them in one batch, or else each by itself; answers why some could not. */
async function tell(ctx: Context, bookings: readonly Booking[], now: number): Promise<unknown[]> {
  try {
    const steps = bookings.map((before) => writtenStep(ctx, reminded(before, now)))
    await ctx.commitAside({
      statements: steps.flatMap(({ statements }) => statements),
      events: steps.flatMap(({ events }) => events),
    })
    return []
  } catch (error) {
    if (bookings.length > 1) {
      const failures: unknown[] = []
      for (const booking of bookings) failures.push(...(await tell(ctx, [booking], now)))
      return failures
    }
    // Somebody changed it first, or told it: then it is looked at again, if need be.
    const isTheirs = error instanceof ConstraintError && error.constraint.startsWith('bookingHistory.')
    return isTheirs ? [] : [error]
  }
}

function reminded(before: Booking, now: number): BookingStep {
  const after: Booking = { ...before, remindedAt: now, version: before.version + 1, updatedAt: now }
  return { before, after, reason: 'reminded' }
}
