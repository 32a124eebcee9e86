import { bookingsToRemind } from '#db/bookings/sweeps.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { recordTogether } from '#domain/bookings/record-together.ts'
import type { Context } from '#domain/context.ts'

/** What could not be told in time is told so late at most. */
const lateMs = 24 * 3_600_000
/** How many are read, and written in one batch. */
const together = 25
/** One run does not meet the next minute's. */
const longestMs = 20_000

/**
 * Tells once more of bookings that are to begin, when that is due. It is a step in the booking's history, written with its
 * event: of two who tell it at once, one does. One that cannot be written keeps none of the others.
 */
export async function sendReminders(ctx: Context): Promise<void> {
  const startedAt = ctx.clock.now()
  const failures: unknown[] = []
  let seen = { afterAt: startedAt - lateMs, afterId: 0 }
  for (;;) {
    const now = ctx.clock.now()
    const [due] = await ctx.read([bookingsToRemind({ now, ...seen, limit: together })])
    const steps = due.map((before) => ({ before, after: remindedOf(before, now), reason: 'reminded' }))
    if (steps.length > 0) failures.push(...(await recordTogether(ctx, steps)))
    const last = due.at(-1)
    if (!last || due.length < together || now - startedAt >= longestMs) break
    seen = { afterAt: last.remindAt ?? now, afterId: last.id }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} reminders could not be told`)
}

function remindedOf(before: Booking, now: number): Booking {
  return { ...before, remindedAt: now, version: before.version + 1, updatedAt: now }
}
