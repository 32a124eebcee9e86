import type { Dispatch } from '#db/webhooks/attempts.ts'
import type { Context } from '#domain/context.ts'
import { toldOf } from '#domain/events/event.ts'
import { bodyOf } from './message.ts'
import type { Secrets } from './message.ts'
import { standardHeaders } from './signature.ts'

/** The request that tells a webhook of an event: signed, or without its signatures when it is only to be shown. */
export async function composeMessage(
  ctx: Context,
  dispatch: Dispatch,
  secrets?: Secrets,
): Promise<{ headers: Record<string, string>; body: string }> {
  const { deliveryId, attempts, ownFailures } = dispatch
  const event = toldOf(dispatch)
  const format = ctx.webhooks.formats[dispatch.format]
  const told =
    format &&
    (await bodyOf(format.bodies, event, { origin: ctx.webhooks.origin, read: (batch) => ctx.read(batch) }))
  if (!format || told === undefined) throw new Error(`${dispatch.format} has no word for a ${event.subject}`)
  // Receivers check the signature over JSON.stringify of what they parsed, so that is what it is made over.
  const body = JSON.stringify(told)

  // A failure before the request left does not count as an attempt to the receiver.
  const attempt = Math.max(1, attempts - ownFailures)
  // The same over all attempts: receivers drop what they have seen.
  const id = String(event.id)
  const timestamp = Math.floor(ctx.clock.now() / 1_000)
  return {
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'Slotkeeper/1.0',
      ...(await format.headers({ event, deliveryId, attempt, secrets }, body)),
      ...(secrets ? await standardHeaders(secrets, { id, timestamp, body }) : { 'webhook-id': id }),
    },
    body,
  }
}
