// Bookings whose time is up, and holds to be deleted.
import { sql } from 'drizzle-orm'
import { statement } from '#db/database.ts'
import { bookingColumns } from './booking-row.ts'
import type { BookingRow } from './booking-row.ts'

/** Bookings of a status whose time was up before an instant, the first first; from behind the last one seen. */
export const lapsedBookings = statement(
  (given: {
    status: string
    before: number
    afterAt: number
    afterId: number
    limit: number
  }) => sql<BookingRow>`
  select ${bookingColumns} from "bookings" indexed by "bookingsExpiring"
  where "status" = ${given.status} and "expiresAt" < ${given.before}
    and ("expiresAt", "id") > (${given.afterAt}, ${given.afterId})
  order by "expiresAt", "id" limit ${given.limit}
`,
)

/** Holds that ended a while ago and never became bookings, with whom they were for. */
export const holdsToForget = statement(
  (given: { now: number; limit: number }) => sql<{ id: number; customerId: number | null }>`
  select "id", "customerId" from "bookings"
  where "forgetAt" <= ${given.now} order by "forgetAt" limit ${given.limit}
`,
)

/** Those among bookings (JSON ids) that are to be forgotten still. */
const forgotten = (given: { ids: string; now: number }) => sql`select "id" from "bookings"
  where "id" in (select value from json_each(${given.ids})) and "forgetAt" <= ${given.now}`

export const deleteHistoryOfHolds = statement(
  (given: { ids: string; now: number }) => sql`
  delete from "bookingHistory" where "bookingId" in (${forgotten(given)})
`,
)

export const deleteHolds = statement(
  (given: { ids: string; now: number }) => sql`
  delete from "bookings" where "id" in (${forgotten(given)})
`,
)

/** Deletes those customers (JSON ids) whom no booking names. */
export const deleteCustomersWithoutBookings = statement(
  (given: { ids: string }) => sql`
  delete from "customers" where "id" in (select value from json_each(${given.ids}))
    and not exists (select 1 from "bookings"
      where "businessId" = "customers"."businessId" and "customerId" = "customers"."id")
`,
)
