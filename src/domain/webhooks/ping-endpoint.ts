import type { Context } from '#domain/context.ts'
import { findManagedEndpoint, requireActive } from './endpoint.ts'
import { sendByHand } from './send-by-hand.ts'

/**
 * Sends an endpoint an event that is for it alone, by the way that all events take. Answers the event's id. Throws
 * not_found, forbidden, conflict `webhook.inactive`, rate_limited `webhook.too_often`.
 */
export async function pingEndpoint(ctx: Context, id: number): Promise<{ eventId: number }> {
  const endpoint = await findManagedEndpoint(ctx, id)
  requireActive(endpoint)
  const eventId = ctx.newId()
  const ping = { subject: 'webhook', type: 'webhook.ping', subjectId: id, data: { webhookId: id } } as const
  return sendByHand(ctx, id, {
    statements: [],
    events: [{ id: eventId, businessId: endpoint.businessId, ...ping }],
    result: { eventId },
  })
}
