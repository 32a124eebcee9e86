import { changingWebhook } from '#db/webhooks/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { getManagedWebhook, patternsOf, requireReading, requireUrl, toWebhook } from './webhook.ts'
import type { Webhook, WebhookDetails } from './webhook.ts'

/**
 * Changes what is given. Switched on again, a webhook starts anew, and what was skipped can be replayed; switched
 * off, what waits for it is skipped. Throws not_found, invalid for a URL that cannot be, forbidden for members who do not manage the business and a key that may not
 * read what it would be told.
 */
export async function updateWebhook(
  ctx: Context,
  id: number,
  { url, events, active }: Partial<Omit<WebhookDetails, 'format'>> & { active?: boolean | undefined },
): Promise<Webhook> {
  const before = await getManagedWebhook(ctx, id)
  // Switching a webhook off needs no right to read what it was told.
  if (url !== undefined || events || active) {
    requireReading(ctx, { ...before, events: events ?? patternsOf(before.events) })
  }
  const now = ctx.clock.now()
  const isSwitched = active !== undefined && Number(active) !== before.active
  const columns = {
    ...(url !== undefined && { url: requireUrl(ctx, url) }),
    ...(events && { events: JSON.stringify(events) }),
    ...(isSwitched && {
      active: Number(active),
      failures: 0,
      failingSinceAt: null,
      parkedAt: null,
      disabledAt: active ? null : now,
      disabledReason: active ? null : 'Switched off by hand',
    }),
    updatedAt: now,
  }
  return ctx.commit({
    statements: changingWebhook(id, columns),
    result: toWebhook({ ...before, ...columns }),
  })
}
