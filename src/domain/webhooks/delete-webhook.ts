import { changingWebhook } from '#db/webhooks/webhooks.ts'
import type { Context } from '#domain/context.ts'
import type { WebhookFormat } from './message.ts'
import { getManagedWebhook, webhookNotFound } from './webhook.ts'

/**
 * Takes a webhook away, and with it its secrets; what it was sent can still be looked up. Throws not_found, also
 * for one of another format than asked for; forbidden.
 */
export async function deleteWebhook(ctx: Context, id: number, format?: WebhookFormat): Promise<void> {
  const webhook = await getManagedWebhook(ctx, id)
  if (format !== undefined && webhook.format !== format) throw webhookNotFound()
  const now = ctx.clock.now()
  const gone = {
    active: 0,
    sealedSecret: '',
    sealedNextSecret: null,
    nextSecretAt: null,
    parkedAt: null,
    deletedAt: now,
    updatedAt: now,
  }
  await ctx.commit({ statements: changingWebhook(id, gone), result: undefined })
}
