import { staysWith } from '#db/stays.ts'
import { InvalidTransition, mayBecome } from '#domain/bookings/booking-status.ts'
import { inStatus } from '#domain/bookings/next-state.ts'
import { recordBookings } from '#domain/bookings/record-booking.ts'
import type { Context } from '#domain/context.ts'
import { standing } from './get-stay.ts'
import { stayStep } from './record-stay.ts'
import { isStanding } from './stay.ts'
import type { Stay } from './stay.ts'

/**
 * Calls a stay or a lock off, or all of its group at once, and frees the nights. Throws not_found, conflict
 * `booking.invalid_transition` once somebody has come.
 */
export async function cancelStay(
  ctx: Context,
  { id, withGroup = false }: { id: number; withGroup?: boolean | undefined },
): Promise<void> {
  const { found } = await ctx.read({ found: staysWith({ id }) })
  const stay = standing(
    ctx,
    found.find((each) => each.id === id),
    'delete',
  )
  const now = ctx.clock.now()
  const others = withGroup ? found.filter((other) => other.id !== id && isStanding(other, now)) : []
  const cancelled = (before: Stay) => {
    if (!mayBecome(before.status, 'cancelled')) throw new InvalidTransition(before.status, 'cancelled')
    return stayStep(before, inStatus(before, 'cancelled', { now }))
  }
  await recordBookings(ctx, [cancelled(stay), ...others.map(cancelled)], () => undefined)
}
