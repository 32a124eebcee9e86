import { bookingsWithResources } from '#db/bookings.ts'
import { eventsByIds, markDispatched } from '#db/events.ts'
import { settlementOf } from '#domain/bookings/settlement.ts'
import type { Context } from '#domain/context.ts'

/**
 * Does for each event what its change left to be done: the locks of a booking are told where it now stands.
 * Idempotent; answers the ids of those that must be tried again.
 */
export async function dispatchEvents(ctx: Context, eventIds: readonly number[]): Promise<Set<number>> {
  const [events] = await ctx.db.read(eventsByIds({ ids: JSON.stringify(eventIds) }))
  const waiting = events.filter(({ dispatchedAt }) => dispatchedAt === null)
  if (waiting.length === 0) return new Set()

  const subjects = [...new Set(waiting.map(({ subjectId }) => subjectId))]
  const [rows] = await ctx.db.read(bookingsWithResources({ ids: JSON.stringify(subjects) }))
  const now = ctx.clock.now()
  const unsettled = new Set<number>()
  await Promise.all(
    rows.map(async (row) => {
      const settlement = settlementOf(row, now)
      const isHere = row.lockedResourceId === row.resourceId
      const resource = { businessId: row.businessId, resourceId: row.lockedResourceId }
      try {
        await ctx.locks.settle(resource, isHere ? settlement : { ...settlement, occupancy: null })
      } catch {
        unsettled.add(row.id)
      }
    }),
  )
  const done = waiting.filter(({ subjectId }) => !unsettled.has(subjectId)).map(({ id }) => id)
  await ctx.commitAside({ statements: [markDispatched({ ids: JSON.stringify(done), now })] })
  return new Set(waiting.filter(({ subjectId }) => unsettled.has(subjectId)).map(({ id }) => id))
}
