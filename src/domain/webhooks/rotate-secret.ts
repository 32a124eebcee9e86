import { changingWebhookEndpoint } from '#db/webhooks/endpoints.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { findManagedEndpoint, sealOf, toEndpoint } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { newSecret } from './signature.ts'

/**
 * Gives an endpoint a new secret, told this once. The old one goes on signing beside it for `graceHours`, none for 0.
 * Throws not_found, forbidden, conflict `webhook.rotating` while an earlier rotation still has time, unless this one has none.
 */
export async function rotateSecret(
  ctx: Context,
  id: number,
  graceHours: number,
): Promise<Endpoint & { secret: string }> {
  const before = await findManagedEndpoint(ctx, id)
  const now = ctx.clock.now()
  const { sealedSecret, sealedNextSecret, nextSecretAt } = before
  const isRotating = nextSecretAt !== null && nextSecretAt > now
  if (isRotating && graceHours > 0) {
    throw new DomainError('webhook.rotating')
  }
  const secret = newSecret()
  const sealed = await (await sealOf(ctx, id)).close(secret)
  const columns = {
    ...(graceHours === 0
      ? { sealedSecret: sealed, sealedNextSecret: null, nextSecretAt: null }
      : {
          // A rotation whose time is up may not have been written down yet.
          sealedSecret: sealedNextSecret ?? sealedSecret,
          sealedNextSecret: sealed,
          nextSecretAt: now + graceHours * 3_600_000,
        }),
    updatedAt: now,
  }
  return ctx.commit({
    statements: changingWebhookEndpoint(id, columns),
    result: { ...toEndpoint({ ...before, ...columns }), secret },
  })
}
