import { stayById } from '#db/stays.ts'
import { mayBeRestored, statusAt } from '#domain/bookings/booking-status.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import { restored } from '#domain/bookings/restoration.ts'
import type { Context } from '#domain/context.ts'
import { own } from './get-stay.ts'
import { stayStep } from './record-stay.ts'
import { stayNotFound } from './stay.ts'
import type { Stay } from './stay.ts'

/** Brings back what was called off: it takes its nights again like a new one. Throws not_found for what was not, conflict `booking.slot_taken`. */
export async function restoreStay(ctx: Context, id: number): Promise<Stay> {
  const { found } = await ctx.read({ found: stayById({ id }) })
  const before = own(ctx, found[0], 'update')
  const now = ctx.clock.now()
  if (before.removedAt !== null || !mayBeRestored(statusAt(before, now))) throw stayNotFound()
  return recordBooking(ctx, stayStep(before, restored(before, 'confirmed', now), { reason: 'restored' }))
}
