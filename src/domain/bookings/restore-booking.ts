import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { mayBeRestored, statusAt } from './booking-status.ts'
import type { BookingStatus } from './booking-status.ts'
import type { Booking } from './booking.ts'
import { getBooking } from './get-booking.ts'
import { recordBooking } from './record-booking.ts'
import { restored } from './restoration.ts'
import { requireCustomer, requireVersion } from './rights.ts'

/** Brings back what was called off: it takes its slot again like a new booking, or conflict `booking.slot_taken`. */
export async function restoreBooking(
  ctx: Context,
  { id, ifVersion, status = 'confirmed' }: { id: number; ifVersion?: number; status?: BookingStatus },
): Promise<Booking> {
  const { booking: before, standing } = await getBooking(ctx, id)
  if (standing !== 'member') {
    throw new DomainError('booking.not_yours_to_decide')
  }
  requireVersion(before, ifVersion)
  const now = ctx.clock.now()
  const from = statusAt(before, now)
  if (!mayBeRestored(from)) {
    throw new DomainError('booking.invalid_transition', {
      message: `A booking that is ${from} cannot be restored`,
    })
  }
  requireCustomer(before)
  return recordBooking(ctx, { before, after: restored(before, status, now), reason: 'restored' })
}
