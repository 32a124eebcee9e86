import { and, eq, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { build, builder, inserting, statement } from './database.ts'
import type { Row, Statement } from './database.ts'

/** A business as its own data knows it: what services and bookings turn on. All that is shown of it is its listing's. */
export const businesses = sqliteTable(
  'businesses',
  {
    id: integer().primaryKey(),
    timeZone: text().notNull(),
    currency: text().notNull(),
    active: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [check('businessesActive', sql`${t.active} in (0, 1)`)],
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

export const insertBusiness = inserting(businesses)
export const insertBranch = inserting(branches)

/** A business, active or not. */
export const businessById = statement((given: { id: number }) =>
  builder.select().from(businesses).where(eq(businesses.id, given.id)),
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

/** Fails on `businesses.currency` when the currency changes while services in the old one are on offer. */
export function updateBusinessColumns(id: number, changes: Partial<Row<typeof businesses>>): Statement {
  const { currency } = changes
  const guarded = sql`case when exists (select 1 from "services"
    where "businessId" = ${id} and "archivedAt" is null and "currency" <> ${currency}) then null else ${currency} end`
  const columns = currency === undefined ? changes : { ...changes, currency: guarded }
  return build(builder.update(businesses).set(columns).where(eq(businesses.id, id)))
}

export const updateDefaultBranchZone = statement(
  (given: { businessId: number; timeZone: string; updatedAt: number }) =>
    builder
      .update(branches)
      .set({ timeZone: given.timeZone, updatedAt: given.updatedAt })
      // The one is said in the text, as the index says it.
      .where(and(eq(branches.businessId, given.businessId), sql`${branches.isDefault} = 1`)),
)
