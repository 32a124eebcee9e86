import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { build, builder, inserting, statement } from './database.ts'
import type { Row, Statement } from './database.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

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
    phone: text(),
    email: text(),
    street: text(),
    city: text(),
    region: text(),
    postalCode: text(),
    /** ISO 3166-1 alpha-2. */
    country: text(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('branchesByBusiness').on(t.businessId, t.id),
    uniqueIndex('branchesDefault')
      .on(t.businessId)
      .where(sql`${t.isDefault} = 1`),
    check('branchesIsDefault', sql`${t.isDefault} in (0, 1)`),
    check(
      'branchesTexts',
      sql`length(${t.name}) <= 200 and length(${t.phone}) <= 40 and length(${t.email}) <= 254 and length(${t.street}) <= 200 and length(${t.city}) <= 100 and length(${t.region}) <= 100 and length(${t.postalCode}) <= 20 and length(${t.country}) = 2`,
    ),
  ],
)

/** How many a business can have: a trigger refuses any more. */
export const mostBranches = 100

/** Fails on `too_many_branches` by a trigger. */
export const insertBranch = inserting(branches)

export function updateBranchColumns(id: number, changes: Partial<Row<typeof branches>>): Statement {
  return build(builder.update(branches).set(changes).where(eq(branches.id, id)))
}

export const branchById = statement((given: { id: number }) =>
  builder.select().from(branches).where(eq(branches.id, given.id)),
)

/** The branch asked for, or the default one. */
export const branchOfBusiness = statement((given: { businessId: number; branchId: number | null }) => {
  const { businessId, id, isDefault } = branches
  const isAskedFor = sql`case when ${given.branchId} is null then ${isDefault} = 1 else ${id} = ${given.branchId} end`
  return builder
    .select()
    .from(branches)
    .where(and(eq(businessId, given.businessId), isAskedFor))
})

/** The branches of a business, the eldest first. */
export function branchList(businessId: number, window: Window, countUpTo: number) {
  const query = {
    columns: getTableColumns(branches),
    from: sql`${branches}`,
    where: eq(branches.businessId, businessId),
    key: [sql`${branches.id}`],
    descending: false,
  }
  return listing(query, window, countUpTo)
}

export const updateDefaultBranchZone = statement(
  (given: { businessId: number; timeZone: string; updatedAt: number }) =>
    builder
      .update(branches)
      .set({ timeZone: given.timeZone, updatedAt: given.updatedAt })
      // The one is said in the text, as the index says it.
      .where(and(eq(branches.businessId, given.businessId), sql`${branches.isDefault} = 1`)),
)
