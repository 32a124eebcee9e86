import { attemptsOfDelivery, dispatchesByIds } from '#db/webhooks/attempts.ts'
import { deliveryOfWebhook } from '#db/webhooks/deliveries.ts'
import { webhookById } from '#db/webhooks/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { composeMessage } from './compose-message.ts'
import { deliveryNotFound } from './delivery.ts'
import type { Attempt, Delivery } from './delivery.ts'
import { mayRead, ownWebhook } from './webhook.ts'

export interface DeliveryDetails {
  delivery: Delivery
  /** The first one first. */
  attempts: Attempt[]
  /** What was sent, or will be, without its signatures; null to a key that may not read it, or if we cannot tell. */
  request: { headers: Record<string, string>; body: string } | null
}

/** A delivery, what it sends and every attempt at it. Throws not_found. */
export async function getDelivery(ctx: Context, webhookId: number, id: number): Promise<DeliveryDetails> {
  const {
    webhook: [webhook],
    delivery: [delivery],
    attempts,
    dispatch: [dispatch],
  } = await ctx.read({
    webhook: webhookById({ id: webhookId }),
    delivery: deliveryOfWebhook({ id, webhookId }),
    attempts: attemptsOfDelivery({ deliveryId: id }),
    dispatch: dispatchesByIds({ ids: JSON.stringify([id]) }),
  })
  ownWebhook(ctx, webhook, { deleted: true })
  if (!delivery || !dispatch) throw deliveryNotFound()
  const request = mayRead(ctx, dispatch.type) ? await composeMessage(ctx, dispatch).catch(() => null) : null
  return { delivery, attempts, request }
}
