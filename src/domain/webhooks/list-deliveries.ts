import { deliveryList } from '#db/webhooks/deliveries.ts'
import { webhookEndpointForAccount } from '#db/webhooks/endpoints.ts'
import { accountOf } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { Delivery } from './delivery.ts'
import { ownEndpoint } from './endpoint.ts'

/** What an endpoint, even a deleted one, was or will be sent, the latest first. Throws not_found. */
export async function listDeliveries(
  ctx: Context,
  filter: { endpointId: number; status?: Delivery['status'] | undefined },
  page: PageRequest,
): Promise<Page<Delivery>> {
  const [[endpoint], found, [count]] = await ctx.db.read(
    webhookEndpointForAccount({ id: filter.endpointId, accountId: accountOf(ctx.actor) }),
    ...deliveryList(filter, page, countedUpTo),
  )
  ownEndpoint(ctx, endpoint, { deleted: true })
  return toPage(page, found, count?.total ?? 0, ({ id, sequence }) =>
    filter.status === undefined ? [id] : [sequence, id],
  )
}
