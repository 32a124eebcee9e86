import { eventsAfter } from '#db/events.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import type { WrittenEvent } from './event.ts'

/** An answer holds no more than that of what events tell, but always one event. */
const mostBytes = 1024 * 1024

export interface FeedRequest {
  businessId: number
  /** The sequence of the last event seen; 0 for none. */
  after: number
  limit: number
}

/** What happened in a business since an event, in order. Throws not_found for a business that the caller does not act in. */
export async function listEvents(
  ctx: Context,
  { businessId, after, limit }: FeedRequest,
): Promise<{ events: WrittenEvent[]; nextAfter: number }> {
  const [events] = await ctx.read([eventsAfter({ businessId, after, limit, bytes: mostBytes })])
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  return { events, nextAfter: events.at(-1)?.sequence ?? after }
}
