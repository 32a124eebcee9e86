import type { Context } from '#domain/context.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { placeBooking } from './place-booking.ts'
import type { BookingRequest } from './place-booking.ts'

/** Keeps a slot for a while, at today's price. `ttlSeconds` is at most 900. Throws as `createBooking` does. */
export function holdSlot(
  ctx: Context,
  { ttlSeconds, ...request }: BookingRequest & { ttlSeconds: number },
): Promise<Booking> {
  const expiresAt = ctx.clock.now() + ttlSeconds * 1000
  return placeBooking(ctx, request, () => ({ status: 'held', expiresAt, confirmedAt: null }))
}
