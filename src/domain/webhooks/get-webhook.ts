import type { Context } from '#domain/context.ts'
import { getOwnWebhook, toWebhook } from './webhook.ts'
import type { Webhook } from './webhook.ts'

/** A webhook of a business that the caller acts inside. Throws not_found. */
export async function getWebhook(ctx: Context, id: number): Promise<Webhook> {
  return toWebhook(await getOwnWebhook(ctx, id))
}
