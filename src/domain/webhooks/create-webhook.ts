import { ConstraintError } from '#db/database.ts'
import { insertingWebhook } from '#db/webhooks/webhooks.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireManagement, requireReading, requireUrl, sealOf, toWebhook } from './webhook.ts'
import type { Webhook, WebhookDetails } from './webhook.ts'
import { newSecret } from './signature.ts'

const mostPerBusiness = 50

/**
 * Registers a webhook of a business that the caller manages, or whose key it is; its secret is told this once. Throws not_found,
 * invalid for a URL or format that cannot be, forbidden for other members and a key that may not read what it would be told, conflict
 * `webhook.too_many`.
 */
export async function createWebhook(
  ctx: Context,
  { businessId, url, events, format }: WebhookDetails & { businessId: number },
): Promise<Webhook & { secret: string }> {
  if (!actsInside(await ctx.confirmed(), businessId)) throw businessNotFound()
  requireManagement(ctx, businessId)
  requireReading(ctx, { events, format })
  const href = requireUrl(ctx, url)
  if (!ctx.webhooks.formats[format]) {
    const message = 'Format is not available yet'
    throw new DomainError('webhook.format_not_available', { message, errors: [{ field: 'format', message }] })
  }

  const id = ctx.newId()
  const now = ctx.clock.now()
  const secret = newSecret()
  const row = {
    id,
    businessId,
    url: href,
    events: JSON.stringify(events),
    format,
    active: 1,
    sealedSecret: await (await sealOf(ctx, id)).close(secret),
    sealedNextSecret: null,
    nextSecretAt: null,
    failures: 0,
    failingSinceAt: null,
    parkedAt: null,
    lastSuccessAt: null,
    byHandUntilAt: null,
    replayingUntilAt: null,
    disabledAt: null,
    disabledReason: null,
    deletedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  try {
    const statements = insertingWebhook(row, mostPerBusiness)
    return await ctx.commit({ statements, result: { ...toWebhook(row), secret } })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'webhooks.active')) throw error
    const message = `Maximum ${mostPerBusiness} webhooks`
    throw new DomainError('webhook.too_many', { message, cause: error })
  }
}
