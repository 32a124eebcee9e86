import { z } from '@hono/zod-openapi'
import type { WebhookDetails, Webhook } from '#domain/webhooks/webhook.ts'
import { secret } from '#http/secret.ts'
import { eventNames, typesOf } from './events.wire.ts'
import { id, toLocalTime, localTime } from './wire.ts'

export const newWebhook = z
  .strictObject({
    url: z.string().min(1).max(2_048),
    events: z.array(z.enum(eventNames)).min(1).max(20),
  })
  .openapi('NewWebhook', {
    example: { url: 'https://hotel.example.com/hooks', events: ['reservation.created'] },
  })

const webhook = {
  webhookId: id,
  url: z.string(),
  events: z.array(z.enum(eventNames)),
  status: z.enum(['ACTIVE', 'INACTIVE']),
  createdAt: localTime,
  updatedAt: localTime,
}
export const webhookBody = z.object(webhook).openapi('Webhook')
export const webhookWithSecretBody = z
  .object({ ...webhook, secret: secret(z.string()) })
  .openapi('WebhookWithSecret')

export function toWebhookDetails({ url, events }: z.infer<typeof newWebhook>): WebhookDetails {
  return { url, events: [...new Set(events.flatMap((name) => typesOf[name]))], format: 'property' }
}

export function toWebhookBody({
  id: webhookId,
  url,
  events,
  active,
  createdAt,
  updatedAt,
}: Webhook): z.infer<typeof webhookBody> {
  const hears = (type: string) => events.some((pattern) => pattern === type || pattern === 'booking.*')
  return {
    webhookId,
    url,
    events: eventNames.filter((name) => typesOf[name].some(hears)),
    status: active === 1 ? 'ACTIVE' : 'INACTIVE',
    createdAt: toLocalTime('UTC', createdAt),
    updatedAt: toLocalTime('UTC', updatedAt),
  }
}

export function toWebhookWithSecretBody(
  made: Webhook & { secret: string },
): z.infer<typeof webhookWithSecretBody> {
  return { ...toWebhookBody(made), secret: made.secret }
}
