import type { Context } from '#domain/context.ts'
import { findOwnEndpoint, requireActive } from './endpoint.ts'

/**
 * Sends an endpoint an event that is for it alone, by the way that all events take. Answers the event's id. Throws
 * not_found, conflict `webhook.inactive`.
 */
export async function pingEndpoint(ctx: Context, id: number): Promise<{ eventId: number }> {
  const endpoint = await findOwnEndpoint(ctx, id)
  requireActive(endpoint)
  const eventId = ctx.newId()
  const ping = { id: eventId, businessId: endpoint.businessId, type: 'webhook.ping' as const }
  return ctx.commit({
    statements: [],
    events: [{ ...ping, subjectId: id, subjectVersion: 1, data: { webhookId: id } }],
    result: { eventId },
  })
}
