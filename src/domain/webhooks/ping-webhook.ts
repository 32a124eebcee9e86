import type { Context } from '#domain/context.ts'
import { getManagedWebhook, requireActive } from './webhook.ts'
import { sendByHand } from './send-by-hand.ts'

/**
 * Sends a webhook an event that is for it alone, by the way that all events take. Answers the event's id. Throws
 * not_found, forbidden, conflict `webhook.inactive`, rate_limited `webhook.too_often`.
 */
export async function pingWebhook(ctx: Context, id: number): Promise<{ eventId: number }> {
  const webhook = await getManagedWebhook(ctx, id)
  requireActive(webhook)
  const eventId = ctx.newId()
  const ping = { subject: 'webhook', type: 'webhook.ping', subjectId: id, data: { webhookId: id } } as const
  return sendByHand(ctx, id, {
    statements: [],
    events: [{ id: eventId, businessId: webhook.businessId, ...ping }],
    result: { eventId },
  })
}
