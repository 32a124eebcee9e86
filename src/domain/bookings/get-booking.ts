import { bookingById } from '#db/bookings/booking-row.ts'
import { bookingByCardToken } from '#db/bookings/card.ts'
import { historyOfBooking } from '#db/bookings/history.ts'
import { actsInside } from '#domain/actor.ts'
import type { Actor } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Booking, BookingState } from './booking.ts'

/** What a booking is asked for by: its id, or the token of its card. */
export type BookingKey = number | string

/** What the caller is to the booking: a member of its business, a partner with a key of it, or its customer. */
export type Standing = 'member' | 'partner' | 'customer'

export interface SeenBooking {
  booking: Booking
  standing: Standing
  /** How long before its start its customer may still change it, whatever it is now. */
  changeNoticeMinutes: number
}

/** A booking that the caller may see. Throws not_found for anybody else's, and for one that was removed. */
export async function getBooking(ctx: Context, key: BookingKey): Promise<SeenBooking> {
  const [found] = await ctx.read([bookingOf(key)])
  const seen = toSeen(ctx, found[0])
  if (seen.booking.removedAt !== null) throw notFound()
  return seen
}

/** Every state the booking was in, oldest first, to the business even once it was removed. Throws not_found as `getBooking` does. */
export async function getBookingHistory(ctx: Context, id: number): Promise<BookingState[]> {
  const { found, history } = await ctx.read({
    found: bookingById({ id }),
    history: historyOfBooking({ bookingId: id }),
  })
  const { booking, standing } = toSeen(ctx, found[0])
  if (booking.removedAt !== null && standing === 'customer') throw notFound()
  return history
}

function notFound(): DomainError {
  return new DomainError('booking.not_found')
}

function bookingOf(key: BookingKey) {
  return typeof key === 'number' ? bookingById({ id: key }) : bookingByCardToken({ cardToken: key })
}

/** What was found, as the caller sees it. Throws not_found for who may not. */
export function toSeen(ctx: Context, found: ReturnType<typeof bookingOf>['row']): SeenBooking {
  if (!found) throw notFound()
  const { customerAccountId, changeNoticeMinutes: notice, ...booking } = found
  const changeNoticeMinutes = notice ?? 0
  if (actsInside(ctx.actor, booking.businessId)) {
    return { booking, standing: ctx.actor.type === 'key' ? 'partner' : 'member', changeNoticeMinutes }
  }
  if (isCustomer(ctx.actor, { ...booking, customerAccountId })) {
    return { booking, standing: 'customer', changeNoticeMinutes }
  }
  throw notFound()
}

function isCustomer(
  actor: Actor,
  { customerAccountId, cardToken }: { customerAccountId: number | null; cardToken: string },
): boolean {
  if (actor.type === 'card') return actor.cardToken === cardToken
  return actor.type === 'user' && customerAccountId === actor.accountId
}
