import { standingAtBusiness } from '#db/members.ts'
import { countWebhookEndpoints, insertWebhookEndpoint } from '#db/webhooks.ts'
import { accountOf, actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireUrl, sealOf, toEndpoint } from './endpoint.ts'
import type { Endpoint, EndpointDetails } from './endpoint.ts'
import { availableFormats } from './message.ts'
import { newSecret } from './signature.ts'

const mostPerBusiness = 50

/**
 * Registers an endpoint of a business that the caller acts inside; its secret is told this once. Throws not_found,
 * invalid for a URL or format that cannot be, conflict `webhook.too_many`.
 */
export async function createEndpoint(
  ctx: Context,
  { businessId, url, events, format }: EndpointDetails & { businessId: number },
): Promise<Endpoint & { secret: string }> {
  const [[standing], [count]] = await ctx.db.read(
    standingAtBusiness({ businessId, accountId: accountOf(ctx.actor) }),
    countWebhookEndpoints({ businessId }),
  )
  if (!standing || !actsInside(ctx.actor, businessId, standing.role)) throw businessNotFound()
  const href = requireUrl(ctx, url)
  if (!availableFormats.includes(format)) {
    const message = 'Format is not available yet'
    throw new DomainError('invalid', 'webhook.format_not_available', message, {
      errors: [{ field: 'format', message }],
    })
  }
  if ((count?.total ?? 0) >= mostPerBusiness) {
    throw new DomainError('conflict', 'webhook.too_many', `Maximum ${mostPerBusiness} webhooks`)
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
    disabledAt: null,
    disabledReason: null,
    deletedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  return ctx.commit({ statements: [insertWebhookEndpoint(row)], result: { ...toEndpoint(row), secret } })
}
