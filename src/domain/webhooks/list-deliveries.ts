import { deliveryList } from '#db/webhooks/deliveries.ts'
import { webhookEndpointForAccount } from '#db/webhooks/endpoints.ts'
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
  const {
    endpoint: [endpoint],
    found,
    count: [count],
  } = await ctx.read({
    endpoint: webhookEndpointForAccount({ id: filter.endpointId, accountId: ctx.accountId }),
    ...deliveryList(filter, page, countedUpTo),
  })
  ownEndpoint(ctx, endpoint, { deleted: true })
  return toPage(page, found, count?.total ?? 0, ({ id, sequence }) =>
    filter.status === undefined ? [id] : [sequence, id],
  )
}
