// Bookings whose time is up, and holds to be deleted.
import { and, eq, gt, inArray, isNull, lte, notExists, or, sql } from 'drizzle-orm'
import { among, builder, columnsOf, statement } from '#db/database.ts'
import { customers } from '#db/customers.ts'
import { booking } from './booking-row.ts'
import type { BookingRow } from './booking-row.ts'
import { bookings, reminding } from './bookings.ts'
import { bookingHistory } from './history.ts'

/** Bookings of a status whose time was up before an instant, the first first; from behind the last one seen. */
export const lapsedBookings = statement(
  // Raw: it names its index, and compares a row of two.
  (given: {
    status: string
    before: number
    afterAt: number
    afterId: number
    limit: number
  }) => sql<BookingRow>`
  select ${columnsOf(booking)} from "bookings" indexed by "bookingsExpiring"
  where "status" = ${given.status} and "expiresAt" < ${given.before}
    and ("expiresAt", "id") > (${given.afterAt}, ${given.afterId})
  order by "expiresAt", "id" limit ${given.limit}
`,
)

/** Bookings that are to begin, and whose reminder is due; the longest overdue first, from behind the last one seen. */
export const bookingsToRemind = statement(
  (given: { now: number; afterAt: number; afterId: number; limit: number }) =>
    builder
      .select(booking)
      .from(bookings)
      .where(
        and(
          reminding,
          lte(bookings.remindAt, given.now),
          sql`(${bookings.remindAt}, ${bookings.id}) > (${given.afterAt}, ${given.afterId})`,
          gt(bookings.startAt, given.now),
          or(isNull(bookings.expiresAt), gt(bookings.expiresAt, given.now)),
        ),
      )
      .orderBy(bookings.remindAt, bookings.id)
      .limit(given.limit),
)

/** Holds that ended a while ago and never became bookings, with whom they were for. */
export const holdsToForget = statement((given: { now: number; limit: number }) =>
  builder
    .select({ id: bookings.id, customerId: bookings.customerId })
    .from(bookings)
    .where(lte(bookings.forgetAt, given.now))
    .orderBy(bookings.forgetAt)
    .limit(given.limit),
)

/** Those among bookings (JSON ids) that are to be forgotten still. */
const forgotten = (given: { ids: string; now: number }) =>
  builder
    .select({ id: bookings.id })
    .from(bookings)
    .where(and(inArray(bookings.id, among(given.ids)), lte(bookings.forgetAt, given.now)))

export const deleteHistoryOfHolds = statement((given: { ids: string; now: number }) =>
  builder.delete(bookingHistory).where(inArray(bookingHistory.bookingId, forgotten(given))),
)

export const deleteHolds = statement((given: { ids: string; now: number }) =>
  builder.delete(bookings).where(inArray(bookings.id, forgotten(given))),
)

/** Deletes those customers (JSON ids) whom no booking names. */
export const deleteCustomersWithoutBookings = statement((given: { ids: string }) => {
  const theirs = builder
    .select({ id: bookings.id })
    .from(bookings)
    .where(and(eq(bookings.businessId, customers.businessId), eq(bookings.customerId, customers.id)))
  return builder.delete(customers).where(and(inArray(customers.id, among(given.ids)), notExists(theirs)))
})
