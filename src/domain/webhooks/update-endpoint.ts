import { changingWebhookEndpoint } from '#db/webhooks/endpoints.ts'
import type { Context } from '#domain/context.ts'
import { findManagedEndpoint, patternsOf, requireReading, requireUrl, toEndpoint } from './endpoint.ts'
import type { Endpoint, EndpointDetails } from './endpoint.ts'

/**
 * Changes what is given. Switched on again, an endpoint starts anew, and what was skipped can be replayed; switched
 * off, what waits for it is skipped. Throws not_found, invalid for a URL that cannot be, forbidden for members who do not manage the business and a key that may not
 * read what it would be told.
 */
export async function updateEndpoint(
  ctx: Context,
  id: number,
  { url, events, active }: Partial<Omit<EndpointDetails, 'format'>> & { active?: boolean | undefined },
): Promise<Endpoint> {
  const before = await findManagedEndpoint(ctx, id)
  // Only switching it off tells nobody anything.
  if (url !== undefined || events || active) requireReading(ctx, events ?? patternsOf(before.events))
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
    statements: changingWebhookEndpoint(id, columns),
    result: toEndpoint({ ...before, ...columns }),
  })
}
