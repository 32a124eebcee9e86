import { z } from '@hono/zod-openapi'
import { createWebhook } from '#domain/webhooks/create-webhook.ts'
import { deleteWebhook } from '#domain/webhooks/delete-webhook.ts'
import { getDelivery } from '#domain/webhooks/get-delivery.ts'
import { getWebhook } from '#domain/webhooks/get-webhook.ts'
import { listDeliveries } from '#domain/webhooks/list-deliveries.ts'
import { listWebhooks } from '#domain/webhooks/list-webhooks.ts'
import { pingWebhook } from '#domain/webhooks/ping-webhook.ts'
import { redeliver } from '#domain/webhooks/redeliver.ts'
import { replayEvents } from '#domain/webhooks/replay-events.ts'
import { rotateSecret } from '#domain/webhooks/rotate-secret.ts'
import { updateWebhook } from '#domain/webhooks/update-webhook.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import {
  deliveriesBody,
  deliveriesQuery,
  deliveryBody,
  deliveryWithAttemptsBody,
  newWebhook,
  pingBody,
  replay,
  replayBody,
  rotation,
  toDeliveryBody,
  toDeliveryWithAttemptsBody,
  toWebhookBody,
  toWebhookWithSecretBody,
  webhookBody,
  webhookChanges,
  webhooksBody,
  webhooksQuery,
  webhookWithSecretBody,
} from './webhooks.wire.ts'
import { idText } from './wire.ts'

const scope = 'webhooks:manage'
const params = z.object({ id: idText })
const deliveryParams = z.object({ id: idText, deliveryId: idText })

export const webhooks: Routes = {
  tag: 'Webhooks',
  routes: [
    endpoint({
      post: '/api/webhooks',
      id: 'webhooks.create',
      scope,
      summary: 'Register a webhook; its secret is shown this once',
      description: `Every message is signed: \`X-NearbyAssist-Signature\` is the HMAC-SHA256 of the body in hex, keyed by the secret as shown, and
\`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature\` are those of Standard Webhooks. Answer any 2xx within 15 seconds;
what fails is tried twelve times over three days. The event id stays the same: drop what you have seen.`,
      json: newWebhook,
      verb: async (ctx, { json, withBusiness }) => createWebhook(ctx, await withBusiness(json)),
      answer: webhookWithSecretBody,
      status: 201,
      body: toWebhookWithSecretBody,
    }),
    endpoint({
      get: '/api/webhooks',
      id: 'webhooks.list',
      scope,
      summary: 'Webhooks of a business, or of all that you act in',
      query: z.strictObject({ ...webhooksQuery, ...pageQuery }),
      verb: (ctx, { query: { businessId, ...page } }) =>
        listWebhooks(ctx, { businessId }, toPageRequest(page, 'webhooks', 1)),
      answer: webhooksBody,
      body: (found) => toListBody('webhooks', found, toWebhookBody),
    }),
    endpoint({
      get: '/api/webhooks/{id}',
      id: 'webhooks.get',
      scope,
      summary: 'A webhook, and how it has been going',
      params,
      verb: (ctx, { params: { id } }) => getWebhook(ctx, id),
      answer: webhookBody,
      body: toWebhookBody,
    }),
    endpoint({
      patch: '/api/webhooks/{id}',
      id: 'webhooks.update',
      scope,
      summary: 'Change a webhook, switch it off or on again',
      description: 'Switched on again it starts anew; what was skipped in the meantime can be replayed.',
      params,
      json: webhookChanges,
      verb: (ctx, { params: { id }, json }) => updateWebhook(ctx, id, json),
      answer: webhookBody,
      body: toWebhookBody,
    }),
    endpoint({
      delete: '/api/webhooks/{id}',
      id: 'webhooks.delete',
      scope,
      summary: 'Delete a webhook; its deliveries can still be looked up',
      params,
      verb: (ctx, { params: { id } }) => deleteWebhook(ctx, id),
      answer: null,
    }),
    endpoint({
      post: '/api/webhooks/{id}/ping',
      id: 'webhooks.ping',
      scope,
      summary: 'Send a webhook.ping event, by the way that all events take',
      params,
      verb: (ctx, { params: { id } }) => pingWebhook(ctx, id),
      answer: pingBody,
      status: 201,
      body: (ping) => ping,
    }),
    endpoint({
      post: '/api/webhooks/{id}/rotate-secret',
      id: 'webhooks.rotateSecret',
      scope,
      summary: 'Make a new secret; the old one signs beside it for a while',
      params,
      json: rotation,
      jsonRequired: false,
      verb: (ctx, { params: { id }, json: { graceHours } }) => rotateSecret(ctx, id, graceHours),
      answer: webhookWithSecretBody,
      body: toWebhookWithSecretBody,
    }),
    endpoint({
      get: '/api/webhooks/{id}/deliveries',
      id: 'webhooks.listDeliveries',
      scope,
      summary: 'What a webhook was or will be sent, the latest first',
      params,
      query: z.strictObject({ ...deliveriesQuery, ...pageQuery }),
      verb: (ctx, { params: { id: webhookId }, query: { status, ...page } }) =>
        listDeliveries(
          ctx,
          { webhookId, status },
          toPageRequest(page, 'deliveries', status === undefined ? 1 : 2),
        ),
      answer: deliveriesBody,
      body: (found) => toListBody('deliveries', found, toDeliveryBody),
    }),
    endpoint({
      get: '/api/webhooks/{id}/deliveries/{deliveryId}',
      id: 'webhooks.getDelivery',
      scope,
      summary: 'A delivery, what it sends and every attempt at it',
      params: deliveryParams,
      verb: (ctx, { params: { id, deliveryId } }) => getDelivery(ctx, id, deliveryId),
      answer: deliveryWithAttemptsBody,
      body: toDeliveryWithAttemptsBody,
    }),
    endpoint({
      post: '/api/webhooks/{id}/deliveries/{deliveryId}/redeliver',
      id: 'webhooks.redeliver',
      scope,
      summary: 'Send the same event once more, at once',
      params: deliveryParams,
      verb: (ctx, { params: { id, deliveryId } }) => redeliver(ctx, id, deliveryId),
      answer: deliveryBody,
      status: 201,
      body: toDeliveryBody,
    }),
    endpoint({
      post: '/api/webhooks/{id}/replay',
      id: 'webhooks.replay',
      scope,
      summary: 'Send all events of a stretch of time again, or count them',
      description: 'With `dryRun` nothing is sent. Events go out at a bounded pace, in their order.',
      params,
      json: replay,
      verb: (ctx, { params: { id }, json: { from, to, dryRun } }) =>
        replayEvents(ctx, id, { fromAt: from, toAt: to, dryRun }),
      answer: replayBody,
      body: (outcome) => outcome,
    }),
  ],
}
