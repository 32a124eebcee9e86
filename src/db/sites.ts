import { and, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { among, build, builder, inserting, statement } from './database.ts'
import type { Row, Statement } from './database.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

const live = sql.raw('"archivedAt" is null')

/** Where a business's leads come from. An archived site takes no new leads and keeps the old ones. */
export const sites = sqliteTable(
  'sites',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    name: text().notNull(),
    archivedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('sitesByBusiness').on(t.businessId, t.id).where(live),
    check('sitesName', sql`length(${t.name}) <= 200`),
  ],
)

type Site = Row<typeof sites>

/** Inserts the first site of a new business. */
export const insertFirstSite = inserting(sites)

/** Fails on `sites.name` when the business has `most` sites. */
export function insertSite(site: Site, most: number): Statement {
  const count = sql`(select count(*) from (
    select 1 from "sites" where "businessId" = ${site.businessId} and ${live} limit ${most}))`
  const name = sql`case when ${count} < ${most} then ${site.name} end`
  return build(builder.insert(sites).values({ ...site, name }))
}

/** A site, archived or not, with the time zone of its business. */
export const siteById = statement((given: { id: number }) =>
  builder
    .select({ ...getTableColumns(sites), timeZone: businesses.timeZone })
    .from(sites)
    .innerJoin(businesses, eq(businesses.id, sites.businessId))
    .where(eq(sites.id, given.id)),
)

/** The site of a business that was asked for, or its oldest: none that is archived. */
export const siteOfBusiness = statement((given: { businessId: number; siteId: number | null }) => {
  const oldest = sql`(select min("id") from "sites" where "businessId" = ${given.businessId} and ${live})`
  return builder
    .select()
    .from(sites)
    .where(
      and(
        eq(sites.businessId, given.businessId),
        isNull(sites.archivedAt),
        sql`${sites.id} = coalesce(${given.siteId}, ${oldest})`,
      ),
    )
})

/** A business's sites, the oldest first. */
export function siteList(businessId: number, window: Window, countUpTo: number) {
  const query = {
    columns: getTableColumns(sites),
    from: sql`"sites"`,
    where: sql`"businessId" = ${businessId} and ${live}`,
    key: [sql`"sites"."id"`],
    descending: false,
  }
  return listing(query, window, countUpTo)
}

/** The sites of these businesses (a JSON array of ids), the oldest first. */
export const sitesOfBusinesses = statement((given: { businessIds: string }) =>
  builder
    .select({ id: sites.id, name: sites.name })
    .from(sites)
    .where(and(inArray(sites.businessId, among(given.businessIds)), sql`${live}`))
    .orderBy(sites.id),
)

export const updateSiteName = statement((given: Pick<Site, 'id' | 'name' | 'updatedAt'>) =>
  builder
    .update(sites)
    .set({ name: given.name, updatedAt: given.updatedAt })
    .where(and(eq(sites.id, given.id), isNull(sites.archivedAt))),
)

/** Fails on `sites.name` when the business has no other site. */
export const archiveSite = statement((given: { id: number; now: number }) => {
  const another = sql`exists (select 1 from "sites" as "other" where "other"."businessId" = "sites"."businessId"
    and "other"."archivedAt" is null and "other"."id" <> ${given.id})`
  return builder
    .update(sites)
    .set({ name: sql`case when ${another} then "name" end`, archivedAt: given.now, updatedAt: given.now })
    .where(and(eq(sites.id, given.id), isNull(sites.archivedAt)))
})
