import { OpenAPIHono, z } from '@hono/zod-openapi'
import { createEndpoint } from '#domain/webhooks/create-endpoint.ts'
import { deleteEndpoint } from '#domain/webhooks/delete-endpoint.ts'
import { getDelivery } from '#domain/webhooks/get-delivery.ts'
import { getEndpoint } from '#domain/webhooks/get-endpoint.ts'
import { listDeliveries } from '#domain/webhooks/list-deliveries.ts'
import { listEndpoints } from '#domain/webhooks/list-endpoints.ts'
import { pingEndpoint } from '#domain/webhooks/ping-endpoint.ts'
import { redeliver } from '#domain/webhooks/redeliver.ts'
import { replayEvents } from '#domain/webhooks/replay-events.ts'
import { rotateSecret } from '#domain/webhooks/rotate-secret.ts'
import { updateEndpoint } from '#domain/webhooks/update-endpoint.ts'
import { pageQuery, toPageRequest } from '#http/paging.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { endpoint, json } from './endpoint.ts'
import { toListBody } from './list.wire.ts'
import { withBusiness } from './own-business.ts'
import { onInvalid } from './validation.ts'
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

const tags = ['Webhooks']
const scope = 'webhooks:manage'
const params = z.object({ id: idText })
const deliveryParams = z.object({ id: idText, deliveryId: idText })

export const webhooks = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  webhooks,
  {
    method: 'post',
    path: '/api/webhooks',
    scope,
    summary: 'Register a webhook; its secret is shown this once',
    tags,
    request: { body: json(newWebhook) },
    answer: webhookWithSecretBody,
    status: 201,
  },
  async (c) => {
    const details = await withBusiness(c, c.req.valid('json'))
    return serve(c, {
      status: 201,
      verb: (ctx) => createEndpoint(ctx, details),
      body: toWebhookWithSecretBody,
    })
  },
)

endpoint(
  webhooks,
  {
    method: 'get',
    path: '/api/webhooks',
    scope,
    summary: 'Webhooks of a business, or of all that you act in',
    tags,
    request: { query: z.strictObject({ ...webhooksQuery, ...pageQuery }) },
    answer: webhooksBody,
  },
  (c) => {
    const { businessId, ...page } = c.req.valid('query')
    const wanted = toPageRequest(page, 'webhooks', 1)
    return serve(c, {
      verb: (ctx) => listEndpoints(ctx, businessId, wanted),
      body: (found) => toListBody('webhooks', found, toWebhookBody),
    })
  },
)

endpoint(
  webhooks,
  {
    method: 'get',
    path: '/api/webhooks/{id}',
    scope,
    summary: 'A webhook, and how it has been going',
    tags,
    request: { params },
    answer: webhookBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { verb: (ctx) => getEndpoint(ctx, id), body: toWebhookBody })
  },
)

endpoint(
  webhooks,
  {
    method: 'patch',
    path: '/api/webhooks/{id}',
    scope,
    summary: 'Change a webhook, switch it off or on again',
    tags,
    request: { params, body: json(webhookChanges) },
    answer: webhookBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const changes = c.req.valid('json')
    return serve(c, { verb: (ctx) => updateEndpoint(ctx, id, changes), body: toWebhookBody })
  },
)

endpoint(
  webhooks,
  {
    method: 'delete',
    path: '/api/webhooks/{id}',
    scope,
    summary: 'Delete a webhook; its deliveries can still be looked up',
    tags,
    request: { params },
    answer: null,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { status: 204, verb: (ctx) => deleteEndpoint(ctx, id), body: () => ({}) })
  },
)

endpoint(
  webhooks,
  {
    method: 'post',
    path: '/api/webhooks/{id}/ping',
    scope,
    summary: 'Send a webhook.ping event, by the way that all events take',
    tags,
    request: { params },
    answer: pingBody,
    status: 201,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { status: 201, verb: (ctx) => pingEndpoint(ctx, id), body: (ping) => ping })
  },
)

endpoint(
  webhooks,
  {
    method: 'post',
    path: '/api/webhooks/{id}/rotate-secret',
    scope,
    summary: 'Make a new secret; the old one signs beside it for a while',
    tags,
    request: { params, body: json(rotation, { required: false }) },
    answer: webhookWithSecretBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const { graceHours } = rotation.parse(c.req.valid('json') ?? {})
    return serve(c, { verb: (ctx) => rotateSecret(ctx, id, graceHours), body: toWebhookWithSecretBody })
  },
)

endpoint(
  webhooks,
  {
    method: 'get',
    path: '/api/webhooks/{id}/deliveries',
    scope,
    summary: 'What a webhook was or will be sent, the latest first',
    tags,
    request: { params, query: z.strictObject({ ...deliveriesQuery, ...pageQuery }) },
    answer: deliveriesBody,
  },
  (c) => {
    const { id: endpointId } = c.req.valid('param')
    const { status, ...page } = c.req.valid('query')
    const wanted = toPageRequest(page, 'deliveries', status === undefined ? 1 : 2)
    return serve(c, {
      verb: (ctx) => listDeliveries(ctx, { endpointId, status }, wanted),
      body: (found) => toListBody('deliveries', found, toDeliveryBody),
    })
  },
)

endpoint(
  webhooks,
  {
    method: 'get',
    path: '/api/webhooks/{id}/deliveries/{deliveryId}',
    scope,
    summary: 'A delivery, what it sends and every attempt at it',
    tags,
    request: { params: deliveryParams },
    answer: deliveryWithAttemptsBody,
  },
  (c) => {
    const { id, deliveryId } = c.req.valid('param')
    return serve(c, { verb: (ctx) => getDelivery(ctx, id, deliveryId), body: toDeliveryWithAttemptsBody })
  },
)

endpoint(
  webhooks,
  {
    method: 'post',
    path: '/api/webhooks/{id}/deliveries/{deliveryId}/redeliver',
    scope,
    summary: 'Send the same event once more, at once',
    tags,
    request: { params: deliveryParams },
    answer: deliveryBody,
    status: 201,
  },
  (c) => {
    const { id, deliveryId } = c.req.valid('param')
    return serve(c, { status: 201, verb: (ctx) => redeliver(ctx, id, deliveryId), body: toDeliveryBody })
  },
)

endpoint(
  webhooks,
  {
    method: 'post',
    path: '/api/webhooks/{id}/replay',
    scope,
    summary: 'Send all events of a stretch of time again, or count them',
    tags,
    request: { params, body: json(replay) },
    answer: replayBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const { from, to, dryRun } = c.req.valid('json')
    return serve(c, {
      verb: (ctx) => replayEvents(ctx, id, { fromAt: from, toAt: to, dryRun }),
      body: (outcome) => outcome,
    })
  },
)
