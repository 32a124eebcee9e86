import { eq, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { build, builder, columnsOf, compile, inserting } from './database.ts'
import type { Row, Statement } from './database.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

/** What an account may be to a business. */
export const roles = ['owner', 'manager', 'staff'] as const
export type Role = (typeof roles)[number]

const active = sql.raw('"active" = 1')

export const businesses = sqliteTable(
  'businesses',
  {
    id: integer().primaryKey(),
    ownerId: integer().notNull(),
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
    uniqueIndex('businessesBySlug').on(t.slug),
    index('businessesByOwner').on(t.ownerId),
    // What a search looks through: those that can be found.
    index('businessesByAge').on(t.id).where(active),
    index('businessesByCategory').on(t.category, t.id).where(active),
    index('businessesByCity').on(t.cityKey, t.id).where(active),
    index('businessesByCityAndCategory').on(t.cityKey, t.category, t.id).where(active),
    index('businessesByPlace').on(t.latitudeBand, t.longitude).where(active),
    check('businessesActive', sql`${t.active} in (0, 1)`),
    check(
      'businessesTexts',
      sql`length(${t.name}) <= 200 and length(${t.category}) <= 100 and length(${t.description}) <= 5000 and length(${t.website}) <= 500 and length(${t.street}) <= 200 and length(${t.city}) <= 100 and length(${t.region}) <= 100 and length(${t.postalCode}) <= 20 and length(${t.email}) <= 254 and length(${t.phone}) <= 40`,
    ),
  ],
)

/** A place of the business, with its own wall clock. */
export const branches = sqliteTable(
  'branches',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    name: text().notNull(),
    timeZone: text().notNull(),
    isDefault: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('branchesByBusiness').on(t.businessId),
    uniqueIndex('branchesDefault')
      .on(t.businessId)
      .where(sql`${t.isDefault} = 1`),
    check('branchesIsDefault', sql`${t.isDefault} in (0, 1)`),
  ],
)

export const insertBranch = inserting(branches)

/**
 * Fails on `businesses.ownerId` when the account was erased, on `businesses.name` when it owns `most` businesses, on
 * `businesses.slug` when another business has it.
 */
export function insertBusiness(business: Row<typeof businesses>, most: number): Statement {
  const owned = sql`(select count(*) from (select 1 from "businesses" where "ownerId" = ${business.ownerId} limit ${most}))`
  const name = sql`case when ${owned} < ${most} then ${business.name} end`
  const ownerId = sql`(select "id" from "accounts" where "id" = ${business.ownerId} and "erasedAt" is null)`
  return build(builder.insert(businesses).values({ ...business, ownerId, name }))
}

/** A business, active or not, and what the asking account is to it. */
export type BusinessWithRole = Row<typeof businesses> & { role: Role | null }

const businessWithRole = (where: SQL) => sql`
  select ${columnsOf(businesses)},
    (select "role" from "members"
      where "businessId" = "businesses"."id" and "accountId" = ${sql.placeholder('accountId')}) as "role"
  from "businesses" where ${where}
`
export const businessById = compile<BusinessWithRole, { id: number; accountId: number }>(
  businessWithRole(sql`"id" = ${sql.placeholder('id')}`),
)
const businessBySlug = compile<BusinessWithRole, { slug: string; accountId: number }>(
  businessWithRole(sql`"slug" = ${sql.placeholder('slug')}`),
)

/**
 * One row with the account's role if it may see the business, else none: a list that begins with it (`cross join` keeps
 * the order) reads nothing for those who may not, and so tells nobody by its time how long it is.
 */
export const viewerOf = ({ businessId, accountId }: { businessId: number; accountId: number }): SQL => sql`
  (select "members"."role", "members"."resourceId" from "businesses" left join "members"
    on "members"."businessId" = "businesses"."id" and "members"."accountId" = ${accountId}
    where "businesses"."id" = ${businessId} and ("businesses"."active" = 1 or "members"."role" is not null)
  ) as "viewer"`

/** By its id, or by its slug. */
export function businessByKey(key: number | string, accountId: number): Statement<BusinessWithRole> {
  return typeof key === 'number'
    ? businessById({ id: key, accountId })
    : businessBySlug({ slug: key, accountId })
}

/** The branch asked for, or the default one. */
export const branchOfBusiness = compile<
  Row<typeof branches>,
  { businessId: number; branchId: number | null }
>(sql`
  select ${columnsOf(branches)} from "branches"
  where "businessId" = ${sql.placeholder('businessId')}
    and case when ${sql.placeholder('branchId')} is null then "isDefault" = 1 else "id" = ${sql.placeholder('branchId')} end
`)

/** Fails on `businesses.currency` when the currency changes while services in the old one are on offer. */
export function updateBusinessColumns(id: number, changes: Partial<Row<typeof businesses>>): Statement {
  const { currency } = changes
  const guarded = sql`case when exists (select 1 from "services"
    where "businessId" = ${id} and "archivedAt" is null and "currency" <> ${currency}) then null else ${currency} end`
  const columns = currency === undefined ? changes : { ...changes, currency: guarded }
  return build(builder.update(businesses).set(columns).where(eq(businesses.id, id)))
}

export const updateDefaultBranchZone = compile<
  unknown,
  { businessId: number; timeZone: string; updatedAt: number }
>(sql`
  update "branches" set "timeZone" = ${sql.placeholder('timeZone')}, "updatedAt" = ${sql.placeholder('updatedAt')}
  where "businessId" = ${sql.placeholder('businessId')} and "isDefault" = 1
`)

/** The businesses in which an account acts, the newest first. */
export function ownBusinessList(accountId: number, window: Window, countUpTo: number) {
  const query = {
    columns: sql`${columnsOf(businesses)}, "members"."role"`,
    from: sql`"members" join "businesses" on "businesses"."id" = "members"."businessId"`,
    where: sql`"members"."accountId" = ${accountId}`,
    key: [sql`"members"."businessId"`],
    descending: true,
  }
  return listing<Row<typeof businesses> & { role: Role }>(query, window, countUpTo)
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

export type BusinessFound = Row<typeof businesses> & { distanceKm: number | null; sortKey: number | string }

const sortKeys: Record<BusinessSort, SQL> = {
  // Long enough to tell names apart, short enough for a cursor; the id decides the rest.
  name: sql`lower(substr("businesses"."name", 1, 40))`,
  rating: sql`"businesses"."ratingSum" * 1.0 / max("businesses"."ratingCount", 1)`,
  newest: sql`"businesses"."id"`,
  distance: sql`"businesses"."distanceKm"`,
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
    minRating !== undefined && sql`"businesses"."ratingCount" > 0 and ${sortKeys.rating} >= ${minRating}`,
    near && sql`"businesses"."distanceKm" <= ${near.radiusKm}`,
  ].filter((condition) => condition !== false && condition !== undefined)
  const query = (before?: number) => ({
    columns: sql`${columnsOf(businesses)}, "businesses"."distanceKm", ${sortKeys[sort]} as "sortKey"`,
    from: sql`(select ${columnsOf(businesses)}, ${near ? distanceKm(near) : sql`null`} as "distanceKm"
      from (${candidates(search, countUpTo + 1, before)}) as "candidates"
      cross join "businesses" on "businesses"."id" = "candidates"."id") as "businesses"`,
    where: sql.join(conditions, sql` and `),
    key: [sortKeys[sort], sql`"businesses"."id"`],
    descending: sort === 'rating' || sort === 'newest',
  })
  // The candidates come newest first themselves: there a cursor leads past the last of them, to the next ones.
  const before = sort === 'newest' ? Number(window.after?.[0] ?? NaN) : NaN
  const { found } = listing<BusinessFound>(
    query(Number.isNaN(before) ? undefined : before),
    window,
    countUpTo,
  )
  const { from, where } = query()
  const count = build<{ total: number; isCut: number }>(sql`
    select count(*) filter (where ${where}) as "total", count(*) > ${countUpTo} as "isCut" from ${from}`)
  return { found, count }
}

/** In the order of an index that has nothing else in it. */
function newest({ category, cityKey }: BusinessSearch, window: Window, countUpTo: number): Search {
  const query = {
    columns: sql`${columnsOf(businesses)}, null as "distanceKm", "businesses"."id" as "sortKey"`,
    from: sql`"businesses" indexed by ${indexOf({ category, cityKey })}`,
    where: whatIs({ category, cityKey }),
    key: [sql`"businesses"."id"`, sql`"businesses"."id"`],
    descending: true,
  }
  return listing<BusinessFound>(query, window, countUpTo)
}

type Kind = Pick<BusinessSearch, 'category' | 'cityKey'>

/** The index of all that is of a kind, by age. */
function indexOf({ category, cityKey }: Kind): SQL {
  if (cityKey !== undefined)
    return category === undefined ? sql`"businessesByCity"` : sql`"businessesByCityAndCategory"`
  return category === undefined ? sql`"businessesByAge"` : sql`"businessesByCategory"`
}

function whatIs({ category, cityKey }: Kind): SQL {
  const conditions = [
    sql`"businesses".${active}`,
    category !== undefined && sql`"businesses"."category" = ${category}`,
    cityKey !== undefined && sql`"businesses"."cityKey" = ${cityKey}`,
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
    return sql`select "businesses"."id" from json_each(${near.cells}) as "cell" cross join "businesses"
      on ${active} and "latitudeBand" = "cell"."value" ->> 0
        and "longitude" >= "cell"."value" ->> 1 and "longitude" < "cell"."value" ->> 2
      limit ${limit}`
  }
  return sql`select "id" from "businesses" indexed by ${indexOf({ category, cityKey })}
    where ${whatIs({ category, cityKey })}${older(sql`"id"`)} order by "id" desc limit ${limit}`
}

/** Along the great circle, by the haversine formula. */
function distanceKm({ latitude, longitude }: { latitude: number; longitude: number }): SQL {
  return sql`12742.0176 * asin(sqrt(min(1.0,
    pow(sin(radians("latitude" - ${latitude}) / 2), 2)
    + cos(radians("latitude")) * cos(radians(${latitude})) * pow(sin(radians("longitude" - ${longitude}) / 2), 2))))`
}
