import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { isOneOf } from './database.ts'

export const groupKinds = ['series', 'party', 'visit', 'cart'] as const

/** Bookings that belong together. */
export const bookingGroups = sqliteTable(
  'bookingGroups',
  {
    /** The id of its first booking. */
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    kind: text({ enum: groupKinds }).notNull(),
    /** By which a series goes on; null for what happens once. */
    rule: text(),
    createdAt: integer().notNull(),
  },
  (t) => [
    check('bookingGroupsKind', isOneOf(t.kind, groupKinds)),
    check('bookingGroupsRule', sql`length(${t.rule}) <= 500 and (${t.rule} is null or ${t.kind} = 'series')`),
  ],
)
