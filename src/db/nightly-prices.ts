import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { build, columnsOf, isOneOf, statement } from './database.ts'
import type { Row, Statement } from './database.ts'
import { rates } from './rates.ts'

/** What is priced: a room by itself, or all the rooms of a type. */
export const placeKinds = ['room', 'roomType'] as const

/** What a night costs, by rate and by room or room type, and who may stay it. */
export const nightlyPrices = sqliteTable(
  'nightlyPrices',
  {
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    rateId: integer()
      .notNull()
      .references(() => rates.id),
    placeKind: text({ enum: placeKinds }).notNull(),
    placeId: integer().notNull(),
    dateOn: text().notNull(),
    basePriceMinor: integer().notNull(),
    /** JSON [{persons, priceMinor}]; null says nothing of it. */
    personPrices: text(),
    /** JSON object; null says nothing of it. */
    restrictions: text(),
    editedAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.rateId, t.placeKind, t.placeId, t.dateOn] }),
    index('nightlyPricesByDate').on(t.dateOn),
    check('nightlyPricesPlaceKind', isOneOf(t.placeKind, placeKinds)),
    check('nightlyPricesDate', sql`${t.dateOn} glob '????-??-??'`),
    check('nightlyPricesMoney', sql`${t.basePriceMinor} >= 0`),
    check(
      'nightlyPricesJson',
      sql`json_valid(${t.personPrices}) and length(${t.personPrices}) <= 1024 and json_valid(${t.restrictions}) and length(${t.restrictions}) <= 512`,
    ),
  ],
)
export type NightRow = Row<typeof nightlyPrices>

/**
 * The nights of spans, which `beginning` selects as rate, kind and id of the place, first and last date: of each rate, and of
 * all that it is derived from. Each span is found by the key, so nothing is read that is not answered.
 */
const nightsOfSpans = (businessId: SQL | number, beginning: SQL): SQL<NightRow> => sql`
  with recursive "spans" ("rateId", "placeKind", "placeId", "fromOn", "toOn") as (
    ${beginning}
    union
    select "rates"."parentRateId", "placeKind", "placeId", "fromOn", "toOn"
    from "spans" cross join "rates" on "rates"."id" = "spans"."rateId"
    where "rates"."parentRateId" is not null
  )
  select ${columnsOf(nightlyPrices)} from "spans" cross join "nightlyPrices"
    on "nightlyPrices"."rateId" = "spans"."rateId" and "nightlyPrices"."placeKind" = "spans"."placeKind"
      and "nightlyPrices"."placeId" = "spans"."placeId"
      and "nightlyPrices"."dateOn" between "spans"."fromOn" and "spans"."toOn"
  where "nightlyPrices"."businessId" = ${businessId}`

/** The nights of spans given as JSON [[rateId, placeKind, placeId, fromOn, toOn]], both ends included. */
export const nightsInSpans = statement(
  (given: { businessId: number; spans: string }) =>
    sql<NightRow>`${nightsOfSpans(
      sql`${given.businessId}`,
      sql`select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(${given.spans})`,
    )}`,
)

/** The nights of a stay at a rate, in rooms (JSON ids) and by the types of these; the last is the date of departure. */
export const nightsOfStay = statement(
  (given: { businessId: number; rateId: number; roomIds: string; arrivalOn: string; departureOn: string }) =>
    sql<NightRow>`${nightsOfSpans(
      sql`${given.businessId}`,
      sql`select ${given.rateId}, 'room', value, ${given.arrivalOn}, ${given.departureOn}
        from json_each(${given.roomIds})
        union all
        select ${given.rateId}, 'roomType', "roomTypeId", ${given.arrivalOn}, ${given.departureOn}
        from json_each(${given.roomIds}) cross join "rooms" on "resourceId" = value
        where "roomTypeId" is not null`,
    )}`,
)

/** Which prices of a business are asked for; ids are JSON arrays, null means all of them. */
export interface PriceSearch {
  businessId: number
  fromOn: string
  toOn: string
  rateIds: string | null
  roomIds: string | null
  roomTypeIds: string | null
}

/** The nights of every rate at every place that the search names, whether or not they are told of it by a parent. */
export function nightsFound(search: PriceSearch, limit: number): Statement<NightRow> {
  const { businessId, fromOn, toOn, rateIds, roomIds, roomTypeIds } = search
  const isAmong = (column: SQL, ids: string | null) =>
    ids === null ? sql`true` : sql`${column} in (select value from json_each(${ids}))`
  const beginning = sql`
    select "rates"."id", "places"."placeKind", "places"."placeId", ${fromOn}, ${toOn}
    from "rates" cross join (
      select 'room' as "placeKind", "id" as "placeId" from "resources"
      where "businessId" = ${businessId} and "kind" = 'room' and "archivedAt" is null
        and ${isAmong(sql`"id"`, roomIds)}
      union all
      select 'roomType', "id" from "roomTypes"
      where "businessId" = ${businessId} and "archivedAt" is null and ${isAmong(sql`"id"`, roomTypeIds)}
    ) as "places"
    where "rates"."businessId" = ${businessId} and "rates"."archivedAt" is null
      and ${isAmong(sql`"rates"."id"`, rateIds)}`
  return build(sql`${nightsOfSpans(businessId, beginning)} limit ${limit}`)
}

/**
 * Sets nights given as JSON [[rateId, placeKind, placeId, dateOn, basePriceMinor, personPrices, restrictions]]; a null of the
 * last two leaves what was said before.
 */
export const upsertNights = statement(
  // Raw: an insert-select out of JSON.
  (given: { businessId: number; nights: string; now: number }) => sql`
  insert into "nightlyPrices" ("businessId", "rateId", "placeKind", "placeId", "dateOn", "basePriceMinor",
    "personPrices", "restrictions", "editedAt")
  select ${given.businessId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, ${given.now}
  from json_each(${given.nights}) where true
  on conflict ("rateId", "placeKind", "placeId", "dateOn") do update set
    "basePriceMinor" = excluded."basePriceMinor",
    "personPrices" = coalesce(excluded."personPrices", "personPrices"),
    "restrictions" = coalesce(excluded."restrictions", "restrictions"),
    "editedAt" = excluded."editedAt"
`,
)

/** Deletes prices of nights long past, some at a time. */
export const deleteNightsBefore = statement(
  // Raw: a compound key, of which some rows are chosen by another index.
  (given: { beforeOn: string; limit: number }) => sql<{ rateId: number }>`
  delete from "nightlyPrices" where ("rateId", "placeKind", "placeId", "dateOn") in (
    select "rateId", "placeKind", "placeId", "dateOn" from "nightlyPrices"
    where "dateOn" < ${given.beforeOn} order by "dateOn" limit ${given.limit}
  ) returning "rateId"
`,
)
