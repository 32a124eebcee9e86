import { undispatchedEvents } from '#db/events.ts'
import type { Context } from '#domain/context.ts'

/** Time enough for the queue to have done it by itself. */
const graceMs = 30_000

/** Sends again what was committed and never dispatched: the process died, or the queue lost it. Answers how many. */
export async function announceForgotten(ctx: Context, limit = 500): Promise<number> {
  const [forgotten] = await ctx.db.read(undispatchedEvents({ before: ctx.clock.now() - graceMs, limit }))
  if (forgotten.length > 0) await ctx.announce(forgotten.map(({ id }) => id))
  return forgotten.length
}
