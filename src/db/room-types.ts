import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { among, build, builder, inserting, isAsRead, statement } from './database.ts'
import type { Row, Statement } from './database.ts'

/** What rooms that are let as one have in common. */
export const roomTypes = sqliteTable(
  'roomTypes',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    /** What they are: double rooms, villas, berths. */
    form: text().notNull(),
    /** JSON object: texts by language, and `default`. */
    description: text().notNull(),
    singleBeds: integer().notNull(),
    doubleBeds: integer().notNull(),
    extraBeds: integer().notNull(),
    /** In square metres. */
    square: real(),
    maxAdults: integer().notNull(),
    maxChildren: integer().notNull(),
    maxPersons: integer().notNull(),
    /** JSON array. */
    equipment: text().notNull(),
    archivedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('roomTypesByBusiness')
      .on(t.businessId, t.id)
      .where(sql`${t.archivedAt} is null`),
    check('roomTypesBeds', sql`${t.singleBeds} >= 0 and ${t.doubleBeds} >= 0 and ${t.extraBeds} >= 0`),
    check(
      'roomTypesPersons',
      sql`${t.maxPersons} >= 1 and ${t.maxAdults} between 0 and ${t.maxPersons} and ${t.maxChildren} >= 0`,
    ),
    check('roomTypesSquare', sql`${t.square} >= 0`),
    check('roomTypesForm', sql`length(${t.form}) <= 40`),
    check('roomTypesDescription', sql`json_valid(${t.description}) and length(${t.description}) <= 65536`),
    check('roomTypesEquipment', sql`json_valid(${t.equipment}) and length(${t.equipment}) <= 4096`),
  ],
)

/** How many a business may have: a trigger refuses any more. */
export const mostRoomTypes = 100

/** A room type that was not deleted. */
export const roomTypeById = statement((given: { id: number }) =>
  builder
    .select()
    .from(roomTypes)
    .where(and(eq(roomTypes.id, given.id), isNull(roomTypes.archivedAt))),
)

/** All room types of a business, the eldest first. */
export const roomTypesOfBusiness = statement((given: { businessId: number }) =>
  builder
    .select()
    .from(roomTypes)
    .where(and(eq(roomTypes.businessId, given.businessId), isNull(roomTypes.archivedAt)))
    .orderBy(asc(roomTypes.id))
    .limit(mostRoomTypes),
)

/** Which of these ids (a JSON array) are room types of a business. */
export const roomTypesAmong = statement((given: { businessId: number; ids: string }) =>
  builder
    .select({ id: roomTypes.id })
    .from(roomTypes)
    .where(
      and(
        inArray(roomTypes.id, among(given.ids)),
        eq(roomTypes.businessId, given.businessId),
        isNull(roomTypes.archivedAt),
      ),
    ),
)

/** Fails on `too_many_room_types`. */
export const insertRoomType = inserting(roomTypes)

/** Fails on `roomTypes.form` when somebody else has changed or archived it since it was `before`. */
export function replaceRoomType(before: Row<typeof roomTypes>, after: Row<typeof roomTypes>): Statement {
  const changed = sql`case when ${isAsRead(roomTypes, before)} then ${after.form} end`
  return build(
    builder
      .update(roomTypes)
      .set({ ...after, form: changed })
      .where(eq(roomTypes.id, before.id)),
  )
}

/** Fails on `room_type_in_use` while rooms are of it. */
export const archiveRoomType = statement((given: { id: number; now: number }) =>
  builder
    .update(roomTypes)
    .set({ archivedAt: given.now, updatedAt: given.now })
    .where(and(eq(roomTypes.id, given.id), isNull(roomTypes.archivedAt))),
)
