import { and, eq, inArray, sql } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { blocking, keepingOut, longestMs } from './bookings/bookings.ts'
import { branches } from './branches.ts'
import { businesses } from './businesses.ts'
import { among, build, builder, inserting, isAsRead, isOneOf, statement } from './database.ts'
import type { Row, RowWith, Statement } from './database.ts'
import { resources } from './resources.ts'
import { roomTypes } from './room-types.ts'

export const housekeepings = ['clean', 'dirty', 'being_cleaned'] as const
export const squareUnits = ['m2', 'ft2'] as const

/** What a resource that people sleep in has beside what every resource has. */
export const rooms = sqliteTable(
  'rooms',
  {
    resourceId: integer()
      .primaryKey()
      .references(() => resources.id),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    /** How many can sleep there, and how many of them adults and children. */
    persons: integer().notNull(),
    maxAdults: integer().notNull(),
    maxChildren: integer().notNull(),
    /** What it is: a double room, a villa, a berth. */
    form: text().notNull(),
    roomTypeId: integer().references(() => roomTypes.id),
    singleBeds: integer().notNull(),
    doubleBeds: integer().notNull(),
    extraBeds: integer().notNull(),
    housekeeping: text({ enum: housekeepings }).notNull(),
    housekeepingNotes: text(),
    notes: text(),
    /** #rrggbb */
    color: text(),
    square: real(),
    squareUnit: text({ enum: squareUnits }).notNull(),
    /** JSON object: texts by language. */
    description: text().notNull(),
    /** JSON array of words. */
    equipment: text().notNull(),
    /** 1 where it is shown to those who look for a room. */
    isOffered: integer().notNull(),
  },
  (t) => [
    index('roomsByType')
      .on(t.roomTypeId)
      .where(sql`${t.roomTypeId} is not null`),
    check(
      'roomsPersons',
      sql`${t.persons} >= 1 and ${t.maxAdults} between 0 and ${t.persons} and ${t.maxChildren} >= 0`,
    ),
    check('roomsBeds', sql`${t.singleBeds} >= 0 and ${t.doubleBeds} >= 0 and ${t.extraBeds} >= 0`),
    check('roomsHousekeeping', isOneOf(t.housekeeping, housekeepings)),
    check('roomsSquare', sql`${t.square} >= 0 and ${isOneOf(t.squareUnit, squareUnits)}`),
    check('roomsIsOffered', sql`${t.isOffered} in (0, 1)`),
    check('roomsDescription', sql`json_valid(${t.description}) and length(${t.description}) <= 65536`),
    check('roomsEquipment', sql`json_valid(${t.equipment}) and length(${t.equipment}) <= 2048`),
    check(
      'roomsTexts',
      sql`length(${t.form}) <= 40 and length(${t.housekeepingNotes}) <= 1000 and length(${t.notes}) <= 2000 and ${t.color} glob '#??????'`,
    ),
  ],
)

/** A room as it is read; `isLocked` is 1 while something other than a stay keeps everybody out. */
const room = (now: number) => ({
  ...roomColumns,
  isLocked: sql<number>`exists (
    select 1 from "bookings" indexed by "bookingsKeepingOut"
    where "bookings"."businessId" = "rooms"."businessId" and "bookings"."resourceId" = "rooms"."resourceId"
      and ${keepingOut}
      and "bookings"."blockedFromAt" between ${now} - ${sql.raw(String(longestMs))} and ${now}
      and "bookings"."blockedToAt" > ${now})`.as('isLocked'),
})
const roomColumns = {
  id: resources.id,
  businessId: resources.businessId,
  branchId: resources.branchId,
  name: resources.name,
  timeZone: branches.timeZone,
  persons: rooms.persons,
  maxAdults: rooms.maxAdults,
  maxChildren: rooms.maxChildren,
  form: rooms.form,
  roomTypeId: rooms.roomTypeId,
  singleBeds: rooms.singleBeds,
  doubleBeds: rooms.doubleBeds,
  extraBeds: rooms.extraBeds,
  housekeeping: rooms.housekeeping,
  housekeepingNotes: rooms.housekeepingNotes,
  notes: rooms.notes,
  color: rooms.color,
  square: rooms.square,
  squareUnit: rooms.squareUnit,
  description: rooms.description,
  equipment: rooms.equipment,
  isOffered: rooms.isOffered,
  createdAt: resources.createdAt,
  updatedAt: resources.updatedAt,
}
export type RoomRow = RowWith<ReturnType<typeof room>>

const selectRooms = (now: number) =>
  builder
    .select(room(now))
    .from(resources)
    .innerJoin(rooms, eq(rooms.resourceId, resources.id))
    .innerJoin(branches, eq(branches.id, resources.branchId))

// In the words of the index, which holds them as they are.
const isRoom = sql`"resources"."kind" = 'room' and "resources"."archivedAt" is null`

/** A room that was not deleted. */
export const roomById = statement((given: { id: number; now: number }) =>
  selectRooms(given.now).where(and(eq(resources.id, given.id), isRoom)),
)

/** All rooms of a business, the eldest first: a trigger sees to it that there are not too many. */
export const roomsOfBusiness = statement((given: { businessId: number; now: number }) =>
  selectRooms(given.now)
    .where(and(eq(resources.businessId, given.businessId), isRoom))
    .orderBy(resources.id),
)

export const insertRoom = inserting(rooms)

/** Fails on `rooms.form` when somebody else has changed the room since it was `before`. */
export function updateRoomColumns(before: Row<typeof rooms>, changes: Partial<Row<typeof rooms>>): Statement {
  const { form = before.form } = changes
  const changed = sql`case when ${isAsRead(rooms, before)} then ${form} end`
  return build(
    builder
      .update(rooms)
      .set({ ...changes, form: changed })
      .where(eq(rooms.resourceId, before.resourceId)),
  )
}

/** Fails on `resources.active` while something that is not over keeps the room: so nothing is made in between. */
export const archiveRoom = statement((given: { businessId: number; id: number; now: number }) => {
  const isKept = sql`exists (select 1 from "bookings"
    where "bookings"."businessId" = ${given.businessId} and "bookings"."resourceId" = ${given.id} and ${blocking}
      and "bookings"."blockedFromAt" > ${given.now} - ${sql.raw(String(longestMs))}
      and "bookings"."blockedToAt" > ${given.now}
      and ("bookings"."expiresAt" is null or "bookings"."expiresAt" > ${given.now}))`
  return builder
    .update(resources)
    .set({
      archivedAt: given.now,
      updatedAt: given.now,
      active: sql`case when ${isKept} then null else 0 end`,
    })
    .where(eq(resources.id, given.id))
})

/** All rooms of a business that can be booked, the eldest first. */
export const roomsToOffer = statement((given: { businessId: number }) =>
  builder
    .select({ id: resources.id, timeZone: branches.timeZone, roomTypeId: rooms.roomTypeId })
    .from(resources)
    .innerJoin(rooms, eq(rooms.resourceId, resources.id))
    .innerJoin(branches, eq(branches.id, resources.branchId))
    .where(and(eq(resources.businessId, given.businessId), isRoom))
    .orderBy(resources.id),
)

/** Rooms of a business (JSON ids) that were not deleted, with what a booking of them needs to know. */
export const roomsToBook = statement((given: { businessId: number; ids: string }) =>
  builder
    .select({
      id: resources.id,
      name: resources.name,
      branchId: resources.branchId,
      branchName: sql<string>`${branches.name}`.as('branchName'),
      timeZone: branches.timeZone,
      roomTypeId: rooms.roomTypeId,
    })
    .from(resources)
    .innerJoin(rooms, eq(rooms.resourceId, resources.id))
    .innerJoin(branches, eq(branches.id, resources.branchId))
    .where(and(inArray(resources.id, among(given.ids)), eq(resources.businessId, given.businessId), isRoom)),
)
