import { and, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { branches } from './branches.ts'
import { businesses } from './businesses.ts'
import { among, build, builder, inserting, isOneOf, statement } from './database.ts'
import type { Row, RowWith, Statement } from './database.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

export const resourceKinds = ['staff', 'room', 'equipment'] as const
/** What an appointment can be with, or in. */
export type Bookable = Exclude<(typeof resourceKinds)[number], 'equipment'>

/** What a booking takes up. */
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
    kind: text({ enum: resourceKinds }).notNull(),
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
    index('resourcesByBusiness')
      .on(t.businessId, t.kind, t.id)
      .where(sql`${t.archivedAt} is null`),
    check('resourcesKind', isOneOf(t.kind, resourceKinds)),
    check('resourcesActive', sql`${t.active} in (0, 1)`),
    check(
      'resourcesTexts',
      sql`length(${t.name}) <= 255 and length(${t.title}) <= 200 and length(${t.email}) <= 254 and length(${t.phone}) <= 40`,
    ),
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
  (t) => [check('schedulesWeekly', sql`json_valid(${t.weekly}) and length(${t.weekly}) <= 8192`)],
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
    check('scheduleOverridesIntervals', sql`json_valid(${t.intervals}) and length(${t.intervals}) <= 4096`),
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
    check('timeOffReason', sql`length(${t.reason}) <= 200`),
    check('timeOffOrder', sql`${t.fromAt} < ${t.toAt}`),
  ],
)

/**
 * A staff member or a room with the branch's zone and the schedule: `weekly` as stored, overrides as JSON
 * [[dateOn, intervals]], time off as JSON [[fromAt, toAt, reason]].
 */
const withSchedule = {
  ...getTableColumns(resources),
  timeZone: branches.timeZone,
  weekly: sql<string | null>`(
    select "weekly" from "schedules" where "resourceId" = "resources"."id")`.as('weekly'),
  overrides: sql<string>`(
    select json_group_array(json_array("dateOn", json("intervals"))) from "scheduleOverrides"
    where "resourceId" = "resources"."id")`.as('overrides'),
  timeOff: sql<string>`(
    select json_group_array(json_array("fromAt", "toAt", "reason")) from (
      select * from "timeOff" where "resourceId" = "resources"."id" order by "fromAt", "toAt"))`.as(
    'timeOff',
  ),
}
export type ScheduledRow = RowWith<typeof withSchedule>

const isStaff = and(eq(resources.kind, 'staff'), isNull(resources.archivedAt))

/** A staff member who was not deleted. */
export const staffById = statement((given: { id: number }) =>
  builder
    .select(withSchedule)
    .from(resources)
    .innerJoin(branches, eq(branches.id, resources.branchId))
    .where(and(eq(resources.id, given.id), isStaff)),
)

/** All of a kind that a business has. */
interface Belongings {
  businessId: number
  kind: Bookable
}

const belonging = ({ businessId, kind }: Belongings) =>
  sql`"resources"."businessId" = ${businessId} and "kind" = ${kind} and "archivedAt" is null`

/** The staff or the rooms of a business for its members, the eldest first. */
export function resourceList(whose: Belongings, window: Window, countUpTo: number) {
  const query = {
    columns: withSchedule,
    from: sql`"resources" join "branches" on "branches"."id" = "resources"."branchId"`,
    where: belonging(whose),
    key: [sql`"resources"."id"`],
    descending: false,
  }
  return listing(query, window, countUpTo)
}

/** The same for everybody else: who of them is active, or which are let by the hour, and what their guests may know. */
export function resourceProfileList(whose: Belongings, window: Window, countUpTo: number) {
  const isLet = sql`exists (select 1 from "serviceResources" where "resourceId" = "resources"."id")`
  const query = {
    columns: { id: resources.id, name: resources.name, title: resources.title },
    from: sql`"resources"`,
    where: sql`${belonging(whose)} and "active" = 1 and ${whose.kind === 'room' ? isLet : sql`true`}`,
    key: [sql`"resources"."id"`],
    descending: false,
  }
  return listing(query, window, countUpTo)
}

/** Which of these ids (a JSON array) are staff of a business. */
export const staffAmong = statement((given: { businessId: number; ids: string }) =>
  builder
    .select({ id: resources.id })
    .from(resources)
    .where(and(inArray(resources.id, among(given.ids)), eq(resources.businessId, given.businessId), isStaff)),
)

/** Which of these ids (a JSON array) are rooms of a business. */
export const roomsAmong = statement((given: { businessId: number; ids: string }) =>
  builder
    .select({ id: resources.id })
    .from(resources)
    .where(
      and(
        inArray(resources.id, among(given.ids)),
        eq(resources.businessId, given.businessId),
        eq(resources.kind, 'room'),
        isNull(resources.archivedAt),
      ),
    ),
)

export const insertResource = inserting(resources)

export function updateResourceColumns(id: number, changes: Partial<Row<typeof resources>>): Statement {
  return build(builder.update(resources).set(changes).where(eq(resources.id, id)))
}

const upsertSchedule = statement(({ resourceId, businessId, weekly, updatedAt }: Row<typeof schedules>) =>
  builder
    .insert(schedules)
    .values({ resourceId, businessId, weekly, updatedAt })
    .onConflictDoUpdate({ target: schedules.resourceId, set: { weekly, updatedAt } }),
)
const deleteOverrides = statement((given: { resourceId: number }) =>
  builder.delete(scheduleOverrides).where(eq(scheduleOverrides.resourceId, given.resourceId)),
)
const insertOverrides = statement(
  // Raw, like the one below: an insert-select out of JSON.
  (given: { businessId: number; resourceId: number; overrides: string }) => sql`
  insert into "scheduleOverrides" ("businessId", "resourceId", "dateOn", "intervals")
  select ${given.businessId}, ${given.resourceId}, value ->> 0, value -> 1
  from json_each(${given.overrides})
`,
)
const deleteTimeOff = statement((given: { resourceId: number }) =>
  builder.delete(timeOff).where(eq(timeOff.resourceId, given.resourceId)),
)
const insertTimeOff = statement(
  (given: { businessId: number; resourceId: number; timeOff: string }) => sql`
  insert into "timeOff" ("businessId", "resourceId", "fromAt", "toAt", "reason")
  select ${given.businessId}, ${given.resourceId}, value ->> 0, value ->> 1, value ->> 2
  from json_each(${given.timeOff})
`,
)

/** Replaces a resource's whole schedule, given as JSON in the shapes of `ScheduledRow`. */
export function replaceSchedule(
  schedule: Row<typeof schedules> & { overrides: string; timeOff: string },
): Statement[] {
  return [
    upsertSchedule(schedule),
    deleteOverrides(schedule),
    insertOverrides(schedule),
    deleteTimeOff(schedule),
    insertTimeOff(schedule),
  ]
}
