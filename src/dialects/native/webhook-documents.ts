// What the documents say of the messages that webhooks are sent: one for each type of event that is told.
import { z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { eventTypes, nounOf } from '#domain/events/event.ts'
import type { Hallway } from '#http/hallway.ts'
import { dataBodies, eventBody } from './events.wire.ts'

const description = `**To verify**, make one of the two signatures from the body just as it came, before it is parsed, and compare in constant time.
A JSON body that was parsed already may be stringified again: that gives the same text.

- \`webhook-signature\` is Standard Webhooks 1.0, for which there are libraries: HMAC-SHA256 of \`{webhook-id}.{webhook-timestamp}.{body}\`, keyed
by the bytes that the secret is the base64 of, without \`whsec_\`. Refuse a timestamp that is more than five minutes old: it is that of the attempt.
- \`X-NearbyAssist-Signature\` is HMAC-SHA256 of the body alone, keyed by the secret as it was shown.

**Answer** any 2xx within 15 seconds. All else is tried again, twelve times in all over three days; redirects are not followed, and 410 switches the webhook off.

**Expect** an event more than once, under the same \`id\`: drop what was seen. \`sequence\` is the order in which things happened.`

const signature = (text: string) => z.string().openapi({ description: text })

const headers = z.object({
  'X-NearbyAssist-Signature': signature('HMAC-SHA256 of the body in lower-case hex'),
  'X-NearbyAssist-Signature-Next': signature(
    'While a secret is being rotated: the same, by the one that comes next',
  ).optional(),
  'X-NearbyAssist-Event': z.string().openapi({ description: 'The type of the event' }),
  'X-NearbyAssist-Delivery': z.string().openapi({ description: 'The id of the delivery' }),
  'X-NearbyAssist-Attempt': z.string().openapi({ description: '1, 2, 3 …', example: '1' }),
  'webhook-id': z.string().openapi({ description: 'The id of the event, the same over all attempts' }),
  'webhook-timestamp': z
    .string()
    .openapi({ description: 'When this attempt was made, in seconds since 1970' }),
  'webhook-signature': signature(
    '`v1,` and the base64 of the signature; two of them, a space between, while a secret is being rotated',
  ),
})

/** Adds a webhook to the documents for each type of event that something is told of. */
export function addWebhooks({ openAPIRegistry }: OpenAPIHono<Hallway>): void {
  const bodies: Partial<Record<string, z.ZodType>> = dataBodies
  const told = ([...eventTypes, 'webhook.ping'] as const).flatMap((type) => {
    const data = bodies[nounOf(type)]
    return data ? [{ type, body: eventBody.extend({ type: z.literal(type), data }) }] : []
  })
  for (const { type, body } of told) {
    openAPIRegistry.registerWebhook({
      path: type,
      method: 'post',
      summary:
        type === 'webhook.ping'
          ? `${type}, to one webhook, by hand`
          : `${type}, to the webhooks that asked for it`,
      description,
      operationId: `webhooks.${type}`,
      security: [],
      tags: ['Webhooks'],
      request: { headers, body: { required: true, content: { 'application/json': { schema: body } } } },
      responses: { 204: { description: 'Received: any 2xx within 15 seconds will do' } },
    })
  }
}
