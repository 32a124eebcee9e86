import type { ServiceOffer } from '#db/agendas.ts'
import type { Context } from '#domain/context.ts'
import { expiryOf } from '#domain/bookings/booking-status.ts'
import type { Booking } from '#domain/bookings/booking.ts'

export type InitialState = Pick<Booking, 'status' | 'expiresAt' | 'confirmedAt'>

/** A business's own booking stands at once; anybody else's waits for what the service asks. */
export function firstState(
  ctx: Context,
  offer: ServiceOffer,
  {
    startAt,
    isMember,
    price,
  }: { startAt: number; isMember: boolean; price: Pick<Booking, 'prepaymentMinor'> },
): InitialState {
  const now = ctx.clock.now()
  const status = isMember ? 'confirmed' : firstStatus(offer, price)
  return {
    status,
    expiresAt: expiryOf(status, startAt, now),
    confirmedAt: status === 'confirmed' ? now : null,
  }
}

function firstStatus({ confirmation }: ServiceOffer, { prepaymentMinor }: Pick<Booking, 'prepaymentMinor'>) {
  if (prepaymentMinor) return 'awaiting_payment'
  return confirmation === 'approval' ? 'pending' : 'confirmed'
}
