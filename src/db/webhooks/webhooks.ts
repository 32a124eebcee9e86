import { and, eq, getTableColumns, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import type { SQLWrapper } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from '#db/businesses.ts'
import { among, build, builder, inserting, isOneOf, statement } from '#db/database.ts'
import type { Row, Statement } from '#db/database.ts'
import { events } from '#db/events.ts'
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
    /** Sends by hand are paced: the instant up to which those so far have used up the webhook's share. */
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
const refuseTooMany = statement((given: { id: number; businessId: number; most: number }) => {
  const kept = sql`(select count(*) from "webhooks"
    where "businessId" = ${given.businessId} and "deletedAt" is null)`
  return builder
    .update(webhooks)
    .set({ active: sql`null` })
    .where(and(eq(webhooks.id, given.id), sql`${given.most} < ${kept}`))
})

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
export function webhookList(
  { businessIds, format }: { businessIds: readonly number[]; format?: Webhook['format'] | undefined },
  window: Window,
  countUpTo: number,
) {
  const ids = JSON.stringify(businessIds)
  const query = {
    columns: getTableColumns(webhooks),
    from: sql`"webhooks"`,
    where: sql`"businessId" in (select "value" from json_each(${ids})) and "deletedAt" is null
      and "format" = coalesce(${format ?? null}, "format")`,
    key: [sql`"webhooks"."id"`],
    descending: false,
  }
  return listing(query, window, countUpTo)
}

/** Every webhook of the businesses that these events (a JSON array of ids) happened in. */
export const webhooksOfEvents = statement((given: { ids: string }) => {
  const { id, businessId, events: told, format } = webhooks
  const happened = builder
    .select({ businessId: events.businessId })
    .from(events)
    .where(inArray(events.id, among(given.ids)))
  return builder
    .select({ id, businessId, events: told, format })
    .from(webhooks)
    .where(and(isNull(webhooks.deletedAt), inArray(businessId, happened)))
})

/**
 * Takes a webhook's share of what may be sent by hand, `everyMs` each. Refused (`webhooks.active`) when more
 * than `withinMs` of it have been taken already.
 */
export const takeByHand = statement(
  // Raw: an update from a select, so that what is taken is computed once.
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
export const recordWebhookSuccess = statement((given: { id: number; now: number }) => {
  const parkedAt = sql`case when exists (
    select 1 from "webhookDeliveries"
    where "webhookId" = "webhooks"."id" and ${unfinished} and "asideAt" is null
  ) then "parkedAt" end`
  return builder
    .update(webhooks)
    .set({ failures: 0, failingSinceAt: null, lastSuccessAt: given.now, parkedAt })
    .where(eq(webhooks.id, given.id))
})

export const recordWebhookFailure = statement((given: { id: number; now: number; parkFrom: number }) => {
  const failures = sql`${webhooks.failures} + 1`
  const parkedAt = sql`case when ${failures} >= ${given.parkFrom}
    then coalesce(${webhooks.parkedAt}, ${given.now}) else ${webhooks.parkedAt} end`
  return builder
    .update(webhooks)
    .set({ failures, failingSinceAt: sql`coalesce(${webhooks.failingSinceAt}, ${given.now})`, parkedAt })
    .where(and(eq(webhooks.id, given.id), eq(webhooks.active, 1)))
})

/** Webhooks without a success since an instant. */
export const failingWebhooks = statement((given: { since: number; limit: number }) =>
  builder
    .select({ id: webhooks.id })
    .from(webhooks)
    // The first two in the words of the index.
    .where(
      and(
        isNotNull(webhooks.failingSinceAt),
        sql`${webhooks.active} = 1`,
        lte(webhooks.failingSinceAt, given.since),
      ),
    )
    .limit(given.limit),
)

/** Switches webhooks (a JSON array of ids) off, if they have failed since `failingSince` or longer. */
export const switchOffWebhooks = statement(
  (given: { webhookIds: string; failingSince: number; reason: string; now: number }) =>
    builder
      .update(webhooks)
      .set({
        active: 0,
        parkedAt: null,
        disabledAt: given.now,
        disabledReason: given.reason,
        updatedAt: given.now,
      })
      .where(
        and(
          inArray(webhooks.id, among(given.webhookIds)),
          eq(webhooks.active, 1),
          lte(webhooks.failingSinceAt, given.failingSince),
        ),
      ),
)

/** A secret whose time has come takes the place of the one before. */
export const promoteSecrets = statement((given: { now: number }) =>
  builder
    .update(webhooks)
    .set({ sealedSecret: sql`${webhooks.sealedNextSecret}`, sealedNextSecret: null, nextSecretAt: null })
    .where(and(isNotNull(webhooks.nextSecretAt), lte(webhooks.nextSecretAt, given.now))),
)

/**
 * Webhooks with a secret that is not sealed as `name` says. It looks at all of them, so it is asked for only while the
 * sealing secret is being changed.
 */
export const webhooksSealedBefore = statement((given: { name: string; limit: number }) => {
  const { id, sealedSecret, sealedNextSecret } = webhooks
  const isOther = (sealed: SQLWrapper) => sql`substr(${sealed}, 1, length(${given.name})) <> ${given.name}`
  return builder
    .select({ id, sealedSecret, sealedNextSecret })
    .from(webhooks)
    .where(and(isNull(webhooks.deletedAt), or(isOther(sealedSecret), isOther(sealedNextSecret))))
    .limit(given.limit)
})

/** Writes secrets that were sealed anew, unless they were replaced meanwhile. */
export const resealWebhook = statement(
  (given: { id: number; sealedSecret: string; sealedNextSecret: string | null; before: string }) => {
    const { id, sealedSecret, sealedNextSecret } = webhooks
    const hasAsMany = sql`(${sealedNextSecret} is null) = (${given.sealedNextSecret} is null)`
    return builder
      .update(webhooks)
      .set({ sealedSecret: given.sealedSecret, sealedNextSecret: given.sealedNextSecret })
      .where(and(eq(id, given.id), eq(sealedSecret, given.before), hasAsMany))
  },
)
