import type { ServiceOffer } from '#db/agendas.ts'
import type { Context } from '#domain/context.ts'
import { minute } from './booking.ts'
import type { Booking } from './booking.ts'

export type InitialState = Pick<Booking, 'status' | 'expiresAt' | 'confirmedAt'>

/** How long a booking waits for its prepayment. */
export const paymentTermMs = 30 * minute

/** A business's own booking stands at once; anybody else's waits for what the service asks. */
export function firstState(ctx: Context, offer: ServiceOffer): InitialState {
  const now = ctx.clock.now()
  if (!offer.role && offer.prepaymentMinor) {
    return { status: 'awaiting_payment', expiresAt: now + paymentTermMs, confirmedAt: null }
  }
  if (!offer.role && offer.confirmation === 'approval')
    return { status: 'pending', expiresAt: null, confirmedAt: null }
  return { status: 'confirmed', expiresAt: null, confirmedAt: now }
}
