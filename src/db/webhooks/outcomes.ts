// What an attempt has led to. The attempt, its delivery, its webhook and what else waits for that change together; what
// the statements answer are the deliveries that are to be sent now.
import { and, eq, sql } from 'drizzle-orm'
import { builder, statement } from '#db/database.ts'
import type { Row, Statement } from '#db/database.ts'
import { webhookAttempts } from './attempts.ts'
import { hastenProbe, parkBehindEldest, releaseParked, skipWaiting } from './backlog.ts'
import { webhookDeliveries } from './deliveries.ts'
import { unfinished } from './delivery-statuses.ts'
import { recordWebhookFailure, recordWebhookSuccess, switchOffWebhooks } from './webhooks.ts'

/** What came of an attempt. */
const recordAttempt = statement((given: Omit<Row<typeof webhookAttempts>, 'startedAt'>) => {
  const { durationMs, statusCode, responseHeaders, responseBody, errorClass } = given
  return builder
    .update(webhookAttempts)
    .set({ durationMs, statusCode, responseHeaders, responseBody, errorClass })
    .where(and(eq(webhookAttempts.deliveryId, given.deliveryId), eq(webhookAttempts.attempt, given.attempt)))
})

/** A success counts even when it comes after the attempt was given up. */
const recordDelivered = statement((given: { id: number; attempt: number; now: number }) => {
  const { id, attempts } = webhookDeliveries
  return builder
    .update(webhookDeliveries)
    .set({ status: 'succeeded', nextAttemptAt: null, finishedAt: given.now })
    .where(and(eq(id, given.id), eq(attempts, given.attempt), unfinished))
})

/**
 * `rows` is JSON [[id, attempt, nextAttemptAt, isOwn, asideAt]]: null for the third was the last attempt; 1 and an
 * instant for the others say that it failed for a reason of our own, and that others may pass it.
 */
const recordUndelivered = statement(
  // Raw: an update from JSON.
  (given: { rows: string; now: number }) => sql`
  update "webhookDeliveries" set
    "status" = case when "active" = 0 then 'skipped' when "dueAt" is null then 'failed' else 'pending' end,
    "nextAttemptAt" = case when "active" = 1 then "dueAt" end,
    "ownFailures" = "ownFailures" + coalesce("isOwn", 0),
    "asideAt" = case when "active" = 1 and "dueAt" is not null then "heldBackAt" end,
    "finishedAt" = case when "active" = 0 or "dueAt" is null then ${given.now} end
  from (
    select "d"."id" as "failedId", value ->> 1 as "attempt", value ->> 2 as "dueAt", value ->> 3 as "isOwn",
      value ->> 4 as "heldBackAt", "w"."active"
    from json_each(${given.rows}) join "webhookDeliveries" as "d" on "d"."id" = value ->> 0
      join "webhooks" as "w" on "w"."id" = "d"."webhookId"
  )
  where "webhookDeliveries"."id" = "failedId" and "webhookDeliveries"."attempts" = "attempt"
    and "webhookDeliveries"."status" = 'sending'
`,
)

/** Attempts that nobody will tell the outcome of: `rows` is JSON [[id, attempt, …]]. */
const recordLost = statement(
  // Raw, too.
  (given: { rows: string }) => sql`
  update "webhookAttempts" set "errorClass" = 'lost'
  where ("deliveryId", "attempt") in (
    select value ->> 0, value ->> 1 from json_each(${given.rows}))
    and "statusCode" is null and "errorClass" is null
`,
)

type Outcome = Omit<Row<typeof webhookAttempts>, 'startedAt'>
type Released = Statement<{ id: number }>

/** The receiver took it. */
export function succeeding(
  outcome: Outcome,
  { webhookId, now }: { webhookId: number; now: number },
): Released[] {
  const { deliveryId: id, attempt } = outcome
  return [
    recordAttempt(outcome),
    recordDelivered({ id, attempt, now }),
    hastenProbe({ webhookId, now }),
    releaseParked({ webhookIds: JSON.stringify([webhookId]), now }),
    recordWebhookSuccess({ id: webhookId, now }),
  ]
}

/** The receiver did not take it; it is tried again at `dueAt`, or never. */
export function failing(
  outcome: Outcome,
  {
    webhookId,
    dueAt,
    parkFrom,
    now,
  }: { webhookId: number; dueAt: number | null; parkFrom: number; now: number },
): Released[] {
  const { deliveryId: id, attempt } = outcome
  const webhookIds = JSON.stringify([webhookId])
  return [
    recordAttempt(outcome),
    recordUndelivered({ rows: JSON.stringify([[id, attempt, dueAt]]), now }),
    recordWebhookFailure({ id: webhookId, now, parkFrom }),
    parkBehindEldest({ webhookIds }),
    releaseParked({ webhookIds, now }),
  ]
}

/** We failed before the receiver was asked; from `asideAt` on, if that is an instant, others pass it. */
export function failingOurselves(
  outcome: Outcome,
  {
    webhookId,
    dueAt,
    asideAt,
    now,
  }: { webhookId: number; dueAt: number | null; asideAt: number | null; now: number },
): Released[] {
  const { deliveryId: id, attempt } = outcome
  return [
    recordAttempt(outcome),
    recordUndelivered({ rows: JSON.stringify([[id, attempt, dueAt, 1, asideAt]]), now }),
    releaseParked({ webhookIds: JSON.stringify([webhookId]), now }),
  ]
}

/** Nobody will tell what came of these attempts (`rows` is JSON [[id, attempt, dueAt]]); backlogs go on. */
export function givingUp(lost: { rows: string; webhookIds: string; now: number }): Released[] {
  return [recordLost(lost), recordUndelivered(lost), parkBehindEldest(lost), releaseParked(lost)]
}

/** Webhooks (a JSON array of ids) that have failed since `failingSince` or longer are switched off. */
export function switchingOff(failed: {
  webhookIds: string
  failingSince: number
  reason: string
  now: number
}): Statement<never>[] {
  return [switchOffWebhooks(failed), skipWaiting(failed)]
}
