import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { placeBooking } from './place-booking.ts'
import type { BookingRequest } from './place-booking.ts'

/** A hold keeps its slot from everybody else, for nothing: so not for long. */
export const longestHoldSeconds = 900

/**
 * Keeps a slot for a while, at today's price. Throws as `createBooking` does, and invalid `hold.too_long` for more than
 * `longestHoldSeconds`.
 */
export async function holdSlot(
  ctx: Context,
  { ttlSeconds, ...request }: BookingRequest & { ttlSeconds: number },
): Promise<Booking> {
  if (ttlSeconds > longestHoldSeconds) {
    const message = `Maximum ${longestHoldSeconds}`
    throw new DomainError('hold.too_long', { errors: [{ field: 'ttlSeconds', message }] })
  }
  const expiresAt = ctx.clock.now() + ttlSeconds * 1000
  return placeBooking(ctx, request, () => ({ status: 'held', expiresAt, confirmedAt: null }))
}
