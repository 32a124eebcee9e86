import { bookingByCardToken, latestStates } from '#db/bookings/card.ts'
import { actorColumns } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Booking } from './booking.ts'
import { undoOf } from './cancellation.ts'
import { toSeen } from './get-booking.ts'
import { recordBooking } from './record-booking.ts'
import { restored } from './restoration.ts'

/**
 * Takes a cancellation back within minutes, for whoever made it by the booking's card: the booking takes its slot again
 * like a new one and is what it was before. Throws conflict `booking.invalid_transition` when it is too late or there is
 * nothing to take back, `booking.slot_taken` when somebody else was quicker.
 */
export async function undoCancellation(ctx: Context, cardToken: string): Promise<Booking> {
  const {
    found: [found],
    states,
  } = await ctx.read({ found: bookingByCardToken({ cardToken }), states: latestStates({ cardToken }) })
  const { booking } = toSeen(ctx, found)
  const now = ctx.clock.now()
  const undo = undoOf(booking, states, { by: actorColumns(ctx.caller), now })
  if (!undo) {
    const message = 'There is no cancellation that can be taken back'
    throw new DomainError('booking.invalid_transition', { message })
  }
  return recordBooking(ctx, {
    before: booking,
    after: restored(booking, undo.status, now),
    reason: 'restored',
  })
}
