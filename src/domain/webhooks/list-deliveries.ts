import { deliveryList } from '#db/webhooks/deliveries.ts'
import { webhookById } from '#db/webhooks/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { Delivery } from './delivery.ts'
import { ownWebhook } from './webhook.ts'

/** What a webhook, even a deleted one, was or will be sent, the latest first. Throws not_found. */
export async function listDeliveries(
  ctx: Context,
  filter: { webhookId: number; status?: Delivery['status'] | undefined },
  page: PageRequest,
): Promise<Page<Delivery>> {
  const {
    webhook: [webhook],
    found,
    count: [count],
  } = await ctx.read({
    webhook: webhookById({ id: filter.webhookId }),
    ...deliveryList(filter, page, countedUpTo),
  })
  ownWebhook(ctx, webhook, { deleted: true })
  return toPage(page, found, count?.total ?? 0, ({ id, sequence }) =>
    filter.status === undefined ? [id] : [sequence, id],
  )
}
