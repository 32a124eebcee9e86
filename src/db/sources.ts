import { and, eq, sql } from 'drizzle-orm'
import { check, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { builder, inserting, statement } from './database.ts'

/** Where bookings come from. Every business is made with the same six (by a trigger), under ids that are the same everywhere. */
export const sources = sqliteTable(
  'sources',
  {
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    id: integer().notNull(),
    name: text().notNull(),
    /** 0 for the six that every business has. */
    isCustom: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.businessId, t.id] }),
    uniqueIndex('sourcesByName').on(t.businessId, t.name),
    check('sourcesIsCustom', sql`${t.isCustom} in (0, 1)`),
    check('sourcesName', sql`length(${t.name}) <= 100`),
  ],
)

/** How many a business can have: a trigger refuses any more. */
export const mostSources = 500

/** Fails on `sources.businessId` when there is one of this name, on `too_many_sources` by a trigger. */
export const insertSource = inserting(sources)

export const sourceByName = statement((given: { businessId: number; name: string }) =>
  builder
    .select()
    .from(sources)
    .where(and(eq(sources.businessId, given.businessId), eq(sources.name, given.name))),
)

/** All of a business, its own behind those that every business has. */
export const sourcesOfBusiness = statement((given: { businessId: number }) =>
  builder
    .select()
    .from(sources)
    .where(eq(sources.businessId, given.businessId))
    .orderBy(sources.isCustom, sources.id),
)

export const sourceById = statement((given: { businessId: number; id: number }) =>
  builder
    .select()
    .from(sources)
    .where(and(eq(sources.businessId, given.businessId), eq(sources.id, given.id))),
)

/** Refused (`foreign_key`) while bookings name it. */
export const deleteSourceRow = statement((given: { businessId: number; id: number }) =>
  builder.delete(sources).where(and(eq(sources.businessId, given.businessId), eq(sources.id, given.id))),
)
