import { and, eq, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { among, builder, isOneOf, statement } from './database.ts'
import type { Row, RowWith } from './database.ts'
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
    // For erasure. The events of a booking are found through its history instead.
    index('eventsOfLeads').on(t.subjectId).where(sql.raw(`"subject" = 'lead'`)),
    check('eventsSubject', isOneOf(t.subject, subjects)),
    check('eventsData', sql`json_valid(${t.data})`),
  ],
)

export type Event = Row<typeof events>
/** An event as it is told. */
const written = {
  id: events.id,
  businessId: events.businessId,
  sequence: events.sequence,
  type: events.type,
  subject: events.subject,
  subjectId: events.subjectId,
  data: events.data,
  actorType: events.actorType,
  actorId: events.actorId,
  requestId: events.requestId,
  createdAt: events.createdAt,
}
export type WrittenEvent = RowWith<typeof written>

/** Its columns, of an alias of the table. */
export const writtenColumns = (from: string) =>
  sql.join(
    Object.keys(written).map((name) => sql.raw(`"${from}"."${name}"`)),
    sql`, `,
  )

/** The next number of the business is taken inside the batch: batches are serial, so there are no holes. */
export const insertEvent = statement(
  // Raw: an insert-select that counts in the table it writes.
  (given: Omit<WrittenEvent, 'sequence'> & Pick<Event, 'announceAt' | 'forgetAt'>) => sql`
  insert into "events" ("id", "businessId", "sequence", "type", "subject", "subjectId", "data", "actorType",
    "actorId", "requestId", "createdAt", "announceAt", "forgetAt")
  select ${given.id}, ${given.businessId},
    coalesce((select max("sequence") from "events" where "businessId" = ${given.businessId}), 0) + 1,
    ${given.type}, ${given.subject}, ${given.subjectId},
    ${given.data}, ${given.actorType}, ${given.actorId},
    ${given.requestId}, ${given.createdAt}, ${given.announceAt},
    ${given.forgetAt}
`,
)

/** That an event is one of those whose ids are given, as a JSON array. */
const isAmong = (given: { ids: string }) => inArray(events.id, among(given.ids))

/** Events by their ids, given as a JSON array. */
export const eventsByIds = statement((given: { ids: string }) =>
  builder.select().from(events).where(isAmong(given)),
)

export const markDispatched = statement((given: { ids: string; now: number }) =>
  builder
    .update(events)
    .set({ dispatchedAt: given.now })
    .where(and(isAmong(given), isNull(events.dispatchedAt))),
)

/** What should have reached the consumer by now, the longest overdue first. */
export const undispatchedEvents = statement((given: { now: number; limit: number }) =>
  builder
    .select({ id: events.id })
    .from(events)
    .where(and(isNull(events.dispatchedAt), lte(events.announceAt, given.now)))
    .orderBy(events.announceAt)
    .limit(given.limit),
)

/** The next try comes when as much time again has passed as since the event: a minute at least, an hour at most. */
const aSecondLook = (given: { now: number }) =>
  sql`${given.now} + min(max(${given.now} - ${events.createdAt}, 60000), 3600000)`

/** Events (a JSON array of ids) that were announced once more: until they are dispatched, others come first. */
export const postponeAnnouncing = statement((given: { ids: string; now: number }) =>
  builder
    .update(events)
    .set({ announceAt: aSecondLook(given) })
    .where(and(isAmong(given), isNull(events.dispatchedAt))),
)

/** Events whose bookings' locks have yet to be told, the longest overdue first. */
export const unsettledEvents = statement((given: { now: number; limit: number }) =>
  builder
    .select({ id: events.id, subjectId: events.subjectId })
    .from(events)
    .where(and(isNotNull(events.settleAt), lte(events.settleAt, given.now)))
    .orderBy(events.settleAt)
    .limit(given.limit),
)

/** Events (a JSON array of ids) of which a lock could not be told. */
export const postponeSettling = statement((given: { ids: string; now: number }) =>
  builder
    .update(events)
    .set({ settleAt: aSecondLook(given) })
    .where(isAmong(given)),
)

export const markSettled = statement((given: { ids: string }) =>
  builder.update(events).set({ settleAt: null }).where(isAmong(given)),
)

const isDueToGo = (given: { limit: number; now: number }) =>
  sql`"forgetAt" <= ${given.now} order by "forgetAt" limit ${given.limit}`

/**
 * Keeps the newest event of a business, whose number the next one continues, and those not dispatched or delivered yet.
 */
const deleteOldEvents = statement(
  // Raw: it compares with rows of the table that it deletes from, and needs two names for it.
  (given: { now: number; limit: number }) => sql`
  delete from "events" as "old" where "id" in (select "id" from "events" where ${isDueToGo(given)})
    and "dispatchedAt" is not null
    and "sequence" < (select max("sequence") from "events" where "businessId" = "old"."businessId")
    and not exists (select 1 from "webhookDeliveries" where "eventId" = "old"."id")
  returning "id"
`,
)

/** Events that must stay are looked at again later, except those whose deliveries are about to go. */
const keepOldEvents = statement(
  // Raw, to be read beside the one above.
  (given: { now: number; limit: number; until: number }) => sql`
  update "events" set "forgetAt" = ${given.until}
  where "id" in (select "id" from "events" where ${isDueToGo(given)})
    and not exists (
      select 1 from "webhookDeliveries"
      where "eventId" = "events"."id" and "status" not in ('pending', 'sending', 'parked'))
  returning "id"
`,
)

/** Deletes so many events whose time is up; what must stay is kept until another instant. Both answer their ids. */
export function deletingOldEvents(old: { now: number; limit: number; until: number }) {
  return { gone: deleteOldEvents(old), kept: keepOldEvents(old) }
}

/** A business's events behind a number, in their order: no more of them than make up so many bytes, but always one. */
export const eventsAfter = statement(
  // Raw for its window: bytes are added up in the order of the rows.
  (given: { businessId: number; after: number; limit: number; bytes: number }) => sql<WrittenEvent>`
  select ${writtenColumns('e')} from (
    select *, sum("size") over (order by "sequence") - "size" as "before" from (
      select *, length(cast("data" as blob)) as "size" from "events"
      where "businessId" = ${given.businessId} and "sequence" > ${given.after}
      order by "sequence" limit ${given.limit}
    )
  ) as "e" where "before" < ${given.bytes} order by "sequence"
`,
)

export const eventById = statement((given: { id: number }) =>
  builder.select(written).from(events).where(eq(events.id, given.id)),
)

/** What one request led to in a business, in its order. */
export const eventsOfRequest = statement((given: { businessId: number; requestId: string }) =>
  builder
    .select({ id: events.id, type: events.type, sequence: events.sequence })
    .from(events)
    .where(and(eq(events.requestId, given.requestId), eq(events.businessId, given.businessId)))
    .orderBy(events.sequence)
    .limit(100),
)
