import { eq, sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { builder, inserting, isOneOf, statement } from './database.ts'
import type { Statement } from './database.ts'

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

/** How many stays a group may have: a trigger refuses any more (`group_full`). */
export const mostInGroup = 100

export const insertBookingGroup = inserting(bookingGroups)

export const groupById = statement((given: { id: number }) =>
  builder.select().from(bookingGroups).where(eq(bookingGroups.id, given.id)),
)

const insertGroup = statement((given: { groupId: number; businessId: number; now: number }) =>
  builder
    .insert(bookingGroups)
    .values({
      id: given.groupId,
      businessId: given.businessId,
      kind: 'visit',
      rule: null,
      createdAt: given.now,
    })
    .onConflictDoNothing(),
)
const joinFirst = statement(
  // Raw: the table of bookings is made of this one.
  (given: { groupId: number }) => sql`
  update "bookings" set "groupId" = "id" where "id" = ${given.groupId} and "groupId" is null
`,
)

/** The group of a booking is there from now on, and its first booking is in it. */
export function joinGroup(group: { groupId: number; businessId: number; now: number }): Statement[] {
  return [insertGroup(group), joinFirst(group)]
}
