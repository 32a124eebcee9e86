import { eq, sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import type { Role } from './businesses.ts'
import { build, builder, columnsOf, compile, inserting } from './database.ts'
import type { Row, Statement } from './database.ts'
import { events, oldEventIds } from './events.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

/** Where a business wants to be told of its events, and how that has gone lately. */
export const webhookEndpoints = sqliteTable(
  'webhookEndpoints',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    url: text().notNull(),
    /** JSON array of event types, or patterns such as "booking.*". */
    events: text().notNull(),
    format: text({ enum: ['native', 'property', 'rubitime'] }).notNull(),
    active: integer().notNull(),
    /** Encrypted with a key from the Worker's secrets. */
    sealedSecret: text().notNull(),
    /** During a rotation: the secret that comes next, and until when the present one still signs. */
    sealedNextSecret: text(),
    nextSecretAt: integer(),
    /** Failures since the last success; from five on its deliveries are parked. */
    failures: integer().notNull(),
    failingSinceAt: integer(),
    parkedAt: integer(),
    lastSuccessAt: integer(),
    disabledAt: integer(),
    disabledReason: text(),
    deletedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('webhookEndpointsByBusiness').on(t.businessId, t.id),
    // What the sweeps look for; each holds few rows.
    index('webhookEndpointsParked')
      .on(t.parkedAt)
      .where(sql`${t.parkedAt} is not null`),
    index('webhookEndpointsFailing')
      .on(t.failingSinceAt)
      .where(sql`${t.failingSinceAt} is not null and ${t.active} = 1`),
    index('webhookEndpointsRotating')
      .on(t.nextSecretAt)
      .where(sql`${t.nextSecretAt} is not null`),
    check('webhookEndpointsFormat', sql`${t.format} in ('native', 'property', 'rubitime')`),
    check('webhookEndpointsActive', sql`${t.active} in (0, 1)`),
    check('webhookEndpointsEvents', sql`json_valid(${t.events})`),
  ],
)

/** One event on its way to one endpoint. */
export const webhookDeliveries = sqliteTable(
  'webhookDeliveries',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    endpointId: integer()
      .notNull()
      .references(() => webhookEndpoints.id),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    /** The event's place in the business's order. */
    sequence: integer().notNull(),
    trigger: text({ enum: ['event', 'ping', 'redelivery', 'replay'] }).notNull(),
    status: text({ enum: ['pending', 'sending', 'parked', 'succeeded', 'failed', 'skipped'] }).notNull(),
    attempts: integer().notNull(),
    /** Of a pending one. While it is being sent: until when that can last; after it, it counts as lost. */
    nextAttemptAt: integer(),
    createdAt: integer().notNull(),
    finishedAt: integer(),
  },
  (t) => [
    // Fan-out may come twice; the delivery is there once.
    uniqueIndex('webhookDeliveriesOnce')
      .on(t.endpointId, t.eventId)
      .where(sql`${t.trigger} in ('event', 'ping')`),
    index('webhookDeliveriesByStatus').on(t.endpointId, t.status, t.sequence, t.id),
    index('webhookDeliveriesByEndpoint').on(t.endpointId, t.id),
    index('webhookDeliveriesDue')
      .on(t.nextAttemptAt)
      .where(sql`${t.nextAttemptAt} is not null`),
    index('webhookDeliveriesByEvent').on(t.eventId),
    check('webhookDeliveriesTrigger', sql`${t.trigger} in ('event', 'ping', 'redelivery', 'replay')`),
    check(
      'webhookDeliveriesStatus',
      sql`${t.status} in ('pending', 'sending', 'parked', 'succeeded', 'failed', 'skipped')`,
    ),
  ],
)

/** One try. Its row is written before the request leaves: whoever writes it is the one who sends. */
export const webhookAttempts = sqliteTable(
  'webhookAttempts',
  {
    deliveryId: integer()
      .notNull()
      .references(() => webhookDeliveries.id),
    attempt: integer().notNull(),
    startedAt: integer().notNull(),
    durationMs: integer(),
    statusCode: integer(),
    /** JSON of the answer's headers. */
    responseHeaders: text(),
    /** At most 16 KiB of it. */
    responseBody: text(),
    /** timeout, connection, redirect, status, blocked_url, lost … ; null for a success. */
    errorClass: text(),
  },
  (t) => [primaryKey({ columns: [t.deliveryId, t.attempt] })],
)

type Endpoint = Row<typeof webhookEndpoints>
type Delivery = Row<typeof webhookDeliveries>

/** The values of a JSON array. */
const among = (name: string) => sql`(select value from json_each(${sql.placeholder(name)}))`

export const insertWebhookEndpoint = inserting(webhookEndpoints)

export function updateWebhookEndpointColumns(id: number, changes: Partial<Endpoint>): Statement {
  return build(builder.update(webhookEndpoints).set(changes).where(eq(webhookEndpoints.id, id)))
}

/** An endpoint, deleted ones too, and what the asking account is to its business. */
export const webhookEndpointForAccount = compile<
  Endpoint & { role: Role | null },
  { id: number; accountId: number }
>(sql`
  select ${columnsOf(webhookEndpoints)},
    (select "role" from "members"
      where "businessId" = "webhookEndpoints"."businessId" and "accountId" = ${sql.placeholder('accountId')}) as "role"
  from "webhookEndpoints" where "id" = ${sql.placeholder('id')}
`)

/** How many a business has. */
export const countWebhookEndpoints = compile<{ total: number }, { businessId: number }>(sql`
  select count(*) as "total" from "webhookEndpoints"
  where "businessId" = ${sql.placeholder('businessId')} and "deletedAt" is null
`)

/** The endpoints of a business, or of every business that an account is a member of, the eldest first. */
export function webhookEndpointList(
  { businessId, accountId }: { businessId?: number | undefined; accountId: number },
  window: Window,
  countUpTo: number,
) {
  const whose =
    businessId === undefined
      ? sql`in (select "businessId" from "members" where "accountId" = ${accountId})`
      : sql`= ${businessId}`
  const query = {
    columns: columnsOf(webhookEndpoints),
    from: sql`"webhookEndpoints"`,
    where: sql`"businessId" ${whose} and "deletedAt" is null`,
    key: [sql`"webhookEndpoints"."id"`],
    descending: false,
  }
  return listing<Endpoint>(query, window, countUpTo)
}

/** Every endpoint of the businesses that these events (a JSON array of ids) happened in. */
export const endpointsOfEvents = compile<Pick<Endpoint, 'id' | 'businessId' | 'events'>, { ids: string }>(sql`
  select "id", "businessId", "events" from "webhookEndpoints"
  where "deletedAt" is null
    and "businessId" in (select "businessId" from "events" where "id" in ${among('ids')})
`)

/**
 * New deliveries: `rows` is JSON [[id, eventId, endpointId, trigger, dueAt]]. What nobody asked for by hand waits
 * behind a parked endpoint's backlog; what meets one that is switched off is kept, and skipped.
 */
export const insertDeliveries = compile<Pick<Delivery, 'id' | 'status'>, { rows: string; now: number }>(sql`
  insert into "webhookDeliveries" ("id", "businessId", "endpointId", "eventId", "sequence", "trigger", "status",
    "attempts", "nextAttemptAt", "createdAt", "finishedAt")
  select "id", "businessId", "endpointId", "eventId", "sequence", "trigger", "status", 0,
    case when "status" = 'pending' then "dueAt" end, ${sql.placeholder('now')},
    case when "status" = 'skipped' then ${sql.placeholder('now')} end
  from (
    select value ->> 0 as "id", value ->> 3 as "trigger", value ->> 4 as "dueAt",
      "e"."businessId", "w"."id" as "endpointId", "e"."id" as "eventId", "e"."sequence",
      case when "w"."active" = 0 then 'skipped'
        when "w"."parkedAt" is not null and value ->> 3 in ('event', 'replay') then 'parked'
        else 'pending' end as "status"
    from json_each(${sql.placeholder('rows')})
      join "events" as "e" on "e"."id" = value ->> 1
      join "webhookEndpoints" as "w" on "w"."id" = value ->> 2 and "w"."businessId" = "e"."businessId"
    where "w"."deletedAt" is null
  ) where true
  on conflict do nothing returning "id", "status"
`)

/** The ids of a business's events of these types (JSON) in a stretch of time, the eldest first. */
export const eventsToReplay = compile<
  { id: number },
  { businessId: number; types: string; fromAt: number; toAt: number; limit: number }
>(sql`
  select "id" from "events"
  where "businessId" = ${sql.placeholder('businessId')} and "type" in ${among('types')}
    and "createdAt" >= ${sql.placeholder('fromAt')} and "createdAt" < ${sql.placeholder('toAt')}
  order by "createdAt", "id" limit ${sql.placeholder('limit')}
`)

export type ListedDelivery = Delivery & { eventType: string }

const listedColumns = sql`${columnsOf(webhookDeliveries)}, "events"."type" as "eventType"`
const listedFrom = sql`"webhookDeliveries" join "events" on "events"."id" = "webhookDeliveries"."eventId"`

/** The deliveries of an endpoint, the latest first. */
export function deliveryList(
  { endpointId, status }: { endpointId: number; status?: Delivery['status'] | undefined },
  window: Window,
  countUpTo: number,
) {
  const query = {
    columns: listedColumns,
    from: listedFrom,
    where: sql`"endpointId" = ${endpointId}${status === undefined ? sql`` : sql` and "status" = ${status}`}`,
    // Each order is that of an index.
    key:
      status === undefined
        ? [sql`"webhookDeliveries"."id"`]
        : [sql`"webhookDeliveries"."sequence"`, sql`"webhookDeliveries"."id"`],
    descending: true,
  }
  return listing<ListedDelivery>(query, window, countUpTo)
}

export const deliveryOfEndpoint = compile<ListedDelivery, { id: number; endpointId: number }>(sql`
  select ${listedColumns} from ${listedFrom}
  where "webhookDeliveries"."id" = ${sql.placeholder('id')} and "endpointId" = ${sql.placeholder('endpointId')}
`)

export const attemptsOfDelivery = compile<Row<typeof webhookAttempts>, { deliveryId: number }>(sql`
  select ${columnsOf(webhookAttempts)} from "webhookAttempts"
  where "deliveryId" = ${sql.placeholder('deliveryId')} order by "attempt"
`)

/** Takes the deliveries (a JSON array of ids) that are due: whoever is answered an id is the one who sends it. */
export const claimAttempts = compile<{ deliveryId: number }, { ids: string; now: number; dueBy: number }>(sql`
  insert into "webhookAttempts" ("deliveryId", "attempt", "startedAt")
  select "d"."id", "d"."attempts" + 1, ${sql.placeholder('now')}
  from "webhookDeliveries" as "d" join "webhookEndpoints" as "w" on "w"."id" = "d"."endpointId"
  where "d"."id" in ${among('ids')} and "d"."status" = 'pending' and "w"."active" = 1
    and "d"."nextAttemptAt" <= ${sql.placeholder('dueBy')}
  on conflict do nothing returning "deliveryId"
`)

/** Comes after `claimAttempts` in its batch. */
export const markSending = compile<unknown, { ids: string; until: number }>(sql`
  update "webhookDeliveries" set "status" = 'sending', "attempts" = "attempts" + 1,
    "nextAttemptAt" = ${sql.placeholder('until')}
  where "id" in ${among('ids')} and "status" = 'pending' and exists (
    select 1 from "webhookAttempts"
    where "deliveryId" = "webhookDeliveries"."id" and "attempt" = "webhookDeliveries"."attempts" + 1)
`)

/** A delivery with all that is needed to send it; `businessId`, `type` and so on are the event's. */
export type Dispatch = Omit<Row<typeof events>, 'dispatchedAt'> &
  Pick<Delivery, 'status' | 'attempts' | 'nextAttemptAt'> &
  Pick<Endpoint, 'url' | 'format' | 'sealedSecret' | 'sealedNextSecret' | 'nextSecretAt'> & {
    deliveryId: number
    endpointId: number
  }

export const dispatchesByIds = compile<Dispatch, { ids: string }>(sql`
  select "d"."id" as "deliveryId", "d"."endpointId", "d"."status", "d"."attempts", "d"."nextAttemptAt",
    "w"."url", "w"."format", "w"."sealedSecret", "w"."sealedNextSecret", "w"."nextSecretAt",
    "e"."id", "e"."businessId", "e"."sequence", "e"."type", "e"."subjectId", "e"."subjectVersion", "e"."data",
    "e"."actorType", "e"."actorId", "e"."requestId", "e"."createdAt"
  from "webhookDeliveries" as "d" join "webhookEndpoints" as "w" on "w"."id" = "d"."endpointId"
    join "events" as "e" on "e"."id" = "d"."eventId"
  where "d"."id" in ${among('ids')}
`)

/** What came of an attempt. */
export const recordAttempt = compile<unknown, Omit<Row<typeof webhookAttempts>, 'startedAt'>>(sql`
  update "webhookAttempts" set "durationMs" = ${sql.placeholder('durationMs')},
    "statusCode" = ${sql.placeholder('statusCode')}, "responseHeaders" = ${sql.placeholder('responseHeaders')},
    "responseBody" = ${sql.placeholder('responseBody')}, "errorClass" = ${sql.placeholder('errorClass')}
  where "deliveryId" = ${sql.placeholder('deliveryId')} and "attempt" = ${sql.placeholder('attempt')}
`)

/** A success counts even when it comes after the attempt was given up. */
export const recordDelivered = compile<unknown, { id: number; attempt: number; now: number }>(sql`
  update "webhookDeliveries" set "status" = 'succeeded', "nextAttemptAt" = null, "finishedAt" = ${sql.placeholder('now')}
  where "id" = ${sql.placeholder('id')} and "attempts" = ${sql.placeholder('attempt')}
    and "status" in ('sending', 'pending', 'parked')
`)

/** `rows` is JSON [[id, attempt, nextAttemptAt]]: null there was the last attempt. */
export const recordUndelivered = compile<unknown, { rows: string; now: number }>(sql`
  update "webhookDeliveries" set
    "status" = case when "active" = 0 then 'skipped' when "dueAt" is null then 'failed' else 'pending' end,
    "nextAttemptAt" = case when "active" = 1 then "dueAt" end,
    "finishedAt" = case when "active" = 0 or "dueAt" is null then ${sql.placeholder('now')} end
  from (
    select "d"."id" as "failedId", value ->> 1 as "attempt", value ->> 2 as "dueAt", "w"."active"
    from json_each(${sql.placeholder('rows')}) join "webhookDeliveries" as "d" on "d"."id" = value ->> 0
      join "webhookEndpoints" as "w" on "w"."id" = "d"."endpointId"
  )
  where "webhookDeliveries"."id" = "failedId" and "webhookDeliveries"."attempts" = "attempt"
    and "webhookDeliveries"."status" = 'sending'
`)

/** Attempts that nobody will tell the outcome of: `rows` is JSON [[id, attempt, …]]. */
export const recordLost = compile<unknown, { rows: string }>(sql`
  update "webhookAttempts" set "errorClass" = 'lost'
  where ("deliveryId", "attempt") in (
    select value ->> 0, value ->> 1 from json_each(${sql.placeholder('rows')}))
    and "statusCode" is null and "errorClass" is null
`)

/** Comes after `recordDelivered` and `releaseParked`: an endpoint is well again once its backlog is sent. */
export const recordEndpointSuccess = compile<unknown, { id: number; now: number }>(sql`
  update "webhookEndpoints" set "failures" = 0, "failingSinceAt" = null, "lastSuccessAt" = ${sql.placeholder('now')},
    "parkedAt" = case when exists (
      select 1 from "webhookDeliveries"
      where "endpointId" = "webhookEndpoints"."id" and "status" in ('pending', 'sending', 'parked')
    ) then "parkedAt" end
  where "id" = ${sql.placeholder('id')}
`)

export const recordEndpointFailure = compile<unknown, { id: number; now: number; parkFrom: number }>(sql`
  update "webhookEndpoints" set "failures" = "failures" + 1,
    "failingSinceAt" = coalesce("failingSinceAt", ${sql.placeholder('now')}),
    "parkedAt" = case when "failures" + 1 >= ${sql.placeholder('parkFrom')}
      then coalesce("parkedAt", ${sql.placeholder('now')}) else "parkedAt" end
  where "id" = ${sql.placeholder('id')} and "active" = 1
`)

/** The next in order of what waits, by two looks into an index. */
const oldestWaiting = (endpointId: string) => {
  const first = (status: string) => sql`select * from (
    select "id", "sequence" from "webhookDeliveries"
    where "endpointId" = ${sql.raw(endpointId)} and "status" = ${sql.raw(status)} order by "sequence", "id" limit 1)`
  return sql`(select "id" from (${first(`'pending'`)} union all ${first(`'parked'`)}) order by "sequence", "id" limit 1)`
}

/** Of what a parked endpoint (of a JSON array of ids) is to be sent, all but the eldest waits. */
export const parkBehindEldest = compile<unknown, { endpointIds: string }>(sql`
  update "webhookDeliveries" as "d" set "status" = 'parked', "nextAttemptAt" = null
  where "d"."status" = 'pending' and "d"."endpointId" in (
    select "id" from "webhookEndpoints" where "id" in ${among('endpointIds')} and "parkedAt" is not null
  ) and "d"."id" <> ${oldestWaiting('"d"."endpointId"')}
`)

/** Lets the eldest of what is parked go, where nothing else is under way. */
export const releaseParked = compile<{ id: number }, { endpointIds: string; now: number }>(sql`
  update "webhookDeliveries" set "status" = 'pending', "nextAttemptAt" = ${sql.placeholder('now')}
  where "id" in (
    select (
      select "id" from "webhookDeliveries"
      where "endpointId" = "w"."id" and "status" = 'parked' order by "sequence", "id" limit 1
    ) from "webhookEndpoints" as "w"
    where "w"."id" in ${among('endpointIds')} and "w"."parkedAt" is not null and "w"."active" = 1 and not exists (
      select 1 from "webhookDeliveries" where "endpointId" = "w"."id" and "status" in ('pending', 'sending'))
  ) returning "id"
`)

/** A parked endpoint answers again: its probe need not wait any longer. */
export const hastenProbe = compile<{ id: number }, { endpointId: number; now: number }>(sql`
  update "webhookDeliveries" set "nextAttemptAt" = ${sql.placeholder('now')}
  where "endpointId" in (
    select "id" from "webhookEndpoints" where "id" = ${sql.placeholder('endpointId')} and "parkedAt" is not null
  ) and "status" = 'pending' and "nextAttemptAt" > ${sql.placeholder('now')}
  returning "id"
`)

/** Switches endpoints (a JSON array of ids) off, if they have failed since `failingSince` or longer. */
export const switchOffEndpoints = compile<
  unknown,
  { endpointIds: string; failingSince: number; reason: string; now: number }
>(sql`
  update "webhookEndpoints" set "active" = 0, "parkedAt" = null, "disabledAt" = ${sql.placeholder('now')},
    "disabledReason" = ${sql.placeholder('reason')}, "updatedAt" = ${sql.placeholder('now')}
  where "id" in ${among('endpointIds')} and "active" = 1 and "failingSinceAt" <= ${sql.placeholder('failingSince')}
`)

/** Comes after the endpoints (a JSON array of ids) were switched off: what waited for them is kept, and skipped. */
export const skipWaiting = compile<unknown, { endpointIds: string; now: number }>(sql`
  update "webhookDeliveries" set "status" = 'skipped', "nextAttemptAt" = null, "finishedAt" = ${sql.placeholder('now')}
  where "status" in ('pending', 'parked') and "endpointId" in (
    select "id" from "webhookEndpoints" where "id" in ${among('endpointIds')} and "active" = 0)
`)

/** What should have been sent before an instant, or was under way too long, the longest overdue first. */
export const overdueDeliveries = compile<
  Pick<Delivery, 'id' | 'endpointId' | 'status' | 'attempts'>,
  { before: number; limit: number }
>(sql`
  select "id", "endpointId", "status", "attempts" from "webhookDeliveries"
  where "nextAttemptAt" is not null and "nextAttemptAt" <= ${sql.placeholder('before')}
  order by "nextAttemptAt" limit ${sql.placeholder('limit')}
`)

/** Parked endpoints that have a backlog, and nothing under way. */
export const stuckEndpoints = compile<{ id: number }, { limit: number }>(sql`
  select "id" from "webhookEndpoints" as "w"
  where "parkedAt" is not null
    and exists (select 1 from "webhookDeliveries" where "endpointId" = "w"."id" and "status" = 'parked')
    and not exists (
      select 1 from "webhookDeliveries" where "endpointId" = "w"."id" and "status" in ('pending', 'sending'))
  limit ${sql.placeholder('limit')}
`)

/** Endpoints without a success since an instant. */
export const failingEndpoints = compile<{ id: number }, { since: number; limit: number }>(sql`
  select "id" from "webhookEndpoints"
  where "failingSinceAt" is not null and "active" = 1 and "failingSinceAt" <= ${sql.placeholder('since')}
  limit ${sql.placeholder('limit')}
`)

/** A secret whose time has come takes the place of the one before. */
export const promoteSecrets = compile<unknown, { now: number }>(sql`
  update "webhookEndpoints" set "sealedSecret" = "sealedNextSecret", "sealedNextSecret" = null, "nextSecretAt" = null
  where "nextSecretAt" is not null and "nextSecretAt" <= ${sql.placeholder('now')}
`)

const ofOldEvents = sql`"eventId" in (${oldEventIds})`

/** Comes before the deletion of what it refers to, in the same batch. */
export const deleteOldAttempts = compile<unknown, { before: number; limit: number }>(sql`
  delete from "webhookAttempts" where "deliveryId" in (select "id" from "webhookDeliveries" where ${ofOldEvents})
`)

/** Comes before the deletion of what it refers to, in the same batch. */
export const deleteOldDeliveries = compile<unknown, { before: number; limit: number }>(sql`
  delete from "webhookDeliveries" where ${ofOldEvents}
`)

/** The first deliveries of the events of the changes that one request made to a booking. */
export const deliveriesOfRequest = compile<
  Pick<Delivery, 'id' | 'endpointId' | 'eventId' | 'status' | 'attempts'>,
  { bookingId: number; requestId: string }
>(sql`
  select "id", "endpointId", "eventId", "status", "attempts" from "webhookDeliveries"
  where "eventId" in (
    select "eventId" from "bookingHistory"
    where "bookingId" = ${sql.placeholder('bookingId')} and "requestId" = ${sql.placeholder('requestId')})
  order by "id" limit 100
`)
