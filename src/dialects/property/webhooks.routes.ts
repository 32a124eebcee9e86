import { z } from '@hono/zod-openapi'
import { createWebhook } from '#domain/webhooks/create-webhook.ts'
import { deleteWebhook } from '#domain/webhooks/delete-webhook.ts'
import { listWebhooks } from '#domain/webhooks/list-webhooks.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  newWebhook,
  toWebhookBody,
  toWebhookDetails,
  toWebhookWithSecretBody,
  webhookBody,
  webhookWithSecretBody,
} from './webhooks.wire.ts'
import {
  idParams,
  located,
  pagedList,
  pageQuery,
  single,
  toPagedList,
  toPageRequest,
  toSingle,
} from './wire.ts'

const format = 'property'

export const webhooks: Routes = {
  tag: 'Webhooks',
  routes: [
    endpoint({
      get: '/v1/public/webhooks',
      id: 'webhooks.list',
      scope: 'webhooks.read',
      summary: 'Where you are told of reservations',
      query: z.strictObject(pageQuery(['webhookId'])).omit({ orderBy: true, orderType: true }),
      verb: async (ctx, { query, withBusiness }) =>
        listWebhooks(ctx, await withBusiness({ format }), toPageRequest(query)),
      answer: pagedList(webhookBody),
      body: toPagedList(toWebhookBody),
    }),
    endpoint({
      post: '/v1/public/webhooks',
      id: 'webhooks.create',
      scope: 'webhooks.create',
      summary: 'Be told of reservations; the secret is shown this once',
      description: `Every message is signed: \`X-MC-Signature\` is \`sha256=\` and the HMAC-SHA256 of the body in hex, keyed by the secret as
shown; \`X-MC-Event\` is the event, and \`webhookId\` in the body stays the same over all attempts. What was booked together is told
at once: \`reservationId\` and \`roomId\` are arrays.`,
      json: newWebhook,
      verb: async (ctx, { json, withBusiness }) =>
        createWebhook(ctx, await withBusiness(toWebhookDetails(json))),
      answer: single(webhookWithSecretBody),
      status: 201,
      body: toSingle(toWebhookWithSecretBody),
      answerHeaders: ({ id }) => located('/webhooks', id),
    }),
    endpoint({
      delete: '/v1/public/webhooks/{id}',
      id: 'webhooks.delete',
      scope: 'webhooks.delete',
      summary: 'Be told no more',
      params: idParams,
      verb: (ctx, { params }) => deleteWebhook(ctx, params.id, format),
      answer: null,
    }),
  ],
}
