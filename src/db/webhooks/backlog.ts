// What waits for a webhook: all at once, or one at a time in order while it is parked. The texts are written by hand: each
// looks at a row or two of every webhook, in the order of an index.
import { sql } from 'drizzle-orm'
import { among, statement } from '#db/database.ts'

/** What is being told to a webhook now, or is the next to be. */
const underWay = sql.raw(`"status" in ('pending', 'sending') and "asideAt" is null and "webhookId"`)

/** The next in order of what waits, by two looks into an index. */
const oldestWaiting = (webhookId: string) => {
  const first = (status: string) => sql`select * from (
    select "id", "sequence" from "webhookDeliveries" where "webhookId" = ${sql.raw(webhookId)}
      and "status" = ${sql.raw(status)} and "asideAt" is null order by "sequence", "id" limit 1)`
  return sql`(select "id" from (${first(`'pending'`)} union all ${first(`'parked'`)}) order by "sequence", "id" limit 1)`
}

/** Lets all deliveries of parked webhooks (a JSON array of ids) wait, except the eldest. */
export const parkBehindEldest = statement(
  (given: { webhookIds: string }) => sql`
  update "webhookDeliveries" as "d" set "status" = 'parked', "nextAttemptAt" = null
  where "d"."status" = 'pending' and "d"."asideAt" is null and "d"."webhookId" in (
    select "id" from "webhooks" where "id" in ${among(given.webhookIds)} and "parkedAt" is not null
  ) and "d"."id" <> ${oldestWaiting('"d"."webhookId"')}
`,
)

/** Lets the eldest of what is parked go, where nothing else is under way. */
export const releaseParked = statement(
  (given: { webhookIds: string; now: number }) => sql<{ id: number }>`
  update "webhookDeliveries" set "status" = 'pending', "nextAttemptAt" = ${given.now}
  where "id" in (
    select (
      select "id" from "webhookDeliveries"
      where "webhookId" = "w"."id" and "status" = 'parked' order by "sequence", "id" limit 1
    ) from "webhooks" as "w"
    where "w"."id" in ${among(given.webhookIds)} and "w"."parkedAt" is not null and "w"."active" = 1 and not exists (
      select 1 from "webhookDeliveries" where ${underWay} = "w"."id")
  ) returning "id"
`,
)

/** A parked webhook answers again: its probe need not wait any longer. */
export const hastenProbe = statement(
  (given: { webhookId: number; now: number }) => sql<{ id: number }>`
  update "webhookDeliveries" set "nextAttemptAt" = ${given.now}
  where "webhookId" in (
    select "id" from "webhooks" where "id" = ${given.webhookId} and "parkedAt" is not null
  ) and "status" = 'pending' and "asideAt" is null and "nextAttemptAt" > ${given.now}
  returning "id"
`,
)

/** What waits for webhooks (a JSON array of ids) that are switched off is kept, and skipped. */
export const skipWaiting = statement(
  (given: { webhookIds: string; now: number }) => sql`
  update "webhookDeliveries" set "status" = 'skipped', "nextAttemptAt" = null, "finishedAt" = ${given.now}
  where "status" in ('pending', 'parked') and "webhookId" in (
    select "id" from "webhooks" where "id" in ${among(given.webhookIds)} and "active" = 0)
`,
)

/** Parked webhooks that have a backlog, and nothing under way. */
export const stuckWebhooks = statement(
  (given: { limit: number }) => sql<{ id: number }>`
  select "id" from "webhooks" as "w"
  where "parkedAt" is not null
    and exists (select 1 from "webhookDeliveries" where "webhookId" = "w"."id" and "status" = 'parked')
    and not exists (select 1 from "webhookDeliveries" where ${underWay} = "w"."id")
  limit ${given.limit}
`,
)
