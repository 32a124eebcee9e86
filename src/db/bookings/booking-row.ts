// One booking as it is read.
import { sql } from 'drizzle-orm'
import { columnsOf, statement } from '#db/database.ts'
import type { Row } from '#db/database.ts'
import { bookings } from './bookings.ts'

/** A booking, and what its source is called. */
export type BookingRow = Row<typeof bookings> & { source: string | null }

export const bookingColumns = sql`${columnsOf(bookings)},
  (select "name" from "sources"
    where "businessId" = "bookings"."businessId" and "id" = "bookings"."sourceId") as "source"`

/** A booking with the account that it was made for, and how long before its start its customer may still change it. */
export const bookingById = statement(
  (given: { id: number }) => sql<
    BookingRow & { customerAccountId: number | null; changeNoticeMinutes: number | null }
  >`
  select ${bookingColumns},
    (select "accountId" from "customers" where "id" = "bookings"."customerId") as "customerAccountId",
    (select "changeNoticeMinutes" from "services" where "id" = "bookings"."serviceId") as "changeNoticeMinutes"
  from "bookings" where "id" = ${given.id}
`,
)
