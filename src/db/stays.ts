import { eq, getTableColumns, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { booking } from './bookings/booking-row.ts'
import { blocking, bookings, lasting, longestAppointmentMs, longestMs } from './bookings/bookings.ts'
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

/** Stays that stand: what was called off or taken out of sight is not among them. */
export function stayList(
  filter: StayFilter,
  { by, isDescending }: StayOrder,
  window: Window,
  countUpTo: number,
) {
  const { createdBetween, updatedBetween, ids, paymentStatuses } = filter
  const equals = (column: SQL, value: number | string | undefined) =>
    value !== undefined && sql`${column} = ${value}`
  // Looked up by an index of the bookings, however many stays there are beside.
  const isOneOfThose = (are: SQL) =>
    sql`"stays"."bookingId" in (select "id" from "bookings" where "businessId" = ${filter.businessId} and ${are})`
  const { groupId, resourceId, customerId, updatedFrom } = filter
  const isLookedUp = (groupId ?? resourceId ?? customerId ?? updatedFrom) !== undefined
  // With a plus it is no reason to go through all of the business's stays in the order asked for.
  const own = sql`${sql.raw(isLookedUp ? '+' : '')}"stays"."businessId" = ${filter.businessId}`
  const conditions = [
    by === 'updatedAt'
      ? sql`"bookings"."businessId" = ${filter.businessId} and "bookings"."kind" <> 'appointment'`
      : own,
    sql`"bookings"."status" not in ('cancelled', 'declined', 'expired') and "bookings"."removedAt" is null`,
    !filter.includesBlocks && sql`"bookings"."kind" = 'stay'`,
    ids !== undefined && sql`"stays"."bookingId" in ${among(JSON.stringify(ids))}`,
    filter.groupId !== undefined && isOneOfThose(sql`"groupId" = ${filter.groupId}`),
    filter.resourceId !== undefined && isOneOfThose(sql`"resourceId" = ${filter.resourceId}`),
    filter.customerId !== undefined && isOneOfThose(sql`"customerId" = ${filter.customerId}`),
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
    filter.updatedFrom !== undefined &&
      isOneOfThose(sql`"kind" <> 'appointment' and "updatedAt" >= ${filter.updatedFrom}`),
  ].filter((condition) => condition !== false)
  const query = {
    columns: stay,
    from: sql`"stays" join "bookings" on "bookings"."id" = "stays"."bookingId"`,
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

/** What is taken of the rooms of a business between two instants, by whatever takes it. */
export const takenOfRooms = statement(
  // Raw: it names an index for each half of its union.
  (given: { businessId: number; fromAt: number; toAt: number; now: number }) => {
    const ofRooms = sql`"businessId" = ${given.businessId}
      and "resourceId" in (
        select "id" from "resources"
        where "businessId" = ${given.businessId} and "kind" = 'room' and "archivedAt" is null)
      and "blockedToAt" > ${given.fromAt} and ("expiresAt" is null or "expiresAt" > ${given.now})`
    const long = sql.raw(String(longestMs))
    const short = sql.raw(String(longestAppointmentMs))
    return sql<TakenRow>`
  select "resourceId", "blockedFromAt", "blockedToAt" from "bookings" indexed by "bookingsBlocking"
  where ${ofRooms} and ${blocking}
    and "blockedFromAt" >= ${given.fromAt} - ${short} and "blockedFromAt" < ${given.toAt}
  union all
  select "resourceId", "blockedFromAt", "blockedToAt" from "bookings" indexed by "bookingsLasting"
  where ${ofRooms} and ${lasting}
    and "blockedFromAt" >= ${given.fromAt} - ${long} and "blockedFromAt" < ${given.fromAt} - ${short}
`
  },
)
