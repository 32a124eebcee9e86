import { z } from '@hono/zod-openapi'
import { eventPatterns } from '#domain/events/event.ts'
import { deliveryStatuses, deliveryTriggers } from '#domain/webhooks/delivery.ts'
import type { Delivery } from '#domain/webhooks/delivery.ts'
import type { Webhook } from '#domain/webhooks/webhook.ts'
import type { DeliveryDetails } from '#domain/webhooks/get-delivery.ts'
import { webhookFormats } from '#domain/webhooks/message.ts'
import { parseOwn } from '#domain/json.ts'
import { longestGraceHours } from '#domain/secrets.ts'
import { secret } from '#http/secret.ts'
import { listBody } from './list.wire.ts'
import {
  businessId,
  id,
  idText,
  instant,
  instantBody,
  nullableInstantBody,
  sample,
  text,
  toInstant,
  toNullableInstant,
} from './wire.ts'

const patterns = z
  .array(z.enum(eventPatterns))
  .min(1)
  .max(50)
  .transform((given) => [...new Set(given)])
  .openapi({
    type: 'array',
    items: { type: 'string', enum: [...eventPatterns] },
    minItems: 1,
    maxItems: 50,
    description: 'Event types, or all of a noun',
    example: ['booking.*'],
  })
const format = z.enum(webhookFormats)
const url = text(2048).openapi({ description: 'https, port 443, a public host' })

export const newWebhook = z
  .strictObject({ businessId, url, events: patterns, format: format.default('native') })
  .openapi('NewWebhook', {
    example: {
      businessId: sample.businessId,
      url: 'https://studio-nord.example.com/hooks',
      events: ['booking.*'],
      format: 'native',
    },
  })

export const webhookChanges = z
  .strictObject({ url: url.optional(), events: patterns.optional(), active: z.boolean().optional() })
  .refine((changes) => Object.keys(changes).length > 0, 'At least one field is required')
  .openapi('WebhookChanges', { example: { events: ['booking.created', 'booking.cancelled'], active: true } })

export const rotation = z
  .strictObject({ graceHours: z.int().min(0).max(longestGraceHours).default(24) })
  .openapi('SecretRotation', { example: { graceHours: 24 } })

export const replay = z
  .strictObject({ from: instant, to: instant, dryRun: z.boolean().default(false) })
  .refine(({ from, to }) => from < to, { message: 'To must be after from', path: ['to'] })
  .openapi('Replay', { example: { from: '2031-03-03T09:00:00Z', to: '2031-03-03T12:00:00Z', dryRun: true } })

const webhook = {
  id,
  businessId: id,
  url: z.string(),
  events: z.array(z.string()),
  format,
  active: z.boolean(),
  failures: z.int().openapi({ description: 'In a row; from 5 on one delivery at a time is sent' }),
  failingSinceAt: nullableInstantBody,
  parkedAt: nullableInstantBody.openapi({ description: 'Since when new deliveries wait behind a backlog' }),
  lastSuccessAt: nullableInstantBody,
  disabledAt: nullableInstantBody,
  disabledReason: z.string().nullable(),
  nextSecretAt: nullableInstantBody.openapi({ description: 'Until then the old secret signs, too' }),
  createdAt: instantBody,
  updatedAt: instantBody,
}

export const webhookBody = z.object(webhook).openapi('Webhook', {
  example: {
    id: sample.webhookId,
    businessId: sample.businessId,
    url: 'https://studio-nord.example.com/hooks',
    events: ['booking.*'],
    format: 'native',
    active: true,
    failures: 0,
    failingSinceAt: null,
    parkedAt: null,
    lastSuccessAt: '2031-03-03T09:00:00.000Z',
    disabledAt: null,
    disabledReason: null,
    nextSecretAt: null,
    createdAt: '2031-03-01T08:00:00.000Z',
    updatedAt: '2031-03-03T09:00:00.000Z',
  },
})
export const webhookWithSecretBody = z
  .object({ ...webhook, secret: secret(z.string().openapi({ description: 'Shown this once' })) })
  .openapi('WebhookWithSecret')
export const webhooksBody = listBody('webhooks', webhookBody)

export const pingBody = z.object({ eventId: id }).openapi('Ping')

export const replayBody = z
  .object({
    matching: z.int().openapi({ description: 'How many events are sent again' }),
    estimatedSeconds: z.int().openapi({ description: 'How long that takes, at 50 a second in a business' }),
    dryRun: z.boolean(),
  })
  .openapi('ReplayOutcome', { example: { matching: 120, estimatedSeconds: 3, dryRun: true } })

const deliveryStatus = z.enum(deliveryStatuses)

const delivery = {
  id,
  webhookId: id,
  eventId: id,
  eventType: z.string(),
  sequence: z.int(),
  trigger: z.enum(deliveryTriggers),
  status: deliveryStatus,
  attemptCount: z.int(),
  nextAttemptAt: nullableInstantBody,
  createdAt: instantBody,
  finishedAt: nullableInstantBody,
}

export const deliveryBody = z.object(delivery).openapi('Delivery')
export const deliveriesBody = listBody('deliveries', deliveryBody)
export const deliveriesQuery = { status: deliveryStatus.optional() }
export const webhooksQuery = { businessId: idText.optional() }

export const deliveryWithAttemptsBody = z
  .object({
    ...delivery,
    request: z
      .object({ headers: z.record(z.string(), z.string()), body: z.string() })
      .nullable()
      .openapi({ description: 'What it sends, but for the signatures; null to a key that may not read it' }),
    attempts: z.array(
      z.object({
        attempt: z.int(),
        startedAt: instantBody,
        durationMs: z.int().nullable(),
        statusCode: z.int().nullable(),
        errorClass: z.string().nullable().openapi({
          description:
            'timeout, connection, redirect, status, blocked_url, lost, or internal: a failure of ours, which uses up none of the twelve attempts',
        }),
        responseHeaders: z.record(z.string(), z.string()).nullable(),
        responseBody: z.string().nullable().openapi({ description: 'Its first 16 KiB' }),
      }),
    ),
  })
  .openapi('DeliveryWithAttempts')

export function toWebhookBody(found: Webhook): z.infer<typeof webhookBody> {
  return {
    id: found.id,
    businessId: found.businessId,
    url: found.url,
    events: [...found.events],
    format: found.format,
    active: found.active === 1,
    failures: found.failures,
    failingSinceAt: toNullableInstant(found.failingSinceAt),
    parkedAt: toNullableInstant(found.parkedAt),
    lastSuccessAt: toNullableInstant(found.lastSuccessAt),
    disabledAt: toNullableInstant(found.disabledAt),
    disabledReason: found.disabledReason,
    nextSecretAt: toNullableInstant(found.nextSecretAt),
    createdAt: toInstant(found.createdAt),
    updatedAt: toInstant(found.updatedAt),
  }
}

export function toWebhookWithSecretBody(
  found: Webhook & { secret: string },
): z.infer<typeof webhookWithSecretBody> {
  return { ...toWebhookBody(found), secret: found.secret }
}

export function toDeliveryBody(found: Delivery): z.infer<typeof deliveryBody> {
  return {
    id: found.id,
    webhookId: found.webhookId,
    eventId: found.eventId,
    eventType: found.eventType,
    sequence: found.sequence,
    trigger: found.trigger,
    status: found.status,
    attemptCount: found.attempts,
    // While an attempt is under way, whether there will be another is unknown.
    nextAttemptAt: found.status === 'pending' ? toNullableInstant(found.nextAttemptAt) : null,
    createdAt: toInstant(found.createdAt),
    finishedAt: toNullableInstant(found.finishedAt),
  }
}

export function toDeliveryWithAttemptsBody(found: DeliveryDetails): z.infer<typeof deliveryWithAttemptsBody> {
  return {
    ...toDeliveryBody(found.delivery),
    request: found.request,
    attempts: found.attempts.map(({ deliveryId: _, startedAt, responseHeaders, ...attempt }) => ({
      ...attempt,
      startedAt: toInstant(startedAt),
      responseHeaders: parseOwn<Record<string, string> | null>(responseHeaders ?? 'null'),
    })),
  }
}
