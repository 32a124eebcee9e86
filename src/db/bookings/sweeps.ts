// Bookings whose time is up, and holds to be deleted.
import { sql } from 'drizzle-orm'
import { compile } from '#db/database.ts'
import { bookingColumns } from './booking-row.ts'
import type { BookingRow } from './booking-row.ts'

/** Bookings of a status whose time was up before an instant, the first first; from behind the last one seen. */
export const lapsedBookings = compile<
  BookingRow,
  { status: string; before: number; afterAt: number; afterId: number; limit: number }
>(sql`
  select ${bookingColumns} from "bookings" indexed by "bookingsExpiring"
  where "status" = ${sql.placeholder('status')} and "expiresAt" < ${sql.placeholder('before')}
    and ("expiresAt", "id") > (${sql.placeholder('afterAt')}, ${sql.placeholder('afterId')})
  order by "expiresAt", "id" limit ${sql.placeholder('limit')}
`)

/** Holds that ended a while ago and never became bookings, with whom they were for. */
export const holdsToForget = compile<
  { id: number; customerId: number | null },
  { now: number; limit: number }
>(sql`
  select "id", "customerId" from "bookings"
  where "forgetAt" <= ${sql.placeholder('now')} order by "forgetAt" limit ${sql.placeholder('limit')}
`)

/** Those among bookings (JSON ids) that are to be forgotten still. */
const forgotten = sql`select "id" from "bookings"
  where "id" in (select value from json_each(${sql.placeholder('ids')})) and "forgetAt" <= ${sql.placeholder('now')}`

export const deleteHistoryOfHolds = compile<unknown, { ids: string; now: number }>(sql`
  delete from "bookingHistory" where "bookingId" in (${forgotten})
`)

export const deleteHolds = compile<unknown, { ids: string; now: number }>(sql`
  delete from "bookings" where "id" in (${forgotten})
`)

/** Deletes those customers (JSON ids) whom no booking names. */
export const deleteCustomersWithoutBookings = compile<unknown, { ids: string }>(sql`
  delete from "customers" where "id" in (select value from json_each(${sql.placeholder('ids')}))
    and not exists (select 1 from "bookings"
      where "businessId" = "customers"."businessId" and "customerId" = "customers"."id")
`)
