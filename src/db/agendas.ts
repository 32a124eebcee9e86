// All that decides when a service can be booked, in one query: per staff member one row, its lists as JSON.
import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { blocking, lasting, longestAppointmentMs, longestMs } from './bookings/bookings.ts'
import { blockingStatuses } from './bookings/booking-statuses.ts'
import { businesses } from './businesses.ts'
import { builder, compile, isOneOf } from './database.ts'
import type { Row } from './database.ts'
import { services } from './services.ts'

/** A service with what its business adds to it. */
export type ServiceOffer = Row<typeof services> & { businessTimeZone: string }

/** An offer of an active business. */
export const serviceOffer = compile<ServiceOffer, { businessId: number; serviceId: number }>(
  builder
    .select({
      ...getTableColumns(services),
      businessTimeZone: sql<string>`${businesses.timeZone}`.as('businessTimeZone'),
    })
    .from(services)
    .innerJoin(businesses, eq(businesses.id, services.businessId))
    .where(
      and(
        eq(services.id, sql.placeholder('serviceId')),
        eq(services.businessId, sql.placeholder('businessId')),
        eq(businesses.active, 1),
      ),
    ),
)

/** One staff member: `weekly` as stored, the lists as JSON arrays of arrays, in the order of the columns named. */
export interface AgendaRow {
  id: number
  branchId: number
  timeZone: string
  weekly: string | null
  /** [dateOn, intervals] */
  overrides: string
  /** [fromAt, toAt, reason] */
  timeOff: string
  /**
   * Two lists: times packed into one number each, which leave no room for anybody (only to search), and the rest,
   * [id, blockedFromAt, blockedToAt, units, capacity, serviceId, expiresAt], to explain also startAt, endAt.
   */
  taken: string
  /** What packed times count from. */
  baseMinute: number
  /** 1 or 0: whether they perform the service at all. */
  performs: number
  /** [startAt, endAt] of the work around a day, asked for only when somebody must be chosen. */
  worked: string | null
  /** 1 or 0: whether they take bookings at all. */
  active: number
}

export interface AgendaValues extends Record<string, unknown> {
  businessId: number
  serviceId: number
  /** The instants between which slots may start. */
  fromAt: number
  toAt: number
  /** The minute that packed times count from, before all of them. */
  baseMinute: number
  /** Dates (UTC) that surely contain all the local dates concerned. */
  firstOn: string
  lastOn: string
}

const worked = sql`(
  select json_group_array(json_array("startAt", "endAt")) from "bookings"
  where "businessId" = "resources"."businessId" and "resourceId" = "resources"."id"
    and "startAt" between ${sql.placeholder('fromAt')} - 93600000 and ${sql.placeholder('toAt')} + 93600000
    and ${isOneOf(sql.raw('"status"'), [...blockingStatuses, 'completed'])}
)`

const firstInstant = sql`(${sql.placeholder('fromAt')} - "services"."bufferBeforeMinutes" * 60000)`
const earliestAppointment = sql`${firstInstant} - ${sql.raw(String(longestAppointmentMs))}`
const standing = sql`"businessId" = "resources"."businessId" and "resourceId" = "resources"."id"
        and "blockedFromAt" < ${sql.placeholder('toAt')}
          + ("services"."durationMinutes" + "services"."bufferAfterMinutes") * 60000
        and "blockedToAt" > ${firstInstant}`

const covered = sql.raw('"id", "blockedFromAt", "blockedToAt", "units", "capacity", "serviceId", "expiresAt"')
const bare = sql`${covered}, "startAt", "endAt"`
const nobodys = sql`null`

/** A packed time: its first minute since the base, times this, and its length in minutes. */
export const packing = 8192
const isPacked = sql`("expiresAt" is null and "blockedFromAt" % 60000 = 0 and "blockedToAt" % 60000 = 0
  and "blockedToAt" - "blockedFromAt" < ${sql.raw(String(packing * 60_000))}
  and ("serviceId" is not "services"."id" or "units" >= "placed"."capacity" or "units" >= "services"."capacity"))`
const packed = sql`("blockedFromAt" / 60000 - ${sql.placeholder('baseMinute')}) * ${sql.raw(String(packing))}
  + ("blockedToAt" - "blockedFromAt") / 60000`
const oneByOne = (columns: SQL) => sql`json_array(json('[]'), json_group_array(json_array(${columns})))`
/** A month of many people is mostly times that are full: as numbers they are quickest to write and to read. */
const packedWherePossible = sql`json_array(
  json_group_array(${packed}) filter (where ${isPacked}),
  json_group_array(json_array(${covered})) filter (where not ${isPacked}))`

const performs = sql`("services"."performedBy" = 'everybody' or exists (
  select 1 from "serviceResources" where "serviceId" = "services"."id" and "resourceId" = "resources"."id"))`
const active = sql`"resources"."active" = 1`
const oneOfThem = sql`"resources"."id" = ${sql.placeholder('resourceId')}`
const oneActive = sql`${active} and ${oneOfThem}`

const agendas = ({
  who = sql`${active} and ${performs}`,
  columns = covered,
  taken = oneByOne(columns),
  work = nobodys,
}: {
  who?: SQL
  columns?: SQL
  taken?: SQL
  work?: SQL
}) => sql`
  select "resources"."id", "resources"."branchId", "branches"."timeZone", "schedules"."weekly",
    (select json_group_array(json_array("dateOn", json("intervals"))) from "scheduleOverrides"
      where "resourceId" = "resources"."id"
        and "dateOn" between ${sql.placeholder('firstOn')} and ${sql.placeholder('lastOn')}) as "overrides",
    (select json_group_array(json_array("fromAt", "toAt", "reason")) from "timeOff"
      where "resourceId" = "resources"."id" and "toAt" > ${sql.placeholder('fromAt')}
        and "fromAt" < ${sql.placeholder('toAt')} + "services"."durationMinutes" * 60000) as "timeOff",
    (select ${taken} from (
      select ${columns} from "bookings" indexed by "bookingsBlocking"
      where ${standing} and ${blocking} and "blockedFromAt" >= ${earliestAppointment}
      union all
      select ${columns} from "bookings" indexed by "bookingsLasting"
      where ${standing} and ${lasting} and "blockedFromAt" < ${earliestAppointment}
        and "blockedFromAt" > ${earliestAppointment} - ${sql.raw(String(longestMs - longestAppointmentMs))}) as "placed") as "taken",
    ${work} as "worked", ${performs} as "performs", "resources"."active",
    ${sql.placeholder('baseMinute')} as "baseMinute"
  from "services"
  join "resources" on "resources"."businessId" = "services"."businessId"
  join "branches" on "branches"."id" = "resources"."branchId"
  left join "schedules" on "schedules"."resourceId" = "resources"."id"
  where "services"."id" = ${sql.placeholder('serviceId')} and "services"."businessId" = ${sql.placeholder('businessId')}
    and "resources"."kind" = 'staff' and "resources"."archivedAt" is null and ${who}
  order by "resources"."id"
`

/** Everybody who performs a service, to search for slots. */
export const agendasToSearch = compile<AgendaRow, AgendaValues>(agendas({ taken: packedWherePossible }))
/** The same, with what each has worked around that day. */
export const agendasToChooseFrom = compile<AgendaRow, AgendaValues>(agendas({ work: worked }))
/** The same as the first, with the bare times of what is booked beside those with buffers. */
export const agendasToExplain = compile<AgendaRow, AgendaValues>(agendas({ columns: bare }))

type OfStaff = AgendaValues & { resourceId: number }
/** One of the staff, who may not perform the service. */
export const agendaOfStaff = compile<AgendaRow, OfStaff>(agendas({ who: oneActive }))
export const agendaOfStaffToSearch = compile<AgendaRow, OfStaff>(
  agendas({ who: oneActive, taken: packedWherePossible }),
)
export const agendaOfStaffToExplain = compile<AgendaRow, OfStaff>(agendas({ who: oneActive, columns: bare }))
/** The same of anybody who was not deleted, who may take no bookings any more. */
export const agendaToMove = compile<AgendaRow, OfStaff>(agendas({ who: oneOfThem }))
