import { eventsToReplay, insertDeliveries } from '#db/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { toRows } from './delivery.ts'
import { findOwnEndpoint, patternsOf, requireActive, typesHeard } from './endpoint.ts'

const mostAtOnce = 10_000
/** Deliveries a second, lest the receiver is flooded. */
const pace = 50
const rowsPerStatement = 1_000

export interface Replay {
  /** From this instant, up to but without the other. */
  fromAt: number
  toAt: number
  /** Counts only. */
  dryRun: boolean
}

/**
 * Sends an endpoint all that it hears of and that happened in a stretch of time, whether it had it or not, in order.
 * Answers how many events those are. Throws not_found, conflict `webhook.inactive`, invalid `webhook.replay_too_large`.
 */
export async function replayEvents(
  ctx: Context,
  endpointId: number,
  { fromAt, toAt, dryRun }: Replay,
): Promise<{ matching: number; dryRun: boolean }> {
  const endpoint = await findOwnEndpoint(ctx, endpointId)
  requireActive(endpoint)
  const types = JSON.stringify(typesHeard(patternsOf(endpoint.events)))
  const { businessId } = endpoint
  const [events] = await ctx.db.read(
    eventsToReplay({ businessId, types, fromAt, toAt, limit: mostAtOnce + 1 }),
  )
  if (events.length > mostAtOnce) {
    const message = `Maximum ${mostAtOnce} events, please choose less time`
    throw new DomainError('invalid', 'webhook.replay_too_large', message)
  }

  const result = { matching: events.length, dryRun }
  if (dryRun || events.length === 0) return result

  const now = ctx.clock.now()
  const deliveries = events.map(({ id: eventId }, index) => {
    const dueAt = now + Math.floor(index / pace) * 1_000
    return { id: ctx.newId(), eventId, endpointId, trigger: 'replay' as const, dueAt }
  })
  const chunks = Array.from({ length: Math.ceil(deliveries.length / rowsPerStatement) }, (_, chunk) =>
    deliveries.slice(chunk * rowsPerStatement, (chunk + 1) * rowsPerStatement),
  )
  const statements = chunks.map((chunk) => insertDeliveries({ rows: toRows(chunk), now }))
  await ctx.commit({ statements, result })
  ctx.background(() =>
    ctx.webhooks.remind(deliveries.map(({ id, dueAt }) => ({ deliveryId: id, afterMs: dueAt - now }))),
  )
  return result
}
