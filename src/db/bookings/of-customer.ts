// What of a customer's bookings is not over yet.
import { and, eq, gt, gte, inArray, isNull, or, sql } from 'drizzle-orm'
import { customers } from '#db/customers.ts'
import { builder, statement } from '#db/database.ts'
import { blockingStatuses } from './booking-statuses.ts'
import { bookings, longestMs } from './bookings.ts'

interface Whose extends Record<string, unknown> {
  businessId: number
  customerId: number
  now: number
}

const live = (given: Whose) =>
  builder
    .select({ id: bookings.id })
    .from(bookings)
    .where(
      and(
        eq(bookings.businessId, given.businessId),
        eq(bookings.customerId, given.customerId),
        gte(bookings.startAt, sql`${given.now} - ${sql.raw(String(longestMs))}`),
        gt(bookings.endAt, given.now),
        inArray(bookings.status, [...blockingStatuses]),
        or(isNull(bookings.expiresAt), gt(bookings.expiresAt, given.now)),
      ),
    )
    .limit(1)

/** One of the customer's bookings that are not over, if there is any. */
export const liveBookingOf = statement(live)

/** Fails on `customers.updatedAt` while the customer has a booking that is not over. */
export const requireNoLiveBooking = statement((given: Whose) =>
  builder
    .update(customers)
    .set({ updatedAt: sql`null` })
    .where(and(eq(customers.id, given.customerId), sql`exists ${live(given)}`)),
)
