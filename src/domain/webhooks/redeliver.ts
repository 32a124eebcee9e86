import { deliveryOfEndpoint, insertDeliveries } from '#db/webhooks/deliveries.ts'
import { webhookEndpointForAccount } from '#db/webhooks/endpoints.ts'
import type { Context } from '#domain/context.ts'
import { deliveryNotFound, toRows } from './delivery.ts'
import type { Delivery } from './delivery.ts'
import { ownEndpoint, requireActive, requireManagement } from './endpoint.ts'
import { sendByHand } from './send-by-hand.ts'

/**
 * Sends what a delivery was about once more, at once. Throws not_found, forbidden, conflict `webhook.inactive`, rate_limited
 * `webhook.too_often`.
 */
export async function redeliver(ctx: Context, endpointId: number, id: number): Promise<Delivery> {
  const {
    endpoint: [endpoint],
    earlier: [earlier],
  } = await ctx.read({
    endpoint: webhookEndpointForAccount({ id: endpointId, accountId: ctx.accountId }),
    earlier: deliveryOfEndpoint({ id, endpointId }),
  })
  const own = ownEndpoint(ctx, endpoint)
  requireManagement(ctx, endpoint?.role)
  if (!earlier) throw deliveryNotFound()
  requireActive(own)

  const now = ctx.clock.now()
  const again: Delivery = {
    ...earlier,
    // The answer names it: it does not wait for the database's numbering, which goes on behind it.
    id: ctx.newId(),
    trigger: 'redelivery',
    status: 'pending',
    attempts: 0,
    ownFailures: 0,
    asideAt: null,
    nextAttemptAt: now,
    createdAt: now,
    finishedAt: null,
  }
  const rows = toRows([{ ...again, dueAt: now }])
  await sendByHand(ctx, endpointId, { statements: [insertDeliveries({ rows, now })], result: again })
  ctx.background(() => ctx.webhooks.remind([{ deliveryId: again.id, afterMs: 0 }]))
  return again
}
