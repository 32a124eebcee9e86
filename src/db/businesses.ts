import { eq, sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
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

export const insertBusiness = inserting(businesses)

/** A business, active or not. */
export const businessById = statement((given: { id: number }) =>
  builder.select().from(businesses).where(eq(businesses.id, given.id)),
)

/** Fails on `businesses.currency` when the currency changes while services or nights are priced in the old one. */
export function updateBusinessColumns(id: number, changes: Partial<Row<typeof businesses>>): Statement {
  const { currency } = changes
  const guarded = sql`case when exists (select 1 from "services"
    where "businessId" = ${id} and "archivedAt" is null and "currency" <> ${currency})
    or "currency" <> ${currency} and exists (select 1 from "rates"
      where "businessId" = ${id} and "archivedAt" is null and ("additionalMinor" is not null
        or exists (select 1 from "nightlyPrices" where "rateId" = "rates"."id")))
    then null else ${currency} end`
  const columns = currency === undefined ? changes : { ...changes, currency: guarded }
  return build(builder.update(businesses).set(columns).where(eq(businesses.id, id)))
}
