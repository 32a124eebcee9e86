import { markSettled, postponeSettling, unsettledEvents } from '#db/events.ts'
import type { Context } from '#domain/context.ts'
import { settleBookings } from './settle-bookings.ts'

/** Tells the locks that could not be reached before; those that still cannot have their turn later. Answers whether there is more. */
export async function settleForgotten(ctx: Context, limit = 200): Promise<boolean> {
  const now = ctx.clock.now()
  const [events] = await ctx.read([unsettledEvents({ now, limit })])
  if (events.length === 0) return false
  const unsettled = await settleBookings(
    ctx,
    events.map(({ subjectId }) => subjectId),
  )
  const idsOf = (isLeft: boolean) =>
    JSON.stringify(events.filter(({ subjectId }) => unsettled.has(subjectId) === isLeft).map(({ id }) => id))
  await ctx.commitAside({
    statements: [markSettled({ ids: idsOf(false) }), postponeSettling({ ids: idsOf(true), now })],
  })
  return events.length === limit
}
