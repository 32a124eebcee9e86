import { changingWebhook } from '#db/webhooks/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireShortGrace } from '#domain/secrets.ts'
import { getManagedWebhook, sealOf, toWebhook } from './webhook.ts'
import type { Webhook } from './webhook.ts'
import { newSecret } from './signature.ts'

/**
 * Gives a webhook a new secret, told this once. The old one goes on signing beside it for `graceHours`, none for 0.
 * Throws not_found, forbidden, invalid for too long a grace, conflict `webhook.rotating` while an earlier rotation still has time, unless this one has none.
 */
export async function rotateSecret(
  ctx: Context,
  id: number,
  graceHours: number,
): Promise<Webhook & { secret: string }> {
  const before = await getManagedWebhook(ctx, id)
  requireShortGrace(graceHours)
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
    statements: changingWebhook(id, columns),
    result: { ...toWebhook({ ...before, ...columns }), secret },
  })
}
