import { historyOfBooking } from '#db/bookings/history.ts'
import { stayById } from '#db/stays.ts'
import { actsInside } from '#domain/actor.ts'
import type { BookingState } from '#domain/bookings/booking.ts'
import type { Context } from '#domain/context.ts'
import { isStanding, requireMay, stayNotFound } from './stay.ts'
import type { Doing, Stay } from './stay.ts'

/** A stay or a lock that stands, for members and keys of its business. Throws not_found for everything else. */
export async function getStay(ctx: Context, id: number): Promise<Stay> {
  const { found } = await ctx.read({ found: stayById({ id }) })
  return standing(ctx, found[0], 'read')
}

/** Every state that it was in, the oldest first, also once it was called off. Throws not_found. */
export async function getStayHistory(
  ctx: Context,
  id: number,
): Promise<(BookingState & Pick<Stay, 'timeZone'>)[]> {
  const {
    found: [found],
    history,
  } = await ctx.read({ found: stayById({ id }), history: historyOfBooking({ bookingId: id }) })
  const { timeZone } = own(ctx, found, 'read')
  return history.map((state) => ({ ...state, timeZone }))
}

/** What was found, if the caller may do this with it. Throws not_found, forbidden. */
export function own(ctx: Context, found: Stay | undefined, doing: Doing): Stay {
  if (!found || !actsInside(ctx.actor, found.businessId)) throw stayNotFound()
  requireMay(ctx, found.kind, doing)
  return found
}

/** The same, of what stands. */
export function standing(ctx: Context, found: Stay | undefined, doing: Doing): Stay {
  const stay = own(ctx, found, doing)
  if (!isStanding(stay, ctx.clock.now())) throw stayNotFound()
  return stay
}
