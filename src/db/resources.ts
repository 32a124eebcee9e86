import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { branches, businesses } from './businesses.ts'

/** What a booking takes up: a staff member, later a room. */
export const resources = sqliteTable(
  'resources',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    branchId: integer()
      .notNull()
      .references(() => branches.id),
    kind: text({ enum: ['staff', 'room'] }).notNull(),
    name: text().notNull(),
    title: text(),
    email: text(),
    phone: text(),
    active: integer().notNull(),
    /** Set when it is deleted while bookings still tell of it. */
    archivedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('resourcesByBusiness').on(t.businessId, t.kind, t.id),
    check('resourcesKind', sql`${t.kind} in ('staff', 'room')`),
    check('resourcesActive', sql`${t.active} in (0, 1)`),
  ],
)

/** Weekly opening hours: JSON [{weekday, startMinute, endMinute}], wall clock of the branch. */
export const schedules = sqliteTable(
  'schedules',
  {
    resourceId: integer()
      .primaryKey()
      .references(() => resources.id),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    weekly: text().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [check('schedulesWeekly', sql`json_valid(${t.weekly})`)],
)

/** Hours of one date, in place of the weekly ones: JSON [{startMinute, endMinute}]. */
export const scheduleOverrides = sqliteTable(
  'scheduleOverrides',
  {
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    resourceId: integer()
      .notNull()
      .references(() => resources.id),
    dateOn: text().notNull(),
    intervals: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.resourceId, t.dateOn] }),
    check('scheduleOverridesIntervals', sql`json_valid(${t.intervals})`),
    check('scheduleOverridesDate', sql`${t.dateOn} glob '????-??-??'`),
  ],
)

export const timeOff = sqliteTable(
  'timeOff',
  {
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    resourceId: integer()
      .notNull()
      .references(() => resources.id),
    fromAt: integer().notNull(),
    toAt: integer().notNull(),
    reason: text(),
  },
  (t) => [
    primaryKey({ columns: [t.resourceId, t.toAt, t.fromAt] }),
    check('timeOffOrder', sql`${t.fromAt} < ${t.toAt}`),
  ],
)
