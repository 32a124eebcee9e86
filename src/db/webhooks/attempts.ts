import { eq, inArray, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { among, builder, statement } from '#db/database.ts'
import type { Row } from '#db/database.ts'
import { writtenColumns } from '#db/events.ts'
import type { WrittenEvent } from '#db/events.ts'
import { webhookDeliveries } from './deliveries.ts'
import type { webhooks } from './webhooks.ts'

type Webhook = Row<typeof webhooks>
type Delivery = Row<typeof webhookDeliveries>

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

export const attemptsOfDelivery = statement((given: { deliveryId: number }) =>
  builder
    .select()
    .from(webhookAttempts)
    .where(eq(webhookAttempts.deliveryId, given.deliveryId))
    .orderBy(webhookAttempts.attempt),
)

/** A delivery with all that is needed to send it; `businessId`, `type` and so on are the event's. */
export type Dispatch = WrittenEvent &
  Pick<Delivery, 'status' | 'attempts' | 'ownFailures' | 'nextAttemptAt'> &
  Pick<Webhook, 'url' | 'format' | 'sealedSecret' | 'sealedNextSecret' | 'nextSecretAt'> & {
    deliveryId: number
    webhookId: number
  }

export const dispatchesByIds = statement(
  // Raw: the same columns of an event as everywhere, under an alias.
  (given: { ids: string }) => sql<Dispatch>`
  select "d"."id" as "deliveryId", "d"."webhookId", "d"."status", "d"."attempts", "d"."ownFailures", "d"."nextAttemptAt",
    "w"."url", "w"."format", "w"."sealedSecret", "w"."sealedNextSecret", "w"."nextSecretAt",
    ${writtenColumns('e')}
  from "webhookDeliveries" as "d" join "webhooks" as "w" on "w"."id" = "d"."webhookId"
    join "events" as "e" on "e"."id" = "d"."eventId"
  where "d"."id" in ${among(given.ids)}
`,
)

/** Takes the deliveries (a JSON array of ids) that are due: whoever is answered an id is the one who sends it. */
const claimAttempts = statement(
  // Raw: an insert-select. Its conflict is the claim of another.
  (given: { ids: string; now: number; dueBy: number }) => sql<{ deliveryId: number }>`
  insert into "webhookAttempts" ("deliveryId", "attempt", "startedAt")
  select "d"."id", "d"."attempts" + 1, ${given.now}
  from "webhookDeliveries" as "d" join "webhooks" as "w" on "w"."id" = "d"."webhookId"
  where "d"."id" in ${among(given.ids)} and "d"."status" = 'pending' and "w"."active" = 1
    and "d"."nextAttemptAt" <= ${given.dueBy}
  on conflict ("deliveryId", "attempt") do nothing returning "deliveryId"
`,
)

const markSending = statement(
  // Raw: it looks for what the statement above has just written.
  (given: { ids: string; until: number }) => sql`
  update "webhookDeliveries" set "status" = 'sending', "attempts" = "attempts" + 1, "asideAt" = null,
    "nextAttemptAt" = ${given.until}
  where "id" in ${among(given.ids)} and "status" = 'pending' and exists (
    select 1 from "webhookAttempts"
    where "deliveryId" = "webhookDeliveries"."id" and "attempt" = "webhookDeliveries"."attempts" + 1)
`,
)

/** Takes deliveries (a JSON array of ids) for sending until an instant: which those are, and how each of the given ones stands. */
export function claiming({
  ids,
  now,
  dueBy,
  until,
}: {
  ids: string
  now: number
  dueBy: number
  until: number
}) {
  return {
    taken: claimAttempts({ ids, now, dueBy }),
    sending: markSending({ ids, until }),
    dispatches: dispatchesByIds({ ids }),
  }
}

/** Takes away what webhooks answered to these events (the ids in parentheses): it may repeat what they were told. */
export function emptyAnswersTo(events: SQL) {
  const deliveries = builder
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(inArray(webhookDeliveries.eventId, events))
  return builder
    .update(webhookAttempts)
    .set({ responseHeaders: null, responseBody: null })
    .where(inArray(webhookAttempts.deliveryId, deliveries))
}
