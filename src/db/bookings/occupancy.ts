// What bookings take up of resources: for the slot locks, and before a resource is taken away.
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { among, builder, columnsOf, statement } from '#db/database.ts'
import { resources } from '#db/resources.ts'
import type { RowWith } from '#db/database.ts'
import { blocking, bookings, day, lasting, longestAppointmentMs, longestMs } from './bookings.ts'
import { booking } from './booking-row.ts'

/** What the lock needs to know of a booking. */
const occupancy = {
  id: bookings.id,
  version: bookings.version,
  businessId: bookings.businessId,
  resourceId: bookings.resourceId,
  serviceId: bookings.serviceId,
  startAt: bookings.startAt,
  blockedFromAt: bookings.blockedFromAt,
  blockedToAt: bookings.blockedToAt,
  units: bookings.units,
  status: bookings.status,
  expiresAt: bookings.expiresAt,
}
export type BookingOccupancy = RowWith<typeof occupancy>

const onResource = (given: {
  businessId: number
  now: number
  resourceId: number
}) => sql`"businessId" = ${given.businessId} and "resourceId" = ${given.resourceId}
    and "blockedToAt" > ${given.now} - ${sql.raw(String(day))}`

const earliestAppointment = (given: { now: number }) =>
  sql`${given.now} - ${sql.raw(String(day + longestAppointmentMs))}`

/** Everything on a resource that blocks since yesterday. */
export const blockingOfResource = statement(
  // Raw: it names an index for each half of its union.
  (given: { businessId: number; resourceId: number; now: number }) => sql<BookingOccupancy>`
  select ${columnsOf(occupancy)} from "bookings" indexed by "bookingsBlocking"
  where ${onResource(given)} and ${blocking} and "blockedFromAt" >= ${earliestAppointment(given)}
  union all
  select ${columnsOf(occupancy)} from "bookings" indexed by "bookingsLasting"
  where ${onResource(given)} and ${lasting} and "blockedFromAt" < ${earliestAppointment(given)}
    and "blockedFromAt" > ${given.now} - ${sql.raw(String(day + longestMs))}
`,
)

export const occupanciesByIds = statement((given: { ids: string }) =>
  builder
    .select(occupancy)
    .from(bookings)
    .where(inArray(bookings.id, among(given.ids))),
)

/** Bookings, each once for every resource whose lock may know of it. */
export const bookingsWithResources = statement(
  // Raw: a select is joined, as each resource is to come once.
  (given: { ids: string }) => sql<BookingOccupancy & { lockedResourceId: number }>`
  select ${columnsOf(occupancy)},
    "places"."resourceId" as "lockedResourceId"
  from "bookings" join (
    select distinct "bookingId", "resourceId" from "bookingHistory"
    where "bookingId" in (select value from json_each(${given.ids})) and "resourceId" is not null
  ) as "places" on "places"."bookingId" = "bookings"."id"
`,
)

const blocksLater = (given: {
  businessId: number
  now: number
  resourceId: number
}) => sql`"bookings"."businessId" = ${given.businessId}
  and "bookings"."resourceId" = ${given.resourceId} and ${blocking} and "bookings"."kind" <> 'block'
  and "bookings"."blockedFromAt" > ${given.now} - 86400000 and "bookings"."startAt" > ${given.now}
  and ("bookings"."expiresAt" is null or "bookings"."expiresAt" > ${given.now})`

/** Bookings that have yet to begin and keep their slot on a resource, the earliest first. */
export const laterBookingsOfResource = statement(
  (given: { businessId: number; resourceId: number; now: number; limit: number }) =>
    builder
      .select(booking)
      .from(bookings)
      .where(blocksLater(given))
      .orderBy(bookings.blockedFromAt)
      .limit(given.limit),
)

/** Fails on `resources.active` while bookings have yet to begin there: so none is made in between. */
export const archiveResource = statement((given: { businessId: number; resourceId: number; now: number }) =>
  builder
    .update(resources)
    .set({
      archivedAt: given.now,
      updatedAt: given.now,
      active: sql`case when exists (select 1 from "bookings" where ${blocksLater(given)}) then null else 0 end`,
    })
    .where(and(eq(resources.id, given.resourceId), isNull(resources.archivedAt))),
)
