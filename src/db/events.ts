import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { columnsOf, compile } from './database.ts'
import type { Row } from './database.ts'

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
    subjectId: integer().notNull(),
    subjectVersion: integer().notNull(),
    data: text().notNull(),
    actorType: text().notNull(),
    actorId: integer(),
    requestId: text().notNull(),
    createdAt: integer().notNull(),
    /** When the consumer had done its part; null is work left to do. */
    dispatchedAt: integer(),
  },
  (t) => [
    uniqueIndex('eventsBySequence').on(t.businessId, t.sequence),
    index('eventsUndispatched')
      .on(t.createdAt)
      .where(sql`${t.dispatchedAt} is null`),
    index('eventsByAge').on(t.createdAt),
    index('eventsOfBusinessByAge').on(t.businessId, t.createdAt),
    check('eventsData', sql`json_valid(${t.data})`),
  ],
)

const eventColumns = sql.raw(
  '"id", "businessId", "sequence", "type", "subjectId", "subjectVersion", "data", "actorType", "actorId", "requestId", "createdAt"',
)

/** The next number of the business is taken inside the batch: batches are serial, so there are no holes. */
export const insertEvent = compile<unknown, Omit<Row<typeof events>, 'sequence' | 'dispatchedAt'>>(sql`
  insert into "events" (${eventColumns})
  select ${sql.placeholder('id')}, ${sql.placeholder('businessId')},
    coalesce((select max("sequence") from "events" where "businessId" = ${sql.placeholder('businessId')}), 0) + 1,
    ${sql.placeholder('type')}, ${sql.placeholder('subjectId')}, ${sql.placeholder('subjectVersion')},
    ${sql.placeholder('data')}, ${sql.placeholder('actorType')}, ${sql.placeholder('actorId')},
    ${sql.placeholder('requestId')}, ${sql.placeholder('createdAt')}
`)

/** Events by their ids, given as a JSON array. */
export const eventsByIds = compile<Row<typeof events>, { ids: string }>(sql`
  select ${columnsOf(events)} from "events" where "id" in (select value from json_each(${sql.placeholder('ids')}))
`)

export const markDispatched = compile<unknown, { ids: string; now: number }>(sql`
  update "events" set "dispatchedAt" = ${sql.placeholder('now')}
  where "id" in (select value from json_each(${sql.placeholder('ids')})) and "dispatchedAt" is null
`)

/** What was committed before an instant and never reached the consumer, oldest first. */
export const undispatchedEvents = compile<{ id: number }, { before: number; limit: number }>(sql`
  select "id" from "events"
  where "dispatchedAt" is null and "createdAt" < ${sql.placeholder('before')}
  order by "createdAt" limit ${sql.placeholder('limit')}
`)

/** Old events go, but the newest of a business stays: its number is where the next one starts. */
export const oldEventIds = sql`
  select "id" from "events" as "old"
  where "createdAt" < ${sql.placeholder('before')} and "dispatchedAt" is not null
    and "sequence" < (select max("sequence") from "events" where "businessId" = "old"."businessId")
  order by "createdAt", "id" limit ${sql.placeholder('limit')}
`

export const deleteOldEvents = compile<unknown, { before: number; limit: number }>(sql`
  delete from "events" where "id" in (${oldEventIds})
`)

/** A business's events behind a number, in their order. */
export const eventsAfter = compile<
  Row<typeof events>,
  { businessId: number; after: number; limit: number }
>(sql`
  select ${columnsOf(events)} from "events"
  where "businessId" = ${sql.placeholder('businessId')} and "sequence" > ${sql.placeholder('after')}
  order by "sequence" limit ${sql.placeholder('limit')}
`)
