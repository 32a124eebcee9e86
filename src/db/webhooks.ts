import { eq, sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import type { Role } from './businesses.ts'
import { build, builder, columnsOf, compile, inserting } from './database.ts'
import type { Row, Statement } from './database.ts'
import { events, writtenColumns } from './events.ts'
import type { WrittenEvent } from './events.ts'
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
    /** What is sent by hand is paced: up to when all that was asked for so far has used up its share. */
    byHandUntilAt: integer(),
    /** When the last delivery of the last replay is due. */
    replayingUntilAt: integer(),
    disabledAt: integer(),
    disabledReason: text(),
    deletedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('webhookEndpointsByBusiness')
      .on(t.businessId, t.id)
      .where(sql`${t.deletedAt} is null`),
    index('webhookEndpointsReplaying')
      .on(t.businessId, t.replayingUntilAt)
      .where(sql`${t.replayingUntilAt} is not null`),
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
    /** Numbered by the database; those that an answer must name before they are written bring an id of their own. */
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
    /** How many of the attempts failed before the request left, for a reason of our own. */
    ownFailures: integer().notNull(),
    /** Since when a failure of our own keeps it back while others pass it; null once it is tried again. */
    asideAt: integer(),
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
    // The condition of `yetToReplay`.
    index('webhookDeliveriesReplaying')
      .on(t.endpointId)
      .where(sql`${t.trigger} = 'replay' and ${t.attempts} = 0 and ${t.status} in ('pending', 'parked')`),
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
    /** timeout, connection, redirect, status, blocked_url, internal, lost; null for a success. */
    errorClass: text(),
  },
  (t) => [primaryKey({ columns: [t.deliveryId, t.attempt] })],
)

type Endpoint = Row<typeof webhookEndpoints>
type Delivery = Row<typeof webhookDeliveries>

/** The values of a JSON array. */
const among = (name: string) => sql`(select value from json_each(${sql.placeholder(name)}))`

const insertEndpoint = inserting(webhookEndpoints)

/** Comes after the insertion: fails on `webhookEndpoints.active` when there are more than `most`. */
const refuseTooMany = compile<unknown, { id: number; businessId: number; most: number }>(sql`
  update "webhookEndpoints" set "active" = null
  where "id" = ${sql.placeholder('id')} and ${sql.placeholder('most')} < (
    select count(*) from "webhookEndpoints"
    where "businessId" = ${sql.placeholder('businessId')} and "deletedAt" is null)
`)

/** A new endpoint; refused (`webhookEndpoints.active`) when its business then had more than `most`. */
export function insertingWebhookEndpoint(row: Endpoint, most: number): Statement[] {
  return [insertEndpoint(row), refuseTooMany({ id: row.id, businessId: row.businessId, most })]
}

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
 * New deliveries: `rows` is JSON [[eventId, endpointId, trigger, dueAt, id?]]. What nobody asked for by hand waits
 * behind a parked endpoint's backlog; what meets one that is switched off is kept, and skipped. Fan-out may come twice.
 */
export const insertDeliveries = compile<Pick<Delivery, 'id' | 'status'>, { rows: string; now: number }>(sql`
  insert into "webhookDeliveries" ("id", "businessId", "endpointId", "eventId", "sequence", "trigger", "status",
    "attempts", "ownFailures", "nextAttemptAt", "createdAt", "finishedAt")
  select "id", "businessId", "endpointId", "eventId", "sequence", "trigger", "status", 0, 0,
    case when "status" = 'pending' then "dueAt" end, ${sql.placeholder('now')},
    case when "status" = 'skipped' then ${sql.placeholder('now')} end
  from (
    select value ->> 4 as "id", value ->> 2 as "trigger", value ->> 3 as "dueAt",
      "e"."businessId", "w"."id" as "endpointId", "e"."id" as "eventId", "e"."sequence",
      case when "w"."active" = 0 then 'skipped'
        when "w"."parkedAt" is not null and value ->> 2 = 'event' then 'parked'
        else 'pending' end as "status"
    from json_each(${sql.placeholder('rows')})
      join "events" as "e" on "e"."id" = value ->> 0
      join "webhookEndpoints" as "w" on "w"."id" = value ->> 1 and "w"."businessId" = "e"."businessId"
    where "w"."deletedAt" is null
  ) where true
  on conflict ("endpointId", "eventId") where "trigger" in ('event', 'ping') do nothing
  returning "id", "status"
`)

/**
 * Takes an endpoint's share of what may be sent by hand, `everyMs` each. Refused (`webhookEndpoints.active`) when more
 * than `withinMs` of it have been taken already.
 */
export const takeByHand = compile<
  unknown,
  { id: number; everyMs: number; withinMs: number; now: number }
>(sql`
  update "webhookEndpoints" set "byHandUntilAt" = "until",
    "active" = case when "until" <= ${sql.placeholder('now')} + ${sql.placeholder('withinMs')} then "active" end
  from (
    select "id" as "takenId",
      max(coalesce("byHandUntilAt", 0), ${sql.placeholder('now')}) + ${sql.placeholder('everyMs')} as "until"
    from "webhookEndpoints" where "id" = ${sql.placeholder('id')}
  ) where "webhookEndpoints"."id" = "takenId"
`)

/** Events of a business in a stretch of time, of these types (a JSON array). */
type ReplayRange = { businessId: number; types: string; fromAt: number; toAt: number }

const ofRange = sql`"businessId" = ${sql.placeholder('businessId')}
  and "createdAt" >= ${sql.placeholder('fromAt')} and "createdAt" < ${sql.placeholder('toAt')}`

/** How many events a stretch of time has, and how many of these types; it looks at no more than `limit`. */
export const countReplayable = compile<
  { examined: number; matching: number },
  ReplayRange & { limit: number }
>(sql`
  select count(*) as "examined", coalesce(sum("type" in ${among('types')}), 0) as "matching" from (
    select "type" from "events" where ${ofRange} order by "createdAt" limit ${sql.placeholder('limit')})
`)

/** What of a replay has not been tried yet, by its own index: whatever else waits for the endpoint is not looked at. */
const yetToReplay = sql.raw(
  `"webhookDeliveries" indexed by "webhookDeliveriesReplaying"
    where "trigger" = 'replay' and "attempts" = 0 and "status" in ('pending', 'parked') and "endpointId"`,
)

/** How many of an endpoint's replay have not been tried yet. */
export const countYetToReplay = compile<{ left: number }, { endpointId: number }>(sql`
  select count(*) as "left" from ${yetToReplay} = ${sql.placeholder('endpointId')}
`)

const replayedUntil = sql`coalesce((
  select max("replayingUntilAt") from "webhookEndpoints"
  where "businessId" = ${sql.placeholder('businessId')} and "replayingUntilAt" is not null), 0)`

/** When the last delivery of all replays of a business is due. */
export const endOfReplays = compile<{ untilAt: number }, { businessId: number }>(sql`
  select ${replayedUntil} as "untilAt"
`)

/** Refused (`webhookEndpoints.active`) while an earlier replay to the same endpoint has something left to send. */
const takeReplay = compile<
  unknown,
  { endpointId: number; businessId: number; lastsMs: number; now: number }
>(sql`
  update "webhookEndpoints" set
    "replayingUntilAt" = max(${replayedUntil}, ${sql.placeholder('now')}) + ${sql.placeholder('lastsMs')},
    "active" = case when not exists (
      select 1 from ${yetToReplay} = "webhookEndpoints"."id") then "active" end
  where "id" = ${sql.placeholder('endpointId')}
`)

type Replay = ReplayRange & {
  endpointId: number
  perSecond: number
  /** What that makes for all of them. */
  lastsMs: number
  limit: number
  now: number
}

const insertReplayed = compile<unknown, Replay>(sql`
  insert into "webhookDeliveries" ("businessId", "endpointId", "eventId", "sequence", "trigger", "status",
    "attempts", "ownFailures", "nextAttemptAt", "createdAt")
  select "e"."businessId", "w"."id", "e"."id", "e"."sequence", 'replay',
    case when "w"."parkedAt" is null then 'pending' else 'parked' end, 0, 0,
    case when "w"."parkedAt" is null then
      "w"."replayingUntilAt" - ${sql.placeholder('lastsMs')} + cast(("e"."place" - 1) / ${sql.placeholder('perSecond')} as integer) * 1000
    end, ${sql.placeholder('now')}
  from (
    select *, row_number() over (order by "createdAt", "id") as "place" from (
      select "id", "businessId", "sequence", "createdAt" from "events"
      where ${ofRange} and "type" in ${among('types')}
      order by "createdAt", "id" limit ${sql.placeholder('limit')})
  ) as "e" join "webhookEndpoints" as "w" on "w"."id" = ${sql.placeholder('endpointId')}
  where "w"."active" = 1
`)

/** Deliveries of the events of a range, in order, behind all that is being replayed to the same business already. */
export function replaying(replay: Replay): Statement[] {
  return [takeReplay(replay), insertReplayed(replay)]
}

/** What of an endpoint's replay waits for its time. */
export const dueReplayed = compile<{ id: number; nextAttemptAt: number }, { endpointId: number }>(sql`
  select "id", "nextAttemptAt" from ${yetToReplay} = ${sql.placeholder('endpointId')} and "nextAttemptAt" is not null order by "id"
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
  on conflict ("deliveryId", "attempt") do nothing returning "deliveryId"
`)

/** Comes after `claimAttempts` in its batch. */
export const markSending = compile<unknown, { ids: string; until: number }>(sql`
  update "webhookDeliveries" set "status" = 'sending', "attempts" = "attempts" + 1, "asideAt" = null,
    "nextAttemptAt" = ${sql.placeholder('until')}
  where "id" in ${among('ids')} and "status" = 'pending' and exists (
    select 1 from "webhookAttempts"
    where "deliveryId" = "webhookDeliveries"."id" and "attempt" = "webhookDeliveries"."attempts" + 1)
`)

/** A delivery with all that is needed to send it; `businessId`, `type` and so on are the event's. */
export type Dispatch = WrittenEvent &
  Pick<Delivery, 'status' | 'attempts' | 'ownFailures' | 'nextAttemptAt'> &
  Pick<Endpoint, 'url' | 'format' | 'sealedSecret' | 'sealedNextSecret' | 'nextSecretAt'> & {
    deliveryId: number
    endpointId: number
  }

export const dispatchesByIds = compile<Dispatch, { ids: string }>(sql`
  select "d"."id" as "deliveryId", "d"."endpointId", "d"."status", "d"."attempts", "d"."ownFailures", "d"."nextAttemptAt",
    "w"."url", "w"."format", "w"."sealedSecret", "w"."sealedNextSecret", "w"."nextSecretAt",
    ${writtenColumns('e')}
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

/**
 * `rows` is JSON [[id, attempt, nextAttemptAt, isOwn, asideAt]]: null for the third was the last attempt; 1 and an
 * instant for the others say that it failed for a reason of our own, and that others may pass it.
 */
export const recordUndelivered = compile<unknown, { rows: string; now: number }>(sql`
  update "webhookDeliveries" set
    "status" = case when "active" = 0 then 'skipped' when "dueAt" is null then 'failed' else 'pending' end,
    "nextAttemptAt" = case when "active" = 1 then "dueAt" end,
    "ownFailures" = "ownFailures" + coalesce("isOwn", 0),
    "asideAt" = case when "active" = 1 and "dueAt" is not null then "heldBackAt" end,
    "finishedAt" = case when "active" = 0 or "dueAt" is null then ${sql.placeholder('now')} end
  from (
    select "d"."id" as "failedId", value ->> 1 as "attempt", value ->> 2 as "dueAt", value ->> 3 as "isOwn",
      value ->> 4 as "heldBackAt", "w"."active"
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
      where "endpointId" = "webhookEndpoints"."id" and "status" in ('pending', 'sending', 'parked') and "asideAt" is null
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

/** What is being told to an endpoint now, or is the next to be. */
const underWay = sql.raw(`"status" in ('pending', 'sending') and "asideAt" is null and "endpointId"`)

/** The next in order of what waits, by two looks into an index. */
const oldestWaiting = (endpointId: string) => {
  const first = (status: string) => sql`select * from (
    select "id", "sequence" from "webhookDeliveries" where "endpointId" = ${sql.raw(endpointId)}
      and "status" = ${sql.raw(status)} and "asideAt" is null order by "sequence", "id" limit 1)`
  return sql`(select "id" from (${first(`'pending'`)} union all ${first(`'parked'`)}) order by "sequence", "id" limit 1)`
}

/** Of what a parked endpoint (of a JSON array of ids) is to be sent, all but the eldest waits. */
export const parkBehindEldest = compile<unknown, { endpointIds: string }>(sql`
  update "webhookDeliveries" as "d" set "status" = 'parked', "nextAttemptAt" = null
  where "d"."status" = 'pending' and "d"."asideAt" is null and "d"."endpointId" in (
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
      select 1 from "webhookDeliveries" where ${underWay} = "w"."id")
  ) returning "id"
`)

/** A parked endpoint answers again: its probe need not wait any longer. */
export const hastenProbe = compile<{ id: number }, { endpointId: number; now: number }>(sql`
  update "webhookDeliveries" set "nextAttemptAt" = ${sql.placeholder('now')}
  where "endpointId" in (
    select "id" from "webhookEndpoints" where "id" = ${sql.placeholder('endpointId')} and "parkedAt" is not null
  ) and "status" = 'pending' and "asideAt" is null and "nextAttemptAt" > ${sql.placeholder('now')}
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
  Pick<Delivery, 'id' | 'endpointId' | 'status' | 'attempts' | 'ownFailures'>,
  { before: number; limit: number }
>(sql`
  select "id", "endpointId", "status", "attempts", "ownFailures" from "webhookDeliveries"
  where "nextAttemptAt" is not null and "nextAttemptAt" <= ${sql.placeholder('before')}
  order by "nextAttemptAt" limit ${sql.placeholder('limit')}
`)

/** Deliveries (a JSON array of ids) that are overdue and were asked for once more. */
export const recallDeliveries = compile<unknown, { ids: string; now: number }>(sql`
  update "webhookDeliveries" set "nextAttemptAt" = ${sql.placeholder('now')}
  where "id" in ${among('ids')} and "status" = 'pending'
`)

/** Parked endpoints that have a backlog, and nothing under way. */
export const stuckEndpoints = compile<{ id: number }, { limit: number }>(sql`
  select "id" from "webhookEndpoints" as "w"
  where "parkedAt" is not null
    and exists (select 1 from "webhookDeliveries" where "endpointId" = "w"."id" and "status" = 'parked')
    and not exists (select 1 from "webhookDeliveries" where ${underWay} = "w"."id")
  limit ${sql.placeholder('limit')}
`)

/** Endpoints without a success since an instant. */
export const failingEndpoints = compile<{ id: number }, { since: number; limit: number }>(sql`
  select "id" from "webhookEndpoints"
  where "failingSinceAt" is not null and "active" = 1 and "failingSinceAt" <= ${sql.placeholder('since')}
  limit ${sql.placeholder('limit')}
`)

/**
 * Endpoints with a secret that is not sealed as `name` says. It looks at all of them, so it is asked for only while the
 * sealing secret is being changed.
 */
export const endpointsSealedBefore = compile<
  Pick<Endpoint, 'id' | 'sealedSecret' | 'sealedNextSecret'>,
  { name: string; limit: number }
>(sql`
  select "id", "sealedSecret", "sealedNextSecret" from "webhookEndpoints"
  where "deletedAt" is null and (substr("sealedSecret", 1, length(${sql.placeholder('name')})) <> ${sql.placeholder('name')}
    or substr("sealedNextSecret", 1, length(${sql.placeholder('name')})) <> ${sql.placeholder('name')})
  limit ${sql.placeholder('limit')}
`)

/** Writes secrets that were sealed anew, unless they were replaced meanwhile. */
export const resealEndpoint = compile<
  unknown,
  { id: number; sealedSecret: string; sealedNextSecret: string | null; before: string }
>(sql`
  update "webhookEndpoints" set "sealedSecret" = ${sql.placeholder('sealedSecret')},
    "sealedNextSecret" = ${sql.placeholder('sealedNextSecret')}
  where "id" = ${sql.placeholder('id')} and "sealedSecret" = ${sql.placeholder('before')}
    and ("sealedNextSecret" is null) = (${sql.placeholder('sealedNextSecret')} is null)
`)

/** A secret whose time has come takes the place of the one before. */
export const promoteSecrets = compile<unknown, { now: number }>(sql`
  update "webhookEndpoints" set "sealedSecret" = "sealedNextSecret", "sealedNextSecret" = null, "nextSecretAt" = null
  where "nextSecretAt" is not null and "nextSecretAt" <= ${sql.placeholder('now')}
`)

/** What was told of events whose time is up, and is done with. */
const oldDeliveries = sql`
  select "d"."id" from "events" as "e" join "webhookDeliveries" as "d" on "d"."eventId" = "e"."id"
  where "e"."forgetAt" <= ${sql.placeholder('now')} and "d"."status" not in ('pending', 'sending', 'parked')
  order by "e"."forgetAt", "d"."id" limit ${sql.placeholder('limit')}
`

const deleteOldAttempts = compile<unknown, { now: number; limit: number }>(sql`
  delete from "webhookAttempts" where "deliveryId" in (${oldDeliveries})
`)

const deleteOldDeliveries = compile<{ id: number }, { now: number; limit: number }>(sql`
  delete from "webhookDeliveries" where "id" in (${oldDeliveries}) returning "id"
`)

/** Deletes so many deliveries of events whose time is up, with their attempts; the second answers which. */
export function deletingOldDeliveries(old: { now: number; limit: number }) {
  return [deleteOldAttempts(old), deleteOldDeliveries(old)] as const
}

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
