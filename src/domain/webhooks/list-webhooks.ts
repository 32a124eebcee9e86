import { webhookList } from '#db/webhooks/webhooks.ts'
import { actsInside } from '#domain/actor.ts'
import type { Actor } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { WebhookFormat } from './message.ts'
import { toWebhook } from './webhook.ts'
import type { Webhook } from './webhook.ts'

/** The webhooks of a business, or of all in which the caller acts, the eldest first; of one format, or of all. Throws not_found. */
export async function listWebhooks(
  ctx: Context,
  { businessId, format }: { businessId?: number | undefined; format?: WebhookFormat | undefined },
  page: PageRequest,
): Promise<Page<Webhook>> {
  const businessIds = businessId === undefined ? ownBusinesses(await ctx.confirmed()) : [businessId]
  const {
    found,
    count: [count],
  } = await ctx.read(webhookList({ businessIds, format }, page, countedUpTo))
  if (!businessIds.every((id) => actsInside(ctx.actor, id))) throw businessNotFound()
  return toPage(page, found.map(toWebhook), count?.total ?? 0, ({ id }) => [id])
}

function ownBusinesses(actor: Actor): number[] {
  if (actor.type === 'user') return actor.memberships.map(({ businessId }) => businessId)
  return actor.type === 'key' ? [actor.businessId] : []
}
