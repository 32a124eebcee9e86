// What the documents say of the messages that webhooks are sent: one for each event.
import { z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Hallway } from '#http/hallway.ts'
import { eventNames, messageBody } from './events.wire.ts'

const description = `**To verify**, make the signature from the body just as it came, and compare in constant time.

**Answer** any 2xx within 15 seconds. All else is tried again, twelve times in all over three days; redirects are not followed, and 410 switches the webhook off.

**Expect** an event more than once, under the same \`webhookId\`: drop what was seen.`

const headers = z.object({
  'X-MC-Event': z.enum(eventNames),
  'X-MC-Delivery-ID': z.string().openapi({ description: 'The id of the delivery' }),
  'X-MC-Signature': z.string().openapi({
    description: '`sha256=` and the HMAC-SHA256 of the body in hex, keyed by the secret as it was shown',
  }),
})

/** Adds a webhook to the documents for each event. */
export function addWebhooks({ openAPIRegistry }: OpenAPIHono<Hallway>): void {
  for (const name of eventNames) {
    const body = messageBody.extend({ eventType: z.literal(name) })
    openAPIRegistry.registerWebhook({
      path: name,
      method: 'post',
      summary: `${name}, to the webhooks that asked for it`,
      description,
      operationId: `webhooks.${name}`,
      security: [],
      tags: ['Webhooks'],
      request: { headers, body: { required: true, content: { 'application/json': { schema: body } } } },
      responses: { 204: { description: 'Received: any 2xx within 15 seconds will do' } },
    })
  }
}
