// All that decides when a service can be booked, in one query: per staff member or room one row, its lists as JSON. The
// text is written by hand: which index each part of it goes by is named.
import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { blocking, lasting, longestAppointmentMs, longestMs } from './bookings/bookings.ts'
import { blockingStatuses } from './bookings/booking-statuses.ts'
import { businesses } from './businesses.ts'
import { builder, isOneOf, statement } from './database.ts'
import type { Row } from './database.ts'
import type { Bookable } from './resources.ts'
import { services } from './services.ts'

/** A service with what its business adds to it. */
export type ServiceOffer = Row<typeof services> & { businessTimeZone: string }

/** An offer of an active business. */
export const serviceOffer = statement((given: { businessId: number; serviceId: number }) =>
  builder
    .select({
      ...getTableColumns(services),
      businessTimeZone: sql<string>`${businesses.timeZone}`.as('businessTimeZone'),
    })
    .from(services)
    .innerJoin(businesses, eq(businesses.id, services.businessId))
    .where(
      and(
        eq(services.id, given.serviceId),
        eq(services.businessId, given.businessId),
        eq(businesses.active, 1),
      ),
    ),
)

/** A staff member or a room: `weekly` as stored, the lists as JSON arrays of arrays, in the order of the columns named. */
export interface AgendaRow {
  id: number
  kind: Bookable
  name: string
  branchId: number
  branchName: string
  timeZone: string
  weekly: string | null
  /** [dateOn, intervals] */
  overrides: string
  /** [fromAt, toAt, reason] */
  timeOff: string
  /**
   * Two lists: times packed into one number each, which leave no room for anybody (only to search), and the rest,
   * [id, blockedFromAt, blockedToAt, units, serviceId, expiresAt, startAt], to explain also endAt.
   */
  taken: string
  /** What packed times count from. */
  baseMinute: number
  /** 1 or 0: whether they perform the service at all, or it takes place there. */
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

type OfOne = AgendaValues & { resourceId: number; kind: Bookable }

const worked = (given: AgendaValues) => sql`(
  select json_group_array(json_array("startAt", "endAt")) from "bookings"
  where "businessId" = "resources"."businessId" and "resourceId" = "resources"."id"
    and "startAt" between ${given.fromAt} - 93600000 and ${given.toAt} + 93600000
    and ${isOneOf(sql.raw('"status"'), [...blockingStatuses, 'completed'])}
)`

const firstInstant = (given: AgendaValues) =>
  sql`(${given.fromAt} - "services"."bufferBeforeMinutes" * 60000)`
const earliestAppointment = (given: AgendaValues) =>
  sql`${firstInstant(given)} - ${sql.raw(String(longestAppointmentMs))}`
const standing = (
  given: AgendaValues,
) => sql`"businessId" = "resources"."businessId" and "resourceId" = "resources"."id"
        and "blockedFromAt" < ${given.toAt}
          + ("services"."durationMinutes" + "services"."bufferAfterMinutes") * 60000
        and "blockedToAt" > ${firstInstant(given)}`

const covered = sql.raw('"id", "blockedFromAt", "blockedToAt", "units", "serviceId", "expiresAt", "startAt"')
const bare = sql`${covered}, "endAt"`
const nobodys = sql`null`

/** A packed time: its first minute since the base, times this, and its length in minutes. */
export const packing = 8192
const isPacked = sql`("expiresAt" is null and "blockedFromAt" % 60000 = 0 and "blockedToAt" % 60000 = 0
  and "blockedToAt" - "blockedFromAt" < ${sql.raw(String(packing * 60_000))}
  and ("serviceId" is not "services"."id" or "units" >= "services"."capacity"))`
const packed = (
  given: AgendaValues,
) => sql`("blockedFromAt" / 60000 - ${given.baseMinute}) * ${sql.raw(String(packing))}
  + ("blockedToAt" - "blockedFromAt") / 60000`
const oneByOne = (columns: SQL) => sql`json_array(json('[]'), json_group_array(json_array(${columns})))`
/** A month of many people is mostly times that are full: as numbers they are quickest to write and to read. */
const packedWherePossible = (given: AgendaValues) => sql`json_array(
  json_group_array(${packed(given)}) filter (where ${isPacked}),
  json_group_array(json_array(${covered})) filter (where not ${isPacked}))`

/** Everybody is all staff: a room is named, or it is not let by the hour. */
const performs = sql`("services"."performedBy" = 'everybody' and "resources"."kind" = 'staff' or exists (
  select 1 from "serviceResources" where "serviceId" = "services"."id" and "resourceId" = "resources"."id"))`
/** Rooms are looked through only for a service that names one: a hotel may have many. */
const ofItsKinds = sql`"resources"."kind" in (
  select 'staff' union all select 'room' where exists (
    select 1 from "serviceResources" cross join "resources" as "room" on "room"."id" = "resourceId" and "room"."kind" = 'room'
    where "serviceId" = "services"."id"))`
const active = sql`"resources"."active" = 1`
const oneOfThem = (given: OfOne) =>
  sql`"resources"."id" = ${given.resourceId} and "resources"."kind" = ${given.kind}`
const oneActive = (given: OfOne) => sql`${active} and ${oneOfThem(given)}`

const agendas = (
  given: AgendaValues,
  {
    who = sql`${ofItsKinds} and ${active} and ${performs}`,
    columns = covered,
    taken = oneByOne(columns),
    work = nobodys,
  }: { who?: SQL; columns?: SQL; taken?: SQL; work?: SQL },
) => sql<AgendaRow>`
  select "resources"."id", "resources"."kind", "resources"."name", "resources"."branchId", "branches"."name" as "branchName",
    "branches"."timeZone", "schedules"."weekly",
    (select json_group_array(json_array("dateOn", json("intervals"))) from "scheduleOverrides"
      where "resourceId" = "resources"."id"
        and "dateOn" between ${given.firstOn} and ${given.lastOn}) as "overrides",
    (select json_group_array(json_array("fromAt", "toAt", "reason")) from "timeOff"
      where "resourceId" = "resources"."id" and "toAt" > ${given.fromAt}
        and "fromAt" < ${given.toAt} + "services"."durationMinutes" * 60000) as "timeOff",
    (select ${taken} from (
      select ${columns} from "bookings" indexed by "bookingsBlocking"
      where ${standing(given)} and ${blocking} and "blockedFromAt" >= ${earliestAppointment(given)}
      union all
      select ${columns} from "bookings" indexed by "bookingsLasting"
      where ${standing(given)} and ${lasting} and "blockedFromAt" < ${earliestAppointment(given)}
        and "blockedFromAt" > ${earliestAppointment(given)} - ${sql.raw(String(longestMs - longestAppointmentMs))}) as "placed") as "taken",
    ${work} as "worked", ${performs} as "performs", "resources"."active",
    ${given.baseMinute} as "baseMinute"
  from "services"
  join "resources" on "resources"."businessId" = "services"."businessId"
  join "branches" on "branches"."id" = "resources"."branchId"
  left join "schedules" on "schedules"."resourceId" = "resources"."id"
  where "services"."id" = ${given.serviceId} and "services"."businessId" = ${given.businessId}
    and "resources"."archivedAt" is null and ${who}
  order by "resources"."id"
`

/** All by whom or in which a service is performed, to search for slots. */
export const agendasToSearch = statement((given: AgendaValues) =>
  agendas(given, { taken: packedWherePossible(given) }),
)
/** The same, with what each has worked around that day. */
export const agendasToChooseFrom = statement((given: AgendaValues) => agendas(given, { work: worked(given) }))
/** The same as the first, with the bare times of what is booked beside those with buffers. */
export const agendasToExplain = statement((given: AgendaValues) => agendas(given, { columns: bare }))

/** One of them, who may not perform the service. */
export const agendaOfOne = statement((given: OfOne) => agendas(given, { who: oneActive(given) }))
export const agendaOfOneToSearch = statement((given: OfOne) =>
  agendas(given, { who: oneActive(given), taken: packedWherePossible(given) }),
)
export const agendaOfOneToExplain = statement((given: OfOne) =>
  agendas(given, { who: oneActive(given), columns: bare }),
)
/** The same of anybody who was not deleted, who may take no bookings any more. */
export const agendaToMove = statement((given: OfOne) => agendas(given, { who: oneOfThem(given) }))
