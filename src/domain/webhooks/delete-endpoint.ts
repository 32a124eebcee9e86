import { changingWebhookEndpoint } from '#db/webhooks/endpoints.ts'
import type { Context } from '#domain/context.ts'
import { findManagedEndpoint } from './endpoint.ts'

/** Takes an endpoint away, and with it its secrets; what it was sent can still be looked up. Throws not_found, forbidden. */
export async function deleteEndpoint(ctx: Context, id: number): Promise<void> {
  await findManagedEndpoint(ctx, id)
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
  await ctx.commit({ statements: changingWebhookEndpoint(id, gone), result: undefined })
}
