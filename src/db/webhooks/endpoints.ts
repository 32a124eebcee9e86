import { eq, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from '#db/businesses.ts'
import type { Role } from '#db/businesses.ts'
import { among, build, builder, columnsOf, compile, inserting, isOneOf } from '#db/database.ts'
import type { Row, Statement } from '#db/database.ts'
import { listing } from '#db/page.ts'
import type { Window } from '#db/page.ts'
import { skipWaiting } from './backlog.ts'
import { unfinished } from './delivery-statuses.ts'

/** In whose words an endpoint is told. */
export const webhookFormats = ['native', 'property', 'rubitime'] as const

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
    check('webhookEndpointsFormat', isOneOf(t.format, webhookFormats)),
    check('webhookEndpointsActive', sql`${t.active} in (0, 1)`),
    check('webhookEndpointsEvents', sql`json_valid(${t.events})`),
  ],
)

type Endpoint = Row<typeof webhookEndpoints>

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

/** Changes an endpoint; what waits for one that is then switched off is skipped. */
export function changingWebhookEndpoint(
  id: number,
  changes: Partial<Endpoint> & { updatedAt: number },
): Statement[] {
  return [
    build(builder.update(webhookEndpoints).set(changes).where(eq(webhookEndpoints.id, id))),
    skipWaiting({ endpointIds: JSON.stringify([id]), now: changes.updatedAt }),
  ]
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
export const endpointsOfEvents = compile<
  Pick<Endpoint, 'id' | 'businessId' | 'events' | 'format'>,
  { ids: string }
>(sql`
  select "id", "businessId", "events", "format" from "webhookEndpoints"
  where "deletedAt" is null
    and "businessId" in (select "businessId" from "events" where "id" in ${among('ids')})
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

/** An endpoint is well again once its backlog is sent. */
export const recordEndpointSuccess = compile<never, { id: number; now: number }>(sql`
  update "webhookEndpoints" set "failures" = 0, "failingSinceAt" = null, "lastSuccessAt" = ${sql.placeholder('now')},
    "parkedAt" = case when exists (
      select 1 from "webhookDeliveries"
      where "endpointId" = "webhookEndpoints"."id" and ${unfinished} and "asideAt" is null
    ) then "parkedAt" end
  where "id" = ${sql.placeholder('id')}
`)

export const recordEndpointFailure = compile<never, { id: number; now: number; parkFrom: number }>(sql`
  update "webhookEndpoints" set "failures" = "failures" + 1,
    "failingSinceAt" = coalesce("failingSinceAt", ${sql.placeholder('now')}),
    "parkedAt" = case when "failures" + 1 >= ${sql.placeholder('parkFrom')}
      then coalesce("parkedAt", ${sql.placeholder('now')}) else "parkedAt" end
  where "id" = ${sql.placeholder('id')} and "active" = 1
`)

/** Endpoints without a success since an instant. */
export const failingEndpoints = compile<{ id: number }, { since: number; limit: number }>(sql`
  select "id" from "webhookEndpoints"
  where "failingSinceAt" is not null and "active" = 1 and "failingSinceAt" <= ${sql.placeholder('since')}
  limit ${sql.placeholder('limit')}
`)

/** Switches endpoints (a JSON array of ids) off, if they have failed since `failingSince` or longer. */
export const switchOffEndpoints = compile<
  never,
  { endpointIds: string; failingSince: number; reason: string; now: number }
>(sql`
  update "webhookEndpoints" set "active" = 0, "parkedAt" = null, "disabledAt" = ${sql.placeholder('now')},
    "disabledReason" = ${sql.placeholder('reason')}, "updatedAt" = ${sql.placeholder('now')}
  where "id" in ${among('endpointIds')} and "active" = 1 and "failingSinceAt" <= ${sql.placeholder('failingSince')}
`)

/** A secret whose time has come takes the place of the one before. */
export const promoteSecrets = compile<never, { now: number }>(sql`
  update "webhookEndpoints" set "sealedSecret" = "sealedNextSecret", "sealedNextSecret" = null, "nextSecretAt" = null
  where "nextSecretAt" is not null and "nextSecretAt" <= ${sql.placeholder('now')}
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
