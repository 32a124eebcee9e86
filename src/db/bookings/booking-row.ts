// One booking as it is read.
import { eq, getTableColumns, sql } from 'drizzle-orm'
import { builder, statement } from '#db/database.ts'
import type { RowWith } from '#db/database.ts'
import { bookings } from './bookings.ts'

/** A booking, and what its source is called. */
export const booking = {
  ...getTableColumns(bookings),
  source: sql<string | null>`(
    select "name" from "sources"
    where "businessId" = "bookings"."businessId" and "id" = "bookings"."sourceId")`.as('source'),
}
export type BookingRow = RowWith<typeof booking>

/** A booking with the account that it was made for, and how long before its start its customer may still change it. */
export const bookingFound = {
  ...booking,
  customerAccountId: sql<number | null>`(
    select "accountId" from "customers" where "id" = "bookings"."customerId")`.as('customerAccountId'),
  changeNoticeMinutes: sql<number | null>`(
    select "changeNoticeMinutes" from "services" where "id" = "bookings"."serviceId")`.as(
    'changeNoticeMinutes',
  ),
}

export const bookingById = statement((given: { id: number }) =>
  builder.select(bookingFound).from(bookings).where(eq(bookings.id, given.id)),
)
