import { deliveryOfWebhook, insertDeliveries } from '#db/webhooks/deliveries.ts'
import { webhookById } from '#db/webhooks/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { deliveryNotFound, toRows } from './delivery.ts'
import type { Delivery } from './delivery.ts'
import { ownWebhook, requireActive, requireManagement } from './webhook.ts'
import { sendByHand } from './send-by-hand.ts'

/**
 * Sends what a delivery was about once more, at once. Throws not_found, forbidden, conflict `webhook.inactive`, rate_limited
 * `webhook.too_often`.
 */
export async function redeliver(ctx: Context, webhookId: number, id: number): Promise<Delivery> {
  const {
    webhook: [webhook],
    earlier: [earlier],
  } = await ctx.read({
    webhook: webhookById({ id: webhookId }),
    earlier: deliveryOfWebhook({ id, webhookId }),
  })
  const own = ownWebhook(ctx, webhook)
  requireManagement(ctx, own.businessId)
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
  await sendByHand(ctx, webhookId, { statements: [insertDeliveries({ rows, now })], result: again })
  ctx.background(() => ctx.webhooks.remind([{ deliveryId: again.id, afterMs: 0 }]))
  return again
}
