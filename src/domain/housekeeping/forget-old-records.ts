import { deleteExpiredRefreshTokens, deleteExpiredSessions } from '#db/accounts.ts'
import { deleteOldEvents } from '#db/events.ts'
import { deleteOldIdempotencyRecords } from '#db/idempotency.ts'
import { deleteOldAttempts, deleteOldDeliveries } from '#db/webhooks.ts'
import type { Context } from '#domain/context.ts'

const day = 86_400_000
/** How long an answer can be asked for again under its Idempotency-Key. */
export const idempotencyKeptMs = 7 * day
/** How far back the event log reaches, and with it what was told of the events. */
export const eventsKeptMs = 30 * day

/** Deletes what its promise no longer needs, some at a time. */
export async function forgetOldRecords(ctx: Context, limit = 1000): Promise<void> {
  const now = ctx.clock.now()
  const statements = [
    deleteOldIdempotencyRecords({ before: now - idempotencyKeptMs, limit }),
    deleteOldAttempts({ before: now - eventsKeptMs, limit }),
    deleteOldDeliveries({ before: now - eventsKeptMs, limit }),
    deleteOldEvents({ before: now - eventsKeptMs, limit }),
    deleteExpiredRefreshTokens({ now, limit }),
    deleteExpiredSessions({ now, limit }),
  ]
  await ctx.commitAside({ statements })
}
