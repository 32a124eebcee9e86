import { eventsByIds, markDispatched, postponeSettling } from '#db/events.ts'
import type { Event } from '#db/events.ts'
import { releaseParked } from '#db/webhooks/backlog.ts'
import { insertDeliveries } from '#db/webhooks/deliveries.ts'
import { webhooksOfEvents } from '#db/webhooks/webhooks.ts'
import { settleBookings } from '#domain/bookings/settle-bookings.ts'
import type { Context } from '#domain/context.ts'
import { toldOf } from '#domain/events/event.ts'
import { toRows } from './delivery.ts'
import type { ToldKind } from './message.ts'
import { kindsTold, typesTold } from './webhook.ts'

type Webhook = NonNullable<ReturnType<typeof webhooksOfEvents>['row']>

/**
 * Does for each event what its change left to be done: it is on its way to every webhook that hears of it, and the
 * locks of a booking are told where it now stands. Neither waits for the other. Idempotent.
 */
export async function dispatchEvents(ctx: Context, eventIds: readonly number[]): Promise<void> {
  const ids = JSON.stringify(eventIds)
  const { found, webhooks } = await ctx.read({
    found: eventsByIds({ ids }),
    webhooks: webhooksOfEvents({ ids }),
  })
  const waiting = found.filter(({ dispatchedAt }) => dispatchedAt === null)
  await Promise.all([fanOut(ctx, waiting, webhooks), settle(ctx, found)])
}

async function fanOut(ctx: Context, waiting: readonly Event[], webhooks: readonly Webhook[]): Promise<void> {
  if (waiting.length === 0) return
  const hearing = webhooks.map((webhook) => ({
    ...webhook,
    types: new Set<string>(typesTold(ctx, webhook)),
    kinds: new Set<string>(kindsTold(ctx, webhook)),
  }))
  const now = ctx.clock.now()
  const deliveries = waiting.flatMap((event) => {
    const { id: eventId, businessId, type, subject, subjectId } = event
    const kind = kindOf(event)
    const isPing = subject === 'webhook'
    const trigger = isPing ? ('ping' as const) : ('event' as const)
    return hearing
      .filter((webhook) => webhook.businessId === businessId)
      .filter(({ id, types }) => (isPing ? id === subjectId : types.has(type)))
      .filter(({ kinds }) => kind === undefined || kinds.has(kind))
      .map(({ id: webhookId }) => ({ eventId, webhookId, trigger, dueAt: now }))
  })
  const idsOf = (rows: readonly { id: number }[]) => JSON.stringify(rows.map(({ id }) => id))
  const { inserted, released } = await ctx.commitAside({
    statements: {
      inserted: insertDeliveries({ rows: toRows(deliveries), now }),
      released: releaseParked({ webhookIds: idsOf(hearing), now }),
      dispatched: markDispatched({ ids: idsOf(waiting), now }),
    },
  })
  const due = [...inserted.filter(({ status }) => status === 'pending'), ...released]
  if (due.length > 0) {
    ctx.background(() => ctx.webhooks.remind(due.map(({ id }) => ({ deliveryId: id, afterMs: 0 }))))
  }
}

/** Of what kind the booking is that an event is about. */
function kindOf(event: Event): ToldKind | undefined {
  const told = toldOf(event)
  if (told.subject !== 'booking') return undefined
  return told.data.companionOf === null ? told.data.kind : 'companion'
}

/** A lock that cannot be reached now is told later, see settle-forgotten.ts: nobody waits for it to hear of the event. */
async function settle(ctx: Context, found: readonly Event[]): Promise<void> {
  const ofBookings = found.filter(({ subject }) => subject === 'booking')
  if (ofBookings.length === 0) return
  const unsettled = await settleBookings(
    ctx,
    ofBookings.map(({ subjectId }) => subjectId),
  )
  if (unsettled.size === 0) return
  const left = ofBookings.filter(({ subjectId }) => unsettled.has(subjectId))
  const ids = JSON.stringify(left.map(({ id }) => id))
  await ctx.commitAside({ statements: [postponeSettling({ ids, now: ctx.clock.now() })] })
}
