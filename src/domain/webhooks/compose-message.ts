import type { Dispatch } from '#db/webhooks/attempts.ts'
import type { Context } from '#domain/context.ts'
import type { Secrets } from './message.ts'
import { standardHeaders } from './signature.ts'

/** The request that tells an endpoint of an event: signed, or without its signatures when it is only to be shown. */
export async function composeMessage(
  ctx: Context,
  { deliveryId, attempts, ownFailures, format, ...event }: Dispatch,
  secrets?: Secrets,
): Promise<{ headers: Record<string, string>; body: string }> {
  // What failed before it left was no attempt to the receiver.
  const attempt = Math.max(1, attempts - ownFailures)
  const { id, body, headers } = await ctx.webhooks.render(format, { event, deliveryId, attempt, secrets })
  const timestamp = Math.floor(ctx.clock.now() / 1_000)
  return {
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'Slotkeeper/1.0',
      ...headers,
      ...(secrets ? await standardHeaders(secrets, { id, timestamp, body }) : { 'webhook-id': id }),
    },
    body,
  }
}
