// What is shown of a business, by which it is found: whoever looks for one does not know yet where it lives.
import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { build, builder, columnsOf, isOneOf, statement } from './database.ts'
import type { Row, RowWith, Statement } from './database.ts'
import { members } from './members.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

/** What a business pays for, the least first. */
export const planIds = ['basic', 'premium'] as const
export type PlanId = (typeof planIds)[number]

const active = sql.raw('"active" = 1')

/** How a business presents itself, and whose it is. */
export const businessListings = sqliteTable(
  'businessListings',
  {
    id: integer().primaryKey(),
    ownerId: integer().notNull(),
    planId: text({ enum: planIds }).notNull(),
    slug: text().notNull(),
    name: text().notNull(),
    category: text().notNull(),
    description: text(),
    email: text(),
    phone: text(),
    website: text(),
    timeZone: text().notNull(),
    currency: text().notNull(),
    street: text(),
    city: text(),
    region: text(),
    postalCode: text(),
    country: text(),
    /** The city folded for comparison: trimmed and in lower case. */
    cityKey: text(),
    latitude: real(),
    longitude: real(),
    /** Tenths of a degree of latitude: the band in which a search by distance looks. */
    latitudeBand: integer(),
    ratingSum: integer().notNull(),
    ratingCount: integer().notNull(),
    active: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('businessListingsBySlug').on(t.slug),
    index('businessListingsByOwner').on(t.ownerId),
    // What a search looks through: those that can be found.
    index('businessListingsByAge').on(t.id).where(active),
    index('businessListingsByCategory').on(t.category, t.id).where(active),
    index('businessListingsByCity').on(t.cityKey, t.id).where(active),
    index('businessListingsByCityAndCategory').on(t.cityKey, t.category, t.id).where(active),
    index('businessListingsByPlace').on(t.latitudeBand, t.longitude).where(active),
    check('businessListingsActive', sql`${t.active} in (0, 1)`),
    check('businessListingsPlan', isOneOf(t.planId, planIds)),
    check(
      'businessListingsTexts',
      sql`length(${t.name}) <= 200 and length(${t.category}) <= 100 and length(${t.description}) <= 5000 and length(${t.website}) <= 500 and length(${t.street}) <= 200 and length(${t.city}) <= 100 and length(${t.region}) <= 100 and length(${t.postalCode}) <= 20 and length(${t.email}) <= 254 and length(${t.phone}) <= 40`,
    ),
  ],
)

type Listing = Row<typeof businessListings>

/**
 * Fails on `businessListings.ownerId` when the account was erased, on `businessListings.name` when it owns `most`
 * businesses, on `businessListings.slug` when another business has it.
 */
export function insertListing(listed: Listing, most: number): Statement {
  const owned = sql`(select count(*) from (select 1 from "businessListings" where "ownerId" = ${listed.ownerId} limit ${most}))`
  const name = sql`case when ${owned} < ${most} then ${listed.name} end`
  const ownerId = sql`(select "id" from "accounts" where "id" = ${listed.ownerId} and "erasedAt" is null)`
  return build(builder.insert(businessListings).values({ ...listed, ownerId, name }))
}

const listingById = statement((given: { key: number }) =>
  builder.select().from(businessListings).where(eq(businessListings.id, given.key)),
)
const listingBySlug = statement((given: { key: string }) =>
  builder.select().from(businessListings).where(eq(businessListings.slug, given.key)),
)

/** A business, active or not, by its id or by its slug. */
export function listingByKey(key: number | string): Statement<Listing> {
  return typeof key === 'number' ? listingById({ key }) : listingBySlug({ key })
}

export function updateListingColumns(id: number, changes: Partial<Listing>): Statement {
  return build(builder.update(businessListings).set(changes).where(eq(businessListings.id, id)))
}

/** The businesses in which an account acts, the newest first. */
export function ownBusinessList(accountId: number, window: Window, countUpTo: number) {
  const query = {
    columns: { ...getTableColumns(businessListings), role: members.role },
    from: sql`"members" join "businessListings" on "businessListings"."id" = "members"."businessId"`,
    where: sql`"members"."accountId" = ${accountId}`,
    key: [sql`"members"."businessId"`],
    descending: true,
  }
  return listing(query, window, countUpTo)
}

export type BusinessSort = 'name' | 'rating' | 'newest' | 'distance'

export interface BusinessSearch {
  /** A full-text query: the businesses that it matches. */
  match?: string | undefined
  category?: string | undefined
  cityKey?: string | undefined
  minRating?: number | undefined
  /** A circle, and the cells of the place index that it touches, the nearest first: JSON [[band, west, east]], the east not included. */
  near?: { latitude: number; longitude: number; radiusKm: number; cells: string } | undefined
  sort: BusinessSort
}

/** A page, and how many were found; `isCut` is 1 when there was more than was looked at. */
type Search = Readonly<{
  found: Statement<BusinessFound>
  count: Statement<{ total: number; isCut?: number }>
}>

const found = (distanceKm: SQL, sortKey: SQL) => ({
  ...getTableColumns(businessListings),
  distanceKm: sql<number | null>`${distanceKm}`.as('distanceKm'),
  sortKey: sql<number | string>`${sortKey}`.as('sortKey'),
})
export type BusinessFound = RowWith<ReturnType<typeof found>>

const sortKeys: Record<BusinessSort, SQL> = {
  // Long enough to tell names apart, short enough for a cursor; the id decides the rest.
  name: sql`lower(substr("businessListings"."name", 1, 40))`,
  rating: sql`"businessListings"."ratingSum" * 1.0 / max("businessListings"."ratingCount", 1)`,
  newest: sql`"businessListings"."id"`,
  distance: sql`"businessListings"."distanceKm"`,
}

/**
 * Active businesses by [sortKey, id]. The newest come straight from an index, a page of them. For all else one index names the
 * candidates, as many as are counted and the newest or the nearest of them; all other conditions choose among those, so that a
 * search never reads more however many businesses there are.
 */
export function businessSearch(search: BusinessSearch, window: Window, countUpTo: number): Search {
  const { match, minRating, near, sort } = search
  if (sort === 'newest' && match === undefined && minRating === undefined && !near) {
    return newest(search, window, countUpTo)
  }
  const conditions = [
    whatIs(search),
    minRating !== undefined &&
      sql`"businessListings"."ratingCount" > 0 and ${sortKeys.rating} >= ${minRating}`,
    near && sql`"businessListings"."distanceKm" <= ${near.radiusKm}`,
  ].filter((condition) => condition !== false && condition !== undefined)
  const query = (before?: number) => ({
    columns: found(sql`"businessListings"."distanceKm"`, sortKeys[sort]),
    from: sql`(select ${columnsOf(businessListings)}, ${near ? distanceKm(near) : sql`null`} as "distanceKm"
      from (${candidates(search, countUpTo + 1, before)}) as "candidates"
      cross join "businessListings" on "businessListings"."id" = "candidates"."id") as "businessListings"`,
    where: sql.join(conditions, sql` and `),
    key: [sortKeys[sort], sql`"businessListings"."id"`],
    descending: sort === 'rating' || sort === 'newest',
  })
  // The candidates come newest first themselves: there a cursor leads past the last of them, to the next ones.
  const before = sort === 'newest' ? Number(window.after?.[0] ?? NaN) : NaN
  const { found: page } = listing(query(Number.isNaN(before) ? undefined : before), window, countUpTo)
  const { from, where } = query()
  const count = build<{ total: number; isCut: number }>(sql`
    select count(*) filter (where ${where}) as "total", count(*) > ${countUpTo} as "isCut" from ${from}`)
  return { found: page, count }
}

/** In the order of an index that has nothing else in it. */
function newest({ category, cityKey }: BusinessSearch, window: Window, countUpTo: number): Search {
  const query = {
    columns: found(sql`null`, sql`"businessListings"."id"`),
    from: sql`"businessListings" indexed by ${indexOf({ category, cityKey })}`,
    where: whatIs({ category, cityKey }),
    key: [sql`"businessListings"."id"`, sql`"businessListings"."id"`],
    descending: true,
  }
  return listing(query, window, countUpTo)
}

type Kind = Pick<BusinessSearch, 'category' | 'cityKey'>

/** The index of all that is of a kind, by age. */
function indexOf({ category, cityKey }: Kind): SQL {
  if (cityKey !== undefined)
    return category === undefined ? sql`"businessListingsByCity"` : sql`"businessListingsByCityAndCategory"`
  return category === undefined ? sql`"businessListingsByAge"` : sql`"businessListingsByCategory"`
}

function whatIs({ category, cityKey }: Kind): SQL {
  const conditions = [
    sql`"businessListings".${active}`,
    category !== undefined && sql`"businessListings"."category" = ${category}`,
    cityKey !== undefined && sql`"businessListings"."cityKey" = ${cityKey}`,
  ].filter((condition) => condition !== false)
  return sql.join(conditions, sql` and `)
}

function candidates({ match, category, cityKey, near }: BusinessSearch, limit: number, before?: number): SQL {
  const older = (id: SQL) => (before === undefined ? sql`` : sql` and ${id} < ${before}`)
  if (match !== undefined) {
    return sql`select rowid as "id" from "businessWords"
      where "businessWords" match ${match}${older(sql`rowid`)} order by rowid desc limit ${limit}`
  }
  if (near) {
    return sql`select "businessListings"."id" from json_each(${near.cells}) as "cell" cross join "businessListings"
      on ${active} and "latitudeBand" = "cell"."value" ->> 0
        and "longitude" >= "cell"."value" ->> 1 and "longitude" < "cell"."value" ->> 2
      limit ${limit}`
  }
  return sql`select "id" from "businessListings" indexed by ${indexOf({ category, cityKey })}
    where ${whatIs({ category, cityKey })}${older(sql`"id"`)} order by "id" desc limit ${limit}`
}

/** Along the great circle, by the haversine formula. */
function distanceKm({ latitude, longitude }: { latitude: number; longitude: number }): SQL {
  return sql`12742.0176 * asin(sqrt(min(1.0,
    pow(sin(radians("latitude" - ${latitude}) / 2), 2)
    + cos(radians("latitude")) * cos(radians(${latitude})) * pow(sin(radians("longitude" - ${longitude}) / 2), 2))))`
}
