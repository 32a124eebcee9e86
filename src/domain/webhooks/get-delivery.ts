import { attemptsOfDelivery, deliveryOfEndpoint, webhookEndpointForAccount } from '#db/webhooks.ts'
import { accountOf } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { deliveryNotFound } from './delivery.ts'
import type { Attempt, Delivery } from './delivery.ts'
import { ownEndpoint } from './endpoint.ts'

/** A delivery and every attempt at it, the first one first. Throws not_found. */
export async function getDelivery(
  ctx: Context,
  endpointId: number,
  id: number,
): Promise<{ delivery: Delivery; attempts: Attempt[] }> {
  const [[endpoint], [delivery], attempts] = await ctx.db.read(
    webhookEndpointForAccount({ id: endpointId, accountId: accountOf(ctx.actor) }),
    deliveryOfEndpoint({ id, endpointId }),
    attemptsOfDelivery({ deliveryId: id }),
  )
  ownEndpoint(ctx, endpoint, { deleted: true })
  if (!delivery) throw deliveryNotFound()
  return { delivery, attempts }
}
