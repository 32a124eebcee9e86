import { staysWith } from '#db/stays.ts'
import { mayBeRestored, statusAt } from '#domain/bookings/booking-status.ts'
import { recordBookings } from '#domain/bookings/record-booking.ts'
import { restored } from '#domain/bookings/restoration.ts'
import type { Context } from '#domain/context.ts'
import { own } from './get-stay.ts'
import { stayStep } from './record-stay.ts'
import { stayNotFound } from './stay.ts'
import type { Stay } from './stay.ts'

/**
 * Brings back what was called off, or with it whatever else of its group was: they take their nights again like new ones, all of
 * them or none. Answers the one that is named. Throws not_found for what was not called off, conflict `booking.slot_taken`,
 * `booking.room_gone`.
 */
export async function restoreStay(
  ctx: Context,
  { id, withGroup = false }: { id: number; withGroup?: boolean | undefined },
): Promise<Stay> {
  const { found } = await ctx.read({ found: staysWith({ id }) })
  const named = own(
    ctx,
    found.find((each) => each.id === id),
    'update',
  )
  const now = ctx.clock.now()
  const isCalledOff = (stay: Stay) => stay.removedAt === null && mayBeRestored(statusAt(stay, now))
  if (!isCalledOff(named)) throw stayNotFound()
  const others = withGroup ? found.filter((other) => other.id !== id && isCalledOff(other)) : []
  const back = (before: Stay) => stayStep(before, restored(before, 'confirmed', now), { reason: 'restored' })
  return recordBookings(ctx, [back(named), ...others.map(back)], ([stay]) => stay)
}
