import { getBooking } from '#domain/bookings/get-booking.ts'
import type { SeenBooking } from '#domain/bookings/get-booking.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'

/** An appointment that the caller may see. Throws not_found for anybody else's, and for what is booked in other ways. */
export async function getAppointment(ctx: Context, id: number): Promise<SeenBooking> {
  const seen = await getBooking(ctx, id)
  if (seen.booking.kind !== 'appointment') throw new DomainError('booking.not_found')
  return seen
}
