import { postponeAnnouncing, undispatchedEvents } from '#db/events.ts'
import type { Context } from '#domain/context.ts'

/**
 * Announces again what was committed and never dispatched: the process died, or the queue lost it. What still cannot
 * be dispatched comes back at longer and longer intervals, and holds up nothing else. Answers whether there is more.
 */
export async function announceForgotten(ctx: Context, limit = 500): Promise<boolean> {
  const now = ctx.clock.now()
  const [forgotten] = await ctx.read([undispatchedEvents({ now, limit })])
  if (forgotten.length === 0) return false
  const ids = forgotten.map(({ id }) => id)
  await ctx.announce(ids)
  await ctx.commitAside({ statements: [postponeAnnouncing({ ids: JSON.stringify(ids), now })] })
  return forgotten.length === limit
}
