import { sql } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { accounts } from './accounts.ts'

export const businesses = sqliteTable(
  'businesses',
  {
    id: integer().primaryKey(),
    ownerId: integer()
      .notNull()
      .references(() => accounts.id),
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
    index('businessesByCategory').on(t.category, t.id),
    index('businessesByCity').on(t.cityKey, t.id),
    index('businessesByPlace').on(t.latitudeBand, t.longitude),
    check('businessesActive', sql`${t.active} in (0, 1)`),
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
