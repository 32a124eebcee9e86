// Events of a stretch of time, told once more. The texts are written by hand: they name their index, and number rows.
import { sql } from 'drizzle-orm'
import { among, statement } from '#db/database.ts'
import type { Statement } from '#db/database.ts'

/** Events of a business in a stretch of time, of these types, about these kinds of bookings (JSON arrays). */
type ReplayRange = { businessId: number; types: string; kinds: string; fromAt: number; toAt: number }

const ofRange = (given: {
  businessId: number
  fromAt: number
  toAt: number
}) => sql`"businessId" = ${given.businessId}
  and "createdAt" >= ${given.fromAt} and "createdAt" < ${given.toAt}`

/**
 * Whether an event is to be told: one that says nothing of a kind is about no booking, or an appointment. What another
 * booking's event tells as well is of a kind of its own.
 */
const isTold = (given: { types: string; kinds: string }) => sql`"type" in ${among(given.types)}
  and ("subject" <> 'booking' or case when "data" ->> '$.companionOf' is null
    then coalesce("data" ->> '$.kind', 'appointment') else 'companion' end in ${among(given.kinds)})`

/** How many events a stretch of time has, and how many of these types; it looks at no more than `limit`. */
export const countReplayable = statement(
  (given: ReplayRange & { limit: number }) => sql<{ examined: number; matching: number }>`
  select count(*) as "examined", coalesce(sum(${isTold(given)}), 0) as "matching" from (
    select "type", "subject", "data" from "events" where ${ofRange(given)} order by "createdAt" limit ${given.limit})
`,
)

/** What of a replay has not been tried yet, by its own index: whatever else waits for the webhook is not looked at. */
const yetToReplay = sql.raw(
  `"webhookDeliveries" indexed by "webhookDeliveriesReplaying"
    where "trigger" = 'replay' and "attempts" = 0 and "status" in ('pending', 'parked') and "webhookId"`,
)

/** How many of a webhook's replay have not been tried yet. */
export const countYetToReplay = statement(
  (given: { webhookId: number }) => sql<{ left: number }>`
  select count(*) as "left" from ${yetToReplay} = ${given.webhookId}
`,
)

const replayedUntil = (given: { businessId: number }) => sql`coalesce((
  select max("replayingUntilAt") from "webhooks"
  where "businessId" = ${given.businessId} and "replayingUntilAt" is not null), 0)`

/** When the last delivery of all replays of a business is due. */
export const endOfReplays = statement(
  (given: { businessId: number }) => sql<{ untilAt: number }>`
  select ${replayedUntil(given)} as "untilAt"
`,
)

/** Refused (`webhooks.active`) while an earlier replay to the same webhook has something left to send. */
const takeReplay = statement(
  (given: { webhookId: number; businessId: number; lastsMs: number; now: number }) => sql`
  update "webhooks" set
    "replayingUntilAt" = max(${replayedUntil(given)}, ${given.now}) + ${given.lastsMs},
    "active" = case when not exists (
      select 1 from ${yetToReplay} = "webhooks"."id") then "active" end
  where "id" = ${given.webhookId}
`,
)

type Replay = ReplayRange & {
  webhookId: number
  perSecond: number
  /** What that makes for all of them. */
  lastsMs: number
  limit: number
  now: number
}

const insertReplayed = statement(
  (given: Replay) => sql`
  insert into "webhookDeliveries" ("businessId", "webhookId", "eventId", "sequence", "trigger", "status",
    "attempts", "ownFailures", "nextAttemptAt", "createdAt")
  select "e"."businessId", "w"."id", "e"."id", "e"."sequence", 'replay',
    case when "w"."parkedAt" is null then 'pending' else 'parked' end, 0, 0,
    case when "w"."parkedAt" is null then
      "w"."replayingUntilAt" - ${given.lastsMs} + cast(("e"."place" - 1) / ${given.perSecond} as integer) * 1000
    end, ${given.now}
  from (
    select *, row_number() over (order by "createdAt", "id") as "place" from (
      select "id", "businessId", "sequence", "createdAt" from "events"
      where ${ofRange(given)} and ${isTold(given)}
      order by "createdAt", "id" limit ${given.limit})
  ) as "e" join "webhooks" as "w" on "w"."id" = ${given.webhookId}
  where "w"."active" = 1
`,
)

/** Deliveries of the events of a range, in order, behind all that is being replayed to the same business already. */
export function replaying(replay: Replay): Statement[] {
  return [takeReplay(replay), insertReplayed(replay)]
}

/** What of a webhook's replay waits for its time. */
export const dueReplayed = statement(
  (given: { webhookId: number }) => sql<{ id: number; nextAttemptAt: number }>`
  select "id", "nextAttemptAt" from ${yetToReplay} = ${given.webhookId} and "nextAttemptAt" is not null order by "id"
`,
)
