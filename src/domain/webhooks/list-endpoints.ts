import { standingAtBusiness } from '#db/members.ts'
import { webhookEndpointList } from '#db/webhooks/endpoints.ts'
import { accountOf, actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { toEndpoint } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'

/** The endpoints of a business, or of all in which the caller acts, the eldest first. Throws not_found. */
export async function listEndpoints(
  ctx: Context,
  wanted: number | undefined,
  page: PageRequest,
): Promise<Page<Endpoint>> {
  // Which business a key acts in is known once storage has confirmed it.
  if (wanted === undefined && ctx.actor.type !== 'user') await ctx.db.read()
  const businessId = wanted ?? (ctx.actor.type === 'key' ? ctx.actor.businessId : undefined)
  const accountId = accountOf(ctx.actor)
  const [[standing], found, [count]] = await ctx.db.read(
    standingAtBusiness({ businessId: businessId ?? 0, accountId }),
    ...webhookEndpointList({ businessId, accountId }, page, countedUpTo),
  )
  if (businessId !== undefined && !(standing && actsInside(ctx.actor, businessId, standing.role))) {
    throw businessNotFound()
  }
  return toPage(page, found.map(toEndpoint), count?.total ?? 0, ({ id }) => [id])
}
