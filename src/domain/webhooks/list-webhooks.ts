import { standingAtBusiness } from '#db/members.ts'
import { webhookList } from '#db/webhooks/webhooks.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { toWebhook } from './webhook.ts'
import type { Webhook } from './webhook.ts'

/** The webhooks of a business, or of all in which the caller acts, the eldest first. Throws not_found. */
export async function listWebhooks(
  ctx: Context,
  wanted: number | undefined,
  page: PageRequest,
): Promise<Page<Webhook>> {
  const businessId = wanted ?? (await ownBusiness(ctx))
  const { accountId } = ctx
  const {
    standing: [standing],
    found,
    count: [count],
  } = await ctx.read({
    standing: standingAtBusiness({ businessId: businessId ?? 0, accountId }),
    ...webhookList({ businessId, accountId }, page, countedUpTo),
  })
  if (businessId !== undefined && !(standing && actsInside(ctx.actor, businessId, standing.role))) {
    throw businessNotFound()
  }
  return toPage(page, found.map(toWebhook), count?.total ?? 0, ({ id }) => [id])
}

/** The business that a key acts in; a person acts in several. */
async function ownBusiness(ctx: Context): Promise<number | undefined> {
  const actor = await ctx.confirmed()
  return actor.type === 'key' ? actor.businessId : undefined
}
