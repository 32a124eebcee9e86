// One booking as it is read.
import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import { mostInGroup } from '#db/booking-groups.ts'
import { builder, statement } from '#db/database.ts'
import type { RowWith } from '#db/database.ts'
import { bookings } from './bookings.ts'

/** A booking, and what its source is called. */
export const listedBooking = {
  ...getTableColumns(bookings),
  source: sql<string | null>`(
    select "name" from "sources"
    where "businessId" = "bookings"."businessId" and "id" = "bookings"."sourceId")`.as('source'),
}
export type ListedBooking = RowWith<typeof listedBooking>

/** The same, and what else it names is called: so it is told to others. */
export const booking = {
  ...listedBooking,
  branchName: sql<string | null>`(
    select "name" from "branches" where "id" = "bookings"."branchId")`.as('branchName'),
  serviceName: sql<string | null>`(
    select "name" from "services" where "id" = "bookings"."serviceId")`.as('serviceName'),
  resourceName: sql<string | null>`(
    select "name" from "resources" where "id" = "bookings"."resourceId")`.as('resourceName'),
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

/** Those of a group that are there still, the first one first. */
export const bookingsOfGroup = statement((given: { groupId: number }) =>
  builder
    .select(bookingFound)
    .from(bookings)
    .where(and(eq(bookings.groupId, given.groupId), isNull(bookings.removedAt)))
    .orderBy(bookings.id)
    .limit(mostInGroup),
)
