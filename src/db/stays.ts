import { eq, getTableColumns, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { booking } from './bookings/booking-row.ts'
import { blocking, bookings, lasting, longestAppointmentMs } from './bookings/bookings.ts'
import { businesses } from './businesses.ts'
import { among, build, builder, inserting, isOneOf, statement } from './database.ts'
import type { Row, RowWith, Statement } from './database.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

export const meals = [
  'none',
  'breakfast',
  'half_board',
  'full_board',
  'all_inclusive',
  'dinner',
  'breakfast_supper',
  'dinner_supper',
  'supper',
] as const

/**
 * What a booking of a room for nights has beside what every booking has: a stay, or a block of days. Dates are the
 * property's own.
 */
export const stays = sqliteTable(
  'stays',
  {
    bookingId: integer()
      .primaryKey()
      .references(() => bookings.id),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    arrivalOn: text().notNull(),
    departureOn: text().notNull(),
    adults: integer().notNull(),
    children: integer().notNull(),
    /** JSON array, one age for each child. */
    kidsAges: text(),
    rateId: integer(),
    meal: text({ enum: meals }).notNull(),
    /** HH:MM, on the wall clock of the property. */
    checkInTime: text(),
    checkOutTime: text(),
    doorCode: text(),
    /** #rrggbb */
    color: text(),
    /** What of the price is for the room, and what for the meals. */
    roomPriceMinor: integer(),
    mealPriceMinor: integer(),
    /** JSON object of what is only kept and shown. */
    details: text().notNull(),
  },
  (t) => [
    index('staysByBusiness').on(t.businessId, t.bookingId),
    index('staysByArrival').on(t.businessId, t.arrivalOn),
    index('staysByDeparture').on(t.businessId, t.departureOn),
    index('staysByRate')
      .on(t.rateId, t.departureOn)
      .where(sql`${t.rateId} is not null`),
    check(
      'staysDates',
      sql`${t.arrivalOn} glob '????-??-??' and ${t.departureOn} glob '????-??-??' and ${t.arrivalOn} < ${t.departureOn}`,
    ),
    check('staysPersons', sql`${t.adults} >= 0 and ${t.children} >= 0`),
    check('staysKidsAges', sql`json_array_length(${t.kidsAges}) = ${t.children}`),
    check('staysMeal', isOneOf(t.meal, meals)),
    check('staysTimes', sql`${t.checkInTime} glob '??:??' and ${t.checkOutTime} glob '??:??'`),
    check('staysMoney', sql`${t.roomPriceMinor} >= 0 and ${t.mealPriceMinor} >= 0`),
    check('staysDetails', sql`json_valid(${t.details}) and length(${t.details}) <= 8192`),
    check('staysTexts', sql`length(${t.doorCode}) <= 40 and ${t.color} glob '#??????'`),
  ],
)

/** A booking for nights, with all that it has beside other bookings. */

const { bookingId: _bookingId, businessId: _businessId, ...nights } = getTableColumns(stays)
const stay = { ...booking, ...nights }
export type StayRow = RowWith<typeof stay>

const selectStays = () =>
  builder.select(stay).from(stays).innerJoin(bookings, eq(bookings.id, stays.bookingId))

export const stayById = statement((given: { id: number }) =>
  selectStays().where(eq(stays.bookingId, given.id)),
)

/** A stay or a lock, and all others of its group. */
export const staysWith = statement((given: { id: number }) =>
  selectStays()
    .where(
      or(
        eq(bookings.id, given.id),
        sql`${bookings.groupId} = (select "groupId" from "bookings" where "id" = ${given.id})`,
      ),
    )
    .orderBy(stays.bookingId),
)

export const insertStay = inserting(stays)

export function updateStayColumns(id: number, changes: Partial<Row<typeof stays>>): Statement {
  return build(builder.update(stays).set(changes).where(eq(stays.bookingId, id)))
}

export interface StayFilter {
  businessId: number
  includesBlocks?: boolean | undefined
  ids?: readonly number[] | undefined
  groupId?: number | undefined
  resourceId?: number | undefined
  customerId?: number | undefined
  sourceId?: number | undefined
  paymentStatuses?: readonly StayRow['paymentStatus'][] | undefined
  arrivalOn?: string | undefined
  arrivalFromOn?: string | undefined
  departureOn?: string | undefined
  departureToOn?: string | undefined
  /** Instants: from the first on, and before the second. */
  createdBetween?: readonly [number, number] | undefined
  updatedBetween?: readonly [number, number] | undefined
  updatedFrom?: number | undefined
}

const orderColumns = {
  id: sql`"stays"."bookingId"`,
  arrivalOn: sql`"stays"."arrivalOn"`,
  departureOn: sql`"stays"."departureOn"`,
  updatedAt: sql`"bookings"."updatedAt"`,
}

/** Unique, and in the order of an index. */
function keyOf(by: StayOrder['by']): SQL[] {
  if (by === 'id') return [orderColumns.id]
  return [orderColumns[by], by === 'updatedAt' ? sql`"bookings"."id"` : orderColumns.id]
}

export interface StayOrder {
  by: keyof typeof orderColumns
  isDescending: boolean
}

/** The first of those that an index finds, under `foundId`; as many as one of several words has, of each. */
type Finder = (how: { isDescending: boolean; limit: number }) => SQL

function findingBy(
  table: 'stays' | 'bookings',
  { businessId }: StayFilter,
  key: readonly SQL[],
  where: readonly SQL[],
): Finder {
  const id = table === 'stays' ? sql`"bookingId"` : sql`"id"`
  return ({ isDescending, limit }) => {
    const direction = sql.raw(isDescending ? ' desc' : ' asc')
    const order = sql.join(
      [...key, id].map((column) => sql`${column}${direction}`),
      sql`, `,
    )
    const each = where.map((condition) => {
      const found = sql`select ${id} as "foundId" from ${sql.identifier(table)}`
      const own = sql`"businessId" = ${businessId} and ${condition}`
      return sql`select * from (${found} where ${own} order by ${order} limit ${limit})`
    })
    return sql.join(each, sql` union all `)
  }
}

/** By what indexes find what is asked for: the one that finds fewest first. */
function findersOf(filter: StayFilter): Finder[] {
  const { ids, groupId, resourceId, customerId, sourceId, paymentStatuses } = filter
  const { arrivalOn, arrivalFromOn, departureOn, departureToOn, updatedFrom } = filter
  const { createdBetween, updatedBetween } = filter
  const night = sql`"kind" <> 'appointment'`
  const byStay = (key: readonly SQL[], where: SQL) => findingBy('stays', filter, key, [where])
  const byBooking = (key: readonly SQL[], ...where: SQL[]) => findingBy('bookings', filter, key, where)
  const [start, made, edit] = [[sql`"startAt"`], [sql`"createdAt"`], [sql`"updatedAt"`]]
  const [arrival, departure] = [[sql`"arrivalOn"`], [sql`"departureOn"`]]
  const during = (column: SQL, span: readonly [number, number]) =>
    sql`${column} >= ${span[0]} and ${column} < ${span[1]}`
  return [
    ids && (() => sql`select distinct value as "foundId" from json_each(${JSON.stringify(ids)})`),
    groupId !== undefined && byBooking([], sql`"groupId" = ${groupId}`),
    arrivalOn !== undefined && byStay(arrival, sql`"arrivalOn" = ${arrivalOn}`),
    departureOn !== undefined && byStay(departure, sql`"departureOn" = ${departureOn}`),
    customerId !== undefined && byBooking(start, sql`"customerId" = ${customerId}`),
    createdBetween && byBooking(made, sql`${night} and ${during(sql`"createdAt"`, createdBetween)}`),
    updatedBetween && byBooking(edit, sql`${night} and ${during(sql`"updatedAt"`, updatedBetween)}`),
    updatedFrom !== undefined && byBooking(edit, sql`${night} and "updatedAt" >= ${updatedFrom}`),
    arrivalFromOn !== undefined &&
      departureToOn !== undefined &&
      // Who leaves by then came before.
      byStay(arrival, sql`"arrivalOn" >= ${arrivalFromOn} and "arrivalOn" < ${departureToOn}`),
    arrivalFromOn !== undefined && byStay(arrival, sql`"arrivalOn" >= ${arrivalFromOn}`),
    departureToOn !== undefined && byStay(departure, sql`"departureOn" <= ${departureToOn}`),
    resourceId !== undefined && byBooking(start, sql`"resourceId" = ${resourceId}`),
    sourceId !== undefined && byBooking([], sql`"sourceId" = ${sourceId}`),
    paymentStatuses &&
      byBooking(
        [],
        ...Array.from(paymentStatuses, (status) => sql`${night} and "paymentStatus" = ${status}`),
      ),
  ].filter((finder) => finder !== false && finder !== undefined)
}

/**
 * Stays that stand: what was called off or taken out of sight is not among them. Filters find any among the first that are
 * counted at most, by the one of them that finds fewest.
 */
export function stayList(
  filter: StayFilter,
  { by, isDescending }: StayOrder,
  window: Window,
  countUpTo: number,
) {
  const { createdBetween, updatedBetween, ids, paymentStatuses, businessId } = filter
  const [finder] = findersOf(filter)
  const equals = (column: SQL, value: number | string | undefined) =>
    value !== undefined && sql`${column} = ${value}`
  const own =
    by === 'updatedAt' && !finder
      ? sql`"bookings"."businessId" = ${businessId} and "bookings"."kind" <> 'appointment'`
      : sql`"stays"."businessId" = ${businessId}`
  const conditions = [
    own,
    sql`"bookings"."status" not in ('cancelled', 'declined', 'expired') and "bookings"."removedAt" is null`,
    !filter.includesBlocks && sql`"bookings"."kind" = 'stay'`,
    ids !== undefined && sql`"stays"."bookingId" in ${among(JSON.stringify(ids))}`,
    equals(sql`"bookings"."groupId"`, filter.groupId),
    equals(sql`"bookings"."resourceId"`, filter.resourceId),
    equals(sql`"bookings"."customerId"`, filter.customerId),
    equals(sql`"bookings"."sourceId"`, filter.sourceId),
    paymentStatuses !== undefined &&
      sql`"bookings"."paymentStatus" in ${among(JSON.stringify(paymentStatuses))}`,
    equals(sql`"stays"."arrivalOn"`, filter.arrivalOn),
    filter.arrivalFromOn !== undefined && sql`"stays"."arrivalOn" >= ${filter.arrivalFromOn}`,
    equals(sql`"stays"."departureOn"`, filter.departureOn),
    filter.departureToOn !== undefined && sql`"stays"."departureOn" <= ${filter.departureToOn}`,
    createdBetween !== undefined &&
      sql`"bookings"."createdAt" >= ${createdBetween[0]} and "bookings"."createdAt" < ${createdBetween[1]}`,
    updatedBetween !== undefined &&
      sql`"bookings"."updatedAt" >= ${updatedBetween[0]} and "bookings"."updatedAt" < ${updatedBetween[1]}`,
    filter.updatedFrom !== undefined && sql`"bookings"."updatedAt" >= ${filter.updatedFrom}`,
  ].filter((condition) => condition !== false)
  // Cross joins keep the order: what was found first, and no more of the tables than that.
  const from = finder
    ? sql`(${finder({ isDescending, limit: countUpTo })}) cross join "stays" on "stays"."bookingId" = "foundId"
        cross join "bookings" on "bookings"."id" = "foundId"`
    : sql`"stays" join "bookings" on "bookings"."id" = "stays"."bookingId"`
  const query = {
    columns: stay,
    from,
    where: sql.join(conditions, sql` and `),
    key: keyOf(by),
    descending: isDescending,
  }
  return listing(query, window, countUpTo)
}

export interface TakenRow {
  resourceId: number
  blockedFromAt: number
  blockedToAt: number
}

/**
 * What is taken of the rooms of a business between two instants, by whatever takes it. No two stays or locks of a room
 * overlap: so of those that began long before, only the last of each room can still last.
 */
export const takenOfRooms = statement(
  // Raw: it names an index for each half of its union.
  (given: { businessId: number; fromAt: number; toAt: number; now: number }) => {
    const isRoom = sql`"resources"."businessId" = ${given.businessId}
      and "resources"."kind" = 'room' and "resources"."archivedAt" is null`
    const isLive = sql`"bookings"."businessId" = ${given.businessId}
      and ("expiresAt" is null or "expiresAt" > ${given.now})`
    const earliestAppointment = sql`${given.fromAt} - ${sql.raw(String(longestAppointmentMs))}`
    return sql<TakenRow>`
  select "resourceId", "blockedFromAt", "blockedToAt" from "bookings" indexed by "bookingsBlocking"
  where ${isLive} and ${blocking} and "resourceId" in (select "id" from "resources" where ${isRoom})
    and "blockedFromAt" >= ${earliestAppointment} and "blockedFromAt" < ${given.toAt}
    and "blockedToAt" > ${given.fromAt}
  union all
  select "resourceId", "blockedFromAt", "blockedToAt"
  from "resources" cross join "bookings" on "bookings"."id" = (
    select "id" from "bookings" indexed by "bookingsLasting"
    where ${isLive} and ${lasting} and "resourceId" = "resources"."id" and "blockedFromAt" < ${earliestAppointment}
    order by "blockedFromAt" desc limit 1)
  where ${isRoom} and "blockedToAt" > ${given.fromAt}
`
  },
)
