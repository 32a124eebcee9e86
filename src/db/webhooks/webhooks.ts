import { eq, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from '#db/businesses.ts'
import { among, build, builder, columnsOf, inserting, isOneOf, statement } from '#db/database.ts'
import type { Row, Statement } from '#db/database.ts'
import { listing } from '#db/page.ts'
import type { Window } from '#db/page.ts'
import { skipWaiting } from './backlog.ts'
import { unfinished } from './delivery-statuses.ts'

/** In whose words a webhook is told. */
export const webhookFormats = ['native', 'property', 'rubitime'] as const

/** Where a business wants to be told of its events, and how that has gone lately. */
export const webhooks = sqliteTable(
  'webhooks',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    url: text().notNull(),
    /** JSON array of event types, or patterns such as "booking.*". */
    events: text().notNull(),
    format: text({ enum: webhookFormats }).notNull(),
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
    index('webhooksByBusiness')
      .on(t.businessId, t.id)
      .where(sql`${t.deletedAt} is null`),
    index('webhooksReplaying')
      .on(t.businessId, t.replayingUntilAt)
      .where(sql`${t.replayingUntilAt} is not null`),
    // What the sweeps look for; each holds few rows.
    index('webhooksParked')
      .on(t.parkedAt)
      .where(sql`${t.parkedAt} is not null`),
    index('webhooksFailing')
      .on(t.failingSinceAt)
      .where(sql`${t.failingSinceAt} is not null and ${t.active} = 1`),
    index('webhooksRotating')
      .on(t.nextSecretAt)
      .where(sql`${t.nextSecretAt} is not null`),
    check('webhooksFormat', isOneOf(t.format, webhookFormats)),
    check('webhooksActive', sql`${t.active} in (0, 1)`),
    check('webhooksEvents', sql`json_valid(${t.events})`),
  ],
)

type Webhook = Row<typeof webhooks>

const insertWebhook = inserting(webhooks)

/** Comes after the insertion: fails on `webhooks.active` when there are more than `most`. */
const refuseTooMany = statement(
  (given: { id: number; businessId: number; most: number }) => sql`
  update "webhooks" set "active" = null
  where "id" = ${given.id} and ${given.most} < (
    select count(*) from "webhooks"
    where "businessId" = ${given.businessId} and "deletedAt" is null)
`,
)

/** A new webhook; refused (`webhooks.active`) when its business then had more than `most`. */
export function insertingWebhook(row: Webhook, most: number): Statement[] {
  return [insertWebhook(row), refuseTooMany({ id: row.id, businessId: row.businessId, most })]
}

/** Changes a webhook; what waits for one that is then switched off is skipped. */
export function changingWebhook(id: number, changes: Partial<Webhook> & { updatedAt: number }): Statement[] {
  return [
    build(builder.update(webhooks).set(changes).where(eq(webhooks.id, id))),
    skipWaiting({ webhookIds: JSON.stringify([id]), now: changes.updatedAt }),
  ]
}

/** A webhook, deleted ones too. */
export const webhookById = statement((given: { id: number }) =>
  builder.select().from(webhooks).where(eq(webhooks.id, given.id)),
)

/** The webhooks of businesses, the eldest first. */
export function webhookList(businessIds: readonly number[], window: Window, countUpTo: number) {
  const ids = JSON.stringify(businessIds)
  const query = {
    columns: columnsOf(webhooks),
    from: sql`"webhooks"`,
    where: sql`"businessId" in (select "value" from json_each(${ids})) and "deletedAt" is null`,
    key: [sql`"webhooks"."id"`],
    descending: false,
  }
  return listing<Webhook>(query, window, countUpTo)
}

/** Every webhook of the businesses that these events (a JSON array of ids) happened in. */
export const webhooksOfEvents = statement(
  (given: { ids: string }) => sql<Pick<Webhook, 'id' | 'businessId' | 'events' | 'format'>>`
  select "id", "businessId", "events", "format" from "webhooks"
  where "deletedAt" is null
    and "businessId" in (select "businessId" from "events" where "id" in ${among(given.ids)})
`,
)

/**
 * Takes a webhook's share of what may be sent by hand, `everyMs` each. Refused (`webhooks.active`) when more
 * than `withinMs` of it have been taken already.
 */
export const takeByHand = statement(
  (given: { id: number; everyMs: number; withinMs: number; now: number }) => sql`
  update "webhooks" set "byHandUntilAt" = "until",
    "active" = case when "until" <= ${given.now} + ${given.withinMs} then "active" end
  from (
    select "id" as "takenId",
      max(coalesce("byHandUntilAt", 0), ${given.now}) + ${given.everyMs} as "until"
    from "webhooks" where "id" = ${given.id}
  ) where "webhooks"."id" = "takenId"
`,
)

/** A webhook is well again once its backlog is sent. */
export const recordWebhookSuccess = statement(
  (given: { id: number; now: number }) => sql`
  update "webhooks" set "failures" = 0, "failingSinceAt" = null, "lastSuccessAt" = ${given.now},
    "parkedAt" = case when exists (
      select 1 from "webhookDeliveries"
      where "webhookId" = "webhooks"."id" and ${unfinished} and "asideAt" is null
    ) then "parkedAt" end
  where "id" = ${given.id}
`,
)

export const recordWebhookFailure = statement(
  (given: { id: number; now: number; parkFrom: number }) => sql`
  update "webhooks" set "failures" = "failures" + 1,
    "failingSinceAt" = coalesce("failingSinceAt", ${given.now}),
    "parkedAt" = case when "failures" + 1 >= ${given.parkFrom}
      then coalesce("parkedAt", ${given.now}) else "parkedAt" end
  where "id" = ${given.id} and "active" = 1
`,
)

/** Webhooks without a success since an instant. */
export const failingWebhooks = statement(
  (given: { since: number; limit: number }) => sql<{ id: number }>`
  select "id" from "webhooks"
  where "failingSinceAt" is not null and "active" = 1 and "failingSinceAt" <= ${given.since}
  limit ${given.limit}
`,
)

/** Switches webhooks (a JSON array of ids) off, if they have failed since `failingSince` or longer. */
export const switchOffWebhooks = statement(
  (given: { webhookIds: string; failingSince: number; reason: string; now: number }) => sql`
  update "webhooks" set "active" = 0, "parkedAt" = null, "disabledAt" = ${given.now},
    "disabledReason" = ${given.reason}, "updatedAt" = ${given.now}
  where "id" in ${among(given.webhookIds)} and "active" = 1 and "failingSinceAt" <= ${given.failingSince}
`,
)

/** A secret whose time has come takes the place of the one before. */
export const promoteSecrets = statement(
  (given: { now: number }) => sql`
  update "webhooks" set "sealedSecret" = "sealedNextSecret", "sealedNextSecret" = null, "nextSecretAt" = null
  where "nextSecretAt" is not null and "nextSecretAt" <= ${given.now}
`,
)

/**
 * Webhooks with a secret that is not sealed as `name` says. It looks at all of them, so it is asked for only while the
 * sealing secret is being changed.
 */
export const webhooksSealedBefore = statement(
  (given: { name: string; limit: number }) => sql<Pick<Webhook, 'id' | 'sealedSecret' | 'sealedNextSecret'>>`
  select "id", "sealedSecret", "sealedNextSecret" from "webhooks"
  where "deletedAt" is null and (substr("sealedSecret", 1, length(${given.name})) <> ${given.name}
    or substr("sealedNextSecret", 1, length(${given.name})) <> ${given.name})
  limit ${given.limit}
`,
)

/** Writes secrets that were sealed anew, unless they were replaced meanwhile. */
export const resealWebhook = statement(
  (given: { id: number; sealedSecret: string; sealedNextSecret: string | null; before: string }) => sql`
  update "webhooks" set "sealedSecret" = ${given.sealedSecret},
    "sealedNextSecret" = ${given.sealedNextSecret}
  where "id" = ${given.id} and "sealedSecret" = ${given.before}
    and ("sealedNextSecret" is null) = (${given.sealedNextSecret} is null)
`,
)
