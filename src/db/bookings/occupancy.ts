// What bookings take up of resources: for the slot locks, and before a resource is taken away.
import { sql } from 'drizzle-orm'
import { compile } from '#db/database.ts'
import type { Row } from '#db/database.ts'
import { blocking, day, lasting, longestAppointmentMs, longestMs } from './bookings.ts'
import type { bookings } from './bookings.ts'
import { bookingColumns } from './booking-row.ts'
import type { BookingRow } from './booking-row.ts'

/** What the lock needs to know of a booking. */
export type BookingOccupancy = Pick<
  Row<typeof bookings>,
  | 'id'
  | 'version'
  | 'businessId'
  | 'resourceId'
  | 'serviceId'
  | 'blockedFromAt'
  | 'blockedToAt'
  | 'units'
  | 'capacity'
  | 'status'
  | 'expiresAt'
>

const occupancyColumns = sql.raw(
  '"id", "version", "businessId", "resourceId", "serviceId", "blockedFromAt", "blockedToAt", "units", "capacity", "status", "expiresAt"',
)

const onResource = sql`"businessId" = ${sql.placeholder('businessId')} and "resourceId" = ${sql.placeholder('resourceId')}
    and "blockedToAt" > ${sql.placeholder('now')} - ${sql.raw(String(day))}`

const earliestAppointment = sql`${sql.placeholder('now')} - ${sql.raw(String(day + longestAppointmentMs))}`

/** Everything on a resource that blocks since yesterday. */
export const blockingOfResource = compile<
  BookingOccupancy,
  { businessId: number; resourceId: number; now: number }
>(sql`
  select ${occupancyColumns} from "bookings" indexed by "bookingsBlocking"
  where ${onResource} and ${blocking} and "blockedFromAt" >= ${earliestAppointment}
  union all
  select ${occupancyColumns} from "bookings" indexed by "bookingsLasting"
  where ${onResource} and ${lasting} and "blockedFromAt" < ${earliestAppointment}
    and "blockedFromAt" > ${sql.placeholder('now')} - ${sql.raw(String(day + longestMs))}
`)

export const occupanciesByIds = compile<BookingOccupancy, { ids: string }>(sql`
  select ${occupancyColumns} from "bookings"
  where "id" in (select value from json_each(${sql.placeholder('ids')}))
`)

/** Bookings, each once for every resource whose lock may know of it. */
export const bookingsWithResources = compile<
  BookingOccupancy & { lockedResourceId: number },
  { ids: string }
>(sql`
  select "bookings"."id", "bookings"."version", "bookings"."businessId", "bookings"."resourceId", "serviceId",
    "blockedFromAt", "blockedToAt", "units", "capacity", "bookings"."status", "expiresAt",
    "places"."resourceId" as "lockedResourceId"
  from "bookings" join (
    select distinct "bookingId", "resourceId" from "bookingHistory"
    where "bookingId" in (select value from json_each(${sql.placeholder('ids')})) and "resourceId" is not null
  ) as "places" on "places"."bookingId" = "bookings"."id"
`)

const blocksLater = sql`"bookings"."businessId" = ${sql.placeholder('businessId')}
  and "bookings"."resourceId" = ${sql.placeholder('resourceId')} and ${blocking} and "bookings"."kind" <> 'block'
  and "bookings"."blockedFromAt" > ${sql.placeholder('now')} - 86400000 and "bookings"."startAt" > ${sql.placeholder('now')}
  and ("bookings"."expiresAt" is null or "bookings"."expiresAt" > ${sql.placeholder('now')})`

/** Bookings that have yet to begin and keep their slot on a resource, the earliest first. */
export const laterBookingsOfResource = compile<
  BookingRow,
  { businessId: number; resourceId: number; now: number; limit: number }
>(sql`
  select ${bookingColumns} from "bookings" where ${blocksLater}
  order by "bookings"."blockedFromAt" limit ${sql.placeholder('limit')}
`)

/** Fails on `resources.active` while bookings have yet to begin there: so none is made in between. */
export const archiveResource = compile<unknown, { businessId: number; resourceId: number; now: number }>(sql`
  update "resources" set "archivedAt" = ${sql.placeholder('now')}, "updatedAt" = ${sql.placeholder('now')},
    "active" = case when exists (select 1 from "bookings" where ${blocksLater}) then null else 0 end
  where "id" = ${sql.placeholder('resourceId')} and "archivedAt" is null
`)
