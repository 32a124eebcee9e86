import { changingWebhook } from '#db/webhooks/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { getManagedWebhook } from './webhook.ts'

/** Takes a webhook away, and with it its secrets; what it was sent can still be looked up. Throws not_found, forbidden. */
export async function deleteWebhook(ctx: Context, id: number): Promise<void> {
  await getManagedWebhook(ctx, id)
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
