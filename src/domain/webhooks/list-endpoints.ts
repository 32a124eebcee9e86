import { standingAtBusiness } from '#db/members.ts'
import { webhookEndpointList } from '#db/webhooks/endpoints.ts'
import { actsInside } from '#domain/actor.ts'
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
  const businessId = wanted ?? (await ownBusiness(ctx))
  const { accountId } = ctx
  const {
    standing: [standing],
    found,
    count: [count],
  } = await ctx.read({
    standing: standingAtBusiness({ businessId: businessId ?? 0, accountId }),
    ...webhookEndpointList({ businessId, accountId }, page, countedUpTo),
  })
  if (businessId !== undefined && !(standing && actsInside(ctx.actor, businessId, standing.role))) {
    throw businessNotFound()
  }
  return toPage(page, found.map(toEndpoint), count?.total ?? 0, ({ id }) => [id])
}

/** The business that a key acts in; a person acts in several. */
async function ownBusiness(ctx: Context): Promise<number | undefined> {
  const actor = await ctx.confirmed()
  return actor.type === 'key' ? actor.businessId : undefined
}
