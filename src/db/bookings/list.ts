import { eq, isNull, sql } from 'drizzle-orm'
import { listing } from '#db/page.ts'
import type { Window } from '#db/page.ts'
import { bookings } from './bookings.ts'
import { listedBooking } from './booking-row.ts'
import type { ListedBooking } from './booking-row.ts'

export interface BookingFilter {
  businessId?: number | undefined
  /** Bookings made for this account, in any business. */
  accountId?: number | undefined
  fromAt?: number | undefined
  toAt?: number | undefined
  status?: ListedBooking['status'] | undefined
  resourceId?: number | undefined
  customerId?: number | undefined
}

/** Bookings by their start, the latest first. */
export function bookingList(filter: BookingFilter, window: Window, countUpTo: number) {
  const { businessId, accountId, fromAt, toAt, status, resourceId, customerId } = filter
  const conditions = [
    isNull(bookings.removedAt),
    businessId !== undefined && eq(bookings.businessId, businessId),
    accountId !== undefined &&
      sql`(${bookings.businessId}, ${bookings.customerId}) in (
        select "businessId", "id" from "customers" where "accountId" = ${accountId})`,
    fromAt !== undefined && sql`${bookings.startAt} >= ${fromAt}`,
    toAt !== undefined && sql`${bookings.startAt} < ${toAt}`,
    status !== undefined && eq(bookings.status, status),
    resourceId !== undefined && eq(bookings.resourceId, resourceId),
    customerId !== undefined && eq(bookings.customerId, customerId),
  ].filter((condition) => condition !== false)
  const query = {
    columns: listedBooking,
    from: sql`${bookings}`,
    where: sql.join(conditions, sql` and `),
    key: [sql`${bookings.startAt}`, sql`${bookings.id}`],
    descending: true,
  }
  return listing(query, window, countUpTo)
}
