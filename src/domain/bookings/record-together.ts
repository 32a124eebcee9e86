import { ConstraintError } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { writtenStep } from './record-booking.ts'
import type { BookingStep } from './record-booking.ts'

/**
 * Writes steps that take no slot, as time itself makes them: all in one batch, or else each by itself. What somebody else
 * changed first is theirs, and left alone. Answers why others could not be written.
 */
export async function recordTogether(ctx: Context, steps: readonly BookingStep[]): Promise<unknown[]> {
  try {
    const written = steps.map((step) => writtenStep(ctx, step))
    await ctx.commitAside({
      statements: written.flatMap(({ statements }) => statements),
      events: written.flatMap(({ events }) => events),
    })
    return []
  } catch (error) {
    if (steps.length > 1) {
      const failures: unknown[] = []
      for (const step of steps) failures.push(...(await recordTogether(ctx, [step])))
      return failures
    }
    const isTheirs = error instanceof ConstraintError && error.constraint.startsWith('bookingHistory.')
    return isTheirs ? [] : [error]
  }
}
