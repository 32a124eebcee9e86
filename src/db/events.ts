import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { among, columnsOf, compile, isOneOf } from './database.ts'
import type { Row } from './database.ts'
import { subjects } from './subjects.ts'

/** The outbox: one log of facts, each written in the batch of the change it tells of. */
export const events = sqliteTable(
  'events',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    /** 1, 2, 3 … per business, without holes. */
    sequence: integer().notNull(),
    type: text().notNull(),
    subject: text({ enum: subjects }).notNull(),
    subjectId: integer().notNull(),
    /** JSON of the subject as it then was: what it says is the domain's to name. */
    data: text().notNull(),
    actorType: text().notNull(),
    actorId: integer(),
    requestId: text().notNull(),
    createdAt: integer().notNull(),
    /** When its deliveries had been written; null is work left to do. */
    dispatchedAt: integer(),
    /** When the sweep announces it, if it has not been dispatched by then. */
    announceAt: integer().notNull(),
    /** When the locks of its booking are told again where it stands; null when they know. */
    settleAt: integer(),
    /** When housekeeping looks whether it can go. */
    forgetAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('eventsBySequence').on(t.businessId, t.sequence),
    index('eventsUndispatched')
      .on(t.announceAt)
      .where(sql`${t.dispatchedAt} is null`),
    index('eventsUnsettled')
      .on(t.settleAt)
      .where(sql`${t.settleAt} is not null`),
    index('eventsToForget').on(t.forgetAt),
    index('eventsOfBusinessByAge').on(t.businessId, t.createdAt),
    // What a request led to, and the events of a booking by the requests of its history.
    index('eventsByRequest').on(t.requestId, t.subjectId),
    check('eventsSubject', isOneOf(t.subject, subjects)),
    check('eventsData', sql`json_valid(${t.data})`),
  ],
)

export type Event = Row<typeof events>
/** An event as it is told. */
export type WrittenEvent = Omit<Event, 'dispatchedAt' | 'announceAt' | 'settleAt' | 'forgetAt'>

/** Its columns, of a table or an alias. */
export const writtenColumns = (from: string) =>
  sql.join(
    (
      [
        'id',
        'businessId',
        'sequence',
        'type',
        'subject',
        'subjectId',
        'data',
        'actorType',
        'actorId',
        'requestId',
        'createdAt',
      ] satisfies (keyof WrittenEvent)[]
    ).map((name) => sql.raw(`"${from}"."${name}"`)),
    sql`, `,
  )

/** The next number of the business is taken inside the batch: batches are serial, so there are no holes. */
export const insertEvent = compile<
  unknown,
  Omit<WrittenEvent, 'sequence'> & Pick<Event, 'announceAt' | 'forgetAt'>
>(sql`
  insert into "events" ("id", "businessId", "sequence", "type", "subject", "subjectId", "data", "actorType",
    "actorId", "requestId", "createdAt", "announceAt", "forgetAt")
  select ${sql.placeholder('id')}, ${sql.placeholder('businessId')},
    coalesce((select max("sequence") from "events" where "businessId" = ${sql.placeholder('businessId')}), 0) + 1,
    ${sql.placeholder('type')}, ${sql.placeholder('subject')}, ${sql.placeholder('subjectId')},
    ${sql.placeholder('data')}, ${sql.placeholder('actorType')}, ${sql.placeholder('actorId')},
    ${sql.placeholder('requestId')}, ${sql.placeholder('createdAt')}, ${sql.placeholder('announceAt')},
    ${sql.placeholder('forgetAt')}
`)

/** Events by their ids, given as a JSON array. */
export const eventsByIds = compile<Row<typeof events>, { ids: string }>(sql`
  select ${columnsOf(events)} from "events" where "id" in ${among('ids')}
`)

export const markDispatched = compile<unknown, { ids: string; now: number }>(sql`
  update "events" set "dispatchedAt" = ${sql.placeholder('now')}
  where "id" in ${among('ids')} and "dispatchedAt" is null
`)

/** What should have reached the consumer by now, the longest overdue first. */
export const undispatchedEvents = compile<{ id: number }, { now: number; limit: number }>(sql`
  select "id" from "events" where "dispatchedAt" is null and "announceAt" <= ${sql.placeholder('now')}
  order by "announceAt" limit ${sql.placeholder('limit')}
`)

/** The next try comes when as much time again has passed as since the event: a minute at least, an hour at most. */
const aSecondLook = sql`${sql.placeholder('now')} + min(max(${sql.placeholder('now')} - "createdAt", 60000), 3600000)`
const given = sql`"id" in ${among('ids')}`

/** Events (a JSON array of ids) that were announced once more: until they are dispatched, others come first. */
export const postponeAnnouncing = compile<unknown, { ids: string; now: number }>(sql`
  update "events" set "announceAt" = ${aSecondLook} where ${given} and "dispatchedAt" is null
`)

/** Events whose bookings' locks have yet to be told, the longest overdue first. */
export const unsettledEvents = compile<{ id: number; subjectId: number }, { now: number; limit: number }>(sql`
  select "id", "subjectId" from "events"
  where "settleAt" is not null and "settleAt" <= ${sql.placeholder('now')}
  order by "settleAt" limit ${sql.placeholder('limit')}
`)

/** Events (a JSON array of ids) of which a lock could not be told. */
export const postponeSettling = compile<unknown, { ids: string; now: number }>(sql`
  update "events" set "settleAt" = ${aSecondLook} where ${given}
`)

export const markSettled = compile<unknown, { ids: string }>(sql`
  update "events" set "settleAt" = null where ${given}
`)

const isDueToGo = sql`"forgetAt" <= ${sql.placeholder('now')} order by "forgetAt" limit ${sql.placeholder('limit')}`

/** The newest of a business stays: its number is where the next one starts. So does what has yet to be told. */
const deleteOldEvents = compile<unknown, { now: number; limit: number }>(sql`
  delete from "events" as "old" where "id" in (select "id" from "events" where ${isDueToGo})
    and "dispatchedAt" is not null
    and "sequence" < (select max("sequence") from "events" where "businessId" = "old"."businessId")
    and not exists (select 1 from "webhookDeliveries" where "eventId" = "old"."id")
  returning "id"
`)

/** What could not go is looked at again another time, but for what is only waiting for its deliveries to go first. */
const keepOldEvents = compile<unknown, { now: number; limit: number; until: number }>(sql`
  update "events" set "forgetAt" = ${sql.placeholder('until')}
  where "id" in (select "id" from "events" where ${isDueToGo})
    and not exists (
      select 1 from "webhookDeliveries"
      where "eventId" = "events"."id" and "status" not in ('pending', 'sending', 'parked'))
  returning "id"
`)

/** Deletes so many events whose time is up; what must stay is kept until another instant. Both answer their ids. */
export function deletingOldEvents(old: { now: number; limit: number; until: number }) {
  return { gone: deleteOldEvents(old), kept: keepOldEvents(old) }
}

/** A business's events behind a number, in their order: no more of them than make up so many bytes, but always one. */
export const eventsAfter = compile<
  WrittenEvent,
  { businessId: number; after: number; limit: number; bytes: number }
>(sql`
  select ${writtenColumns('e')} from (
    select *, sum("size") over (order by "sequence") - "size" as "before" from (
      select *, length(cast("data" as blob)) as "size" from "events"
      where "businessId" = ${sql.placeholder('businessId')} and "sequence" > ${sql.placeholder('after')}
      order by "sequence" limit ${sql.placeholder('limit')}
    )
  ) as "e" where "before" < ${sql.placeholder('bytes')} order by "sequence"
`)

export const eventById = compile<WrittenEvent, { id: number }>(sql`
  select ${writtenColumns('events')} from "events" where "id" = ${sql.placeholder('id')}
`)

/** What one request led to in a business, in its order. */
export const eventsOfRequest = compile<
  Pick<Event, 'id' | 'type' | 'sequence'>,
  { businessId: number; requestId: string }
>(sql`
  select "id", "type", "sequence" from "events"
  where "requestId" = ${sql.placeholder('requestId')} and "businessId" = ${sql.placeholder('businessId')}
  order by "sequence" limit 100
`)
