import { bookingById } from '#db/bookings/booking-row.ts'
import { historyOfBooking } from '#db/bookings/history.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Booking, BookingState } from './booking.ts'

/** What the caller is to the booking: a member of its business, a partner with a key of it, or its customer. */
export type Standing = 'member' | 'partner' | 'customer'

export interface SeenBooking {
  booking: Booking
  standing: Standing
  /** How long before its start its customer may still change it, whatever it is now. */
  changeNoticeMinutes: number
}

function notFound(): DomainError {
  return new DomainError('booking.not_found')
}

/** A booking that the caller may see. Throws not_found for anybody else's. */
export async function getBooking(ctx: Context, id: number): Promise<SeenBooking> {
  const [found] = await ctx.read([bookingById({ id })])
  return toSeen(ctx, found[0])
}

/** Every state the booking was in, oldest first. Throws not_found as `getBooking` does. */
export async function getBookingHistory(ctx: Context, id: number): Promise<BookingState[]> {
  const { found, history } = await ctx.read({
    found: bookingById({ id }),
    history: historyOfBooking({ bookingId: id }),
  })
  toSeen(ctx, found[0])
  return history
}

function toSeen(ctx: Context, found: ReturnType<typeof bookingById>['row']): SeenBooking {
  if (!found) throw notFound()
  const { customerAccountId, changeNoticeMinutes: notice, ...booking } = found
  const changeNoticeMinutes = notice ?? 0
  if (actsInside(ctx.actor, booking.businessId)) {
    return { booking, standing: ctx.actor.type === 'key' ? 'partner' : 'member', changeNoticeMinutes }
  }
  if (ctx.actor.type === 'user' && customerAccountId === ctx.actor.accountId) {
    return { booking, standing: 'customer', changeNoticeMinutes }
  }
  throw notFound()
}
