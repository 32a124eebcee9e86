import { and, eq, getTableColumns, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from '#db/businesses.ts'
import { among, builder, isOneOf, statement } from '#db/database.ts'
import type { Row, RowWith } from '#db/database.ts'
import { events } from '#db/events.ts'
import { listing } from '#db/page.ts'
import type { Window } from '#db/page.ts'
import { deliveryStatuses, unfinished } from './delivery-statuses.ts'
import { webhooks } from './webhooks.ts'

/** Those of which an event has one at most for each webhook. */
const onceTriggers = ['event', 'ping'] as const
/** Why something is sent: because it happened, by hand, or as one of a stretch of time. */
export const deliveryTriggers = [...onceTriggers, 'redelivery', 'replay'] as const

/** One event on its way to one webhook. */
export const webhookDeliveries = sqliteTable(
  'webhookDeliveries',
  {
    /** Numbered by the database; those that an answer must name before they are written bring an id of their own. */
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    webhookId: integer()
      .notNull()
      .references(() => webhooks.id),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    /** The event's place in the business's order. */
    sequence: integer().notNull(),
    trigger: text({ enum: deliveryTriggers }).notNull(),
    status: text({ enum: deliveryStatuses }).notNull(),
    attempts: integer().notNull(),
    /** How many of the attempts failed before the request left, for a reason of our own. */
    ownFailures: integer().notNull(),
    /** Since when a failure of our own keeps it back while others pass it; null once it is tried again. */
    asideAt: integer(),
    /** When a pending delivery is due; of one being sent, when its attempt counts as lost. */
    nextAttemptAt: integer(),
    createdAt: integer().notNull(),
    finishedAt: integer(),
  },
  (t) => [
    // Fan-out may come twice; the delivery is there once.
    uniqueIndex('webhookDeliveriesOnce').on(t.webhookId, t.eventId).where(isOneOf(t.trigger, onceTriggers)),
    index('webhookDeliveriesByStatus').on(t.webhookId, t.status, t.sequence, t.id),
    index('webhookDeliveriesByWebhook').on(t.webhookId, t.id),
    index('webhookDeliveriesDue')
      .on(t.nextAttemptAt)
      .where(sql`${t.nextAttemptAt} is not null`),
    index('webhookDeliveriesByEvent').on(t.eventId),
    // The condition of `yetToReplay`.
    index('webhookDeliveriesReplaying')
      .on(t.webhookId)
      .where(sql`${t.trigger} = 'replay' and ${t.attempts} = 0 and ${t.status} in ('pending', 'parked')`),
    check('webhookDeliveriesTrigger', isOneOf(t.trigger, deliveryTriggers)),
    check('webhookDeliveriesStatus', isOneOf(t.status, deliveryStatuses)),
  ],
)

type Delivery = Row<typeof webhookDeliveries>

/**
 * New deliveries: `rows` is JSON [[eventId, webhookId, trigger, dueAt, id?]]. What nobody asked for by hand waits
 * behind a parked webhook's backlog; what meets one that is switched off is kept, and skipped. Fan-out may come twice.
 */
export const insertDeliveries = statement(
  // Raw: an insert-select out of JSON.
  (given: { rows: string; now: number }) => sql<Pick<Delivery, 'id' | 'status'>>`
  insert into "webhookDeliveries" ("id", "businessId", "webhookId", "eventId", "sequence", "trigger", "status",
    "attempts", "ownFailures", "nextAttemptAt", "createdAt", "finishedAt")
  select "id", "businessId", "webhookId", "eventId", "sequence", "trigger", "status", 0, 0,
    case when "status" = 'pending' then "dueAt" end, ${given.now},
    case when "status" = 'skipped' then ${given.now} end
  from (
    select value ->> 4 as "id", value ->> 2 as "trigger", value ->> 3 as "dueAt",
      "e"."businessId", "w"."id" as "webhookId", "e"."id" as "eventId", "e"."sequence",
      case when "w"."active" = 0 then 'skipped'
        when "w"."parkedAt" is not null and value ->> 2 = 'event' then 'parked'
        else 'pending' end as "status"
    from json_each(${given.rows})
      join "events" as "e" on "e"."id" = value ->> 0
      join "webhooks" as "w" on "w"."id" = value ->> 1 and "w"."businessId" = "e"."businessId"
    where "w"."deletedAt" is null
  ) where true
  on conflict ("webhookId", "eventId") where ${isOneOf(sql.raw('"trigger"'), onceTriggers)} do nothing
  returning "id", "status"
`,
)

const listed = {
  ...getTableColumns(webhookDeliveries),
  eventType: sql<string>`"events"."type"`.as('eventType'),
}
export type ListedDelivery = RowWith<typeof listed>

/** The deliveries of a webhook, the latest first. */
export function deliveryList(
  { webhookId, status }: { webhookId: number; status?: Delivery['status'] | undefined },
  window: Window,
  countUpTo: number,
) {
  const query = {
    columns: listed,
    from: sql`"webhookDeliveries" join "events" on "events"."id" = "webhookDeliveries"."eventId"`,
    where: sql`"webhookId" = ${webhookId}${status === undefined ? sql`` : sql` and "status" = ${status}`}`,
    // Each order is that of an index.
    key:
      status === undefined
        ? [sql`"webhookDeliveries"."id"`]
        : [sql`"webhookDeliveries"."sequence"`, sql`"webhookDeliveries"."id"`],
    descending: true,
  }
  return listing(query, window, countUpTo)
}

export const deliveryOfWebhook = statement((given: { id: number; webhookId: number }) =>
  builder
    .select(listed)
    .from(webhookDeliveries)
    .innerJoin(events, eq(events.id, webhookDeliveries.eventId))
    .where(and(eq(webhookDeliveries.id, given.id), eq(webhookDeliveries.webhookId, given.webhookId))),
)

/** The first deliveries of what one request led to in a business. */
export const deliveriesOfRequest = statement((given: { businessId: number; requestId: string }) => {
  const { id, webhookId, eventId, status, attempts } = webhookDeliveries
  const ledTo = builder
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.requestId, given.requestId), eq(events.businessId, given.businessId)))
    .orderBy(events.sequence)
    .limit(100)
  return builder
    .select({ id, webhookId, eventId, status, attempts })
    .from(webhookDeliveries)
    .where(inArray(eventId, ledTo))
    .orderBy(id)
    .limit(100)
})

/** Deliveries due before an instant, or under way for too long, the longest overdue first. */
export const overdueDeliveries = statement((given: { before: number; limit: number }) => {
  const { id, webhookId, status, attempts, ownFailures, nextAttemptAt } = webhookDeliveries
  return builder
    .select({ id, webhookId, status, attempts, ownFailures })
    .from(webhookDeliveries)
    .where(and(isNotNull(nextAttemptAt), lte(nextAttemptAt, given.before)))
    .orderBy(nextAttemptAt)
    .limit(given.limit)
})

/** Deliveries (a JSON array of ids) that are overdue and were asked for once more. */
export const recallDeliveries = statement((given: { ids: string; now: number }) =>
  builder
    .update(webhookDeliveries)
    .set({ nextAttemptAt: given.now })
    .where(and(inArray(webhookDeliveries.id, among(given.ids)), eq(webhookDeliveries.status, 'pending'))),
)

/** Finished deliveries of events whose time is up. */
const oldDeliveries = (given: { limit: number; now: number }) => sql`
  select "d"."id" from "events" as "e" join "webhookDeliveries" as "d" on "d"."eventId" = "e"."id"
  where "e"."forgetAt" <= ${given.now} and not "d".${unfinished}
  order by "e"."forgetAt", "d"."id" limit ${given.limit}
`

const deleteOldAttempts = statement(
  // Raw, both: the same rows are found twice, by an order that is the index's.
  (given: { now: number; limit: number }) => sql`
  delete from "webhookAttempts" where "deliveryId" in (${oldDeliveries(given)})
`,
)

const deleteOldDeliveries = statement(
  (given: { now: number; limit: number }) => sql<{ id: number }>`
  delete from "webhookDeliveries" where "id" in (${oldDeliveries(given)}) returning "id"
`,
)

/** Deletes so many deliveries of events whose time is up, after their attempts. */
export function deletingOldDeliveries(old: { now: number; limit: number }) {
  return { attempts: deleteOldAttempts(old), deliveries: deleteOldDeliveries(old) }
}
