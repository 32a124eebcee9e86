import { bookingList } from '#db/bookings.ts'
import type { BookingFilter } from '#db/bookings.ts'
import { standingAtBusiness } from '#db/members.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { Booking } from './booking.ts'

const keyOf = ({ startAt, id }: Booking) => [startAt, id]

/** The caller's own bookings as a customer, in all businesses, the latest first. */
export async function listOwnBookings(ctx: Context, page: PageRequest): Promise<Page<Booking>> {
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
): Promise<Page<Booking>> {
  const { accountId } = ctx
  const {
    standing: [standing],
    found,
    count: [count],
  } = await ctx.read({
    standing: standingAtBusiness({ businessId: filter.businessId, accountId }),
    ...bookingList({ ...filter, ...(accountId && { memberId: accountId }) }, page, countedUpTo),
  })
  if (!standing || !actsInside(ctx.actor, filter.businessId, standing.role)) {
    throw businessNotFound()
  }
  return toPage(page, found, count?.total ?? 0, keyOf)
}

/** The bookings of the business that the caller's key belongs to; forbidden for everybody else. */
export async function listPartnerBookings(
  ctx: Context,
  filter: BookingFilter,
  page: PageRequest,
): Promise<Page<Booking>> {
  const { keyHash } = ctx
  if (keyHash === null) throw new DomainError('key.required')
  const {
    found,
    count: [count],
  } = await ctx.read(bookingList({ ...filter, keyHash }, page, countedUpTo))
  if (ctx.actor.type !== 'key') throw new DomainError('key.required')
  return toPage(page, found, count?.total ?? 0, keyOf)
}
