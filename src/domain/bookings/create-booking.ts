import type { ServiceOffer } from '#db/agendas.ts'
import type { Context } from '#domain/context.ts'
import { minute } from './booking.ts'
import type { Booking } from './booking.ts'
import { confirmHold } from './confirm-hold.ts'
import { placeBooking } from './place-booking.ts'
import type { BookingRequest, InitialState } from './place-booking.ts'

/** How long a booking waits for its prepayment. */
export const paymentTermMs = 30 * minute

/**
 * Books a slot, or turns a hold into a booking. Throws not_found for a service that cannot be booked, invalid for a
 * start that the rules forbid, conflict `booking.slot_taken` or `hold.expired`.
 */
export function createBooking(ctx: Context, request: BookingRequest & { holdId?: number | undefined }): Promise<Booking> {
  const { holdId } = request
  return holdId === undefined
    ? placeBooking(ctx, request, (offer) => firstState(ctx, offer))
    : confirmHold(ctx, { ...request, holdId })
}

/** A business's own booking stands at once; anybody else's waits for what the service asks. */
export function firstState(ctx: Context, offer: ServiceOffer): InitialState {
  const now = ctx.clock.now()
  if (!offer.role && offer.prepaymentMinor) {
    return { status: 'awaiting_payment', expiresAt: now + paymentTermMs, confirmedAt: null }
  }
  if (!offer.role && offer.confirmation === 'approval') return { status: 'pending', expiresAt: null, confirmedAt: null }
  return { status: 'confirmed', expiresAt: null, confirmedAt: now }
}
