import type { Context } from '#domain/context.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { confirmHold } from './confirm-hold.ts'
import { firstState } from './first-state.ts'
import { placeBooking } from './place-booking.ts'
import type { BookingRequest } from './place-booking.ts'

/**
 * Books a slot, or turns a hold into a booking. Throws not_found for a service that cannot be booked, invalid for a
 * start that the rules forbid, conflict `booking.slot_taken` or `hold.expired`.
 */
export function createBooking(
  ctx: Context,
  request: BookingRequest & { holdId?: number | undefined },
): Promise<Booking> {
  const { holdId } = request
  return holdId === undefined
    ? placeBooking(ctx, request, (offer, terms) =>
        firstState(ctx, offer, { startAt: request.startAt, ...terms }),
      )
    : confirmHold(ctx, { ...request, holdId })
}
