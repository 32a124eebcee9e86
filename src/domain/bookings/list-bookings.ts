import { bookingList } from '#db/bookings/list.ts'
import type { BookingFilter } from '#db/bookings/list.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { ListedBooking } from './booking.ts'

const keyOf = ({ startAt, id }: ListedBooking) => [startAt, id]

/** The caller's own bookings as a customer, in all businesses, the latest first. */
export async function listOwnBookings(ctx: Context, page: PageRequest): Promise<Page<ListedBooking>> {
  const { accountId } = ctx
  const {
    found,
    count: [count],
  } = await ctx.read(bookingList({ accountId }, page, countedUpTo))
  return toPage(page, found, count?.total ?? 0, keyOf)
}

/** A business's bookings, for its members and keys only: not_found for everybody else. */
export async function listBusinessBookings(
  ctx: Context,
  filter: BookingFilter & { businessId: number },
  page: PageRequest,
): Promise<Page<ListedBooking>> {
  const {
    found,
    count: [count],
  } = await ctx.read(bookingList(filter, page, countedUpTo))
  if (!actsInside(ctx.actor, filter.businessId)) throw businessNotFound()
  return toPage(page, found, count?.total ?? 0, keyOf)
}
