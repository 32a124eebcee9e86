import { bookingsWithResources } from '#db/bookings.ts'
import { eventsByIds, markDispatched } from '#db/events.ts'
import { endpointsOfEvents, insertDeliveries, releaseParked } from '#db/webhooks.ts'
import { settlementOf } from '#domain/bookings/settlement.ts'
import type { Context } from '#domain/context.ts'
import { toRows } from '#domain/webhooks/delivery.ts'
import { patternsOf, typesHeard } from '#domain/webhooks/endpoint.ts'

/**
 * Does for each event what its change left to be done: the locks of a booking are told where it now stands, and the
 * event is on its way to every endpoint that hears of it. Idempotent; answers the ids of those that must be tried again.
 */
export async function dispatchEvents(ctx: Context, eventIds: readonly number[]): Promise<Set<number>> {
  const ids = JSON.stringify(eventIds)
  const [events, endpoints] = await ctx.db.read(eventsByIds({ ids }), endpointsOfEvents({ ids }))
  const waiting = events.filter(({ dispatchedAt }) => dispatchedAt === null)
  if (waiting.length === 0) return new Set()

  const hearing = endpoints.map(({ id, businessId, events: patterns }) => {
    return { id, businessId, types: new Set<string>(typesHeard(patternsOf(patterns))) }
  })
  const now = ctx.clock.now()
  const deliveries = waiting.flatMap(({ id: eventId, businessId, type, subjectId }) => {
    const isPing = type === 'webhook.ping'
    const trigger = isPing ? ('ping' as const) : ('event' as const)
    return hearing
      .filter((endpoint) => endpoint.businessId === businessId)
      .filter(({ id, types }) => (isPing ? id === subjectId : types.has(type)))
      .map(({ id: endpointId }) => ({ id: ctx.newId(), eventId, endpointId, trigger, dueAt: now }))
  })

  const unsettled = await settle(
    ctx,
    waiting.map(({ subjectId }) => subjectId),
  )
  const isDone = ({ subjectId }: { subjectId: number }) => !unsettled.has(subjectId)
  const done = JSON.stringify(waiting.filter(isDone).map(({ id }) => id))
  const endpointIds = JSON.stringify(hearing.map(({ id }) => id))
  const [inserted, released] = await ctx.commitAside({
    statements: [
      insertDeliveries({ rows: toRows(deliveries), now }),
      releaseParked({ endpointIds, now }),
      markDispatched({ ids: done, now }),
    ],
  })
  const due = [...inserted.filter(({ status }) => status === 'pending'), ...released]
  if (due.length > 0) {
    ctx.background(() => ctx.webhooks.remind(due.map(({ id }) => ({ deliveryId: id, afterMs: 0 }))))
  }
  return new Set(waiting.filter((event) => !isDone(event)).map(({ id }) => id))
}

/** Tells the locks of these bookings where they stand; answers those of which a lock could not be reached. */
async function settle(ctx: Context, bookingIds: readonly number[]): Promise<Set<number>> {
  const [rows] = await ctx.db.read(bookingsWithResources({ ids: JSON.stringify([...new Set(bookingIds)]) }))
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
  return unsettled
}
