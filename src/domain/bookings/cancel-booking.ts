import type { Context } from '#domain/context.ts'
import type { Booking } from './booking.ts'
import { changeBookingStatus } from './change-booking-status.ts'
import type { StatusChange } from './change-booking-status.ts'

/** Calls a booking off and frees its slot. Throws as `changeBookingStatus` does. */
export function cancelBooking(ctx: Context, change: Omit<StatusChange, 'status'>): Promise<Booking> {
  return changeBookingStatus(ctx, { ...change, status: 'cancelled' })
}
