import { z } from '@hono/zod-openapi'
import { getEvent } from '#domain/events/get-event.ts'
import { listEvents } from '#domain/events/list-events.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { feedBody, feedQuery, loggedEventBody, toFeedBody, toLoggedEventBody } from './events.wire.ts'
import { idText } from './wire.ts'

export const events: Routes = {
  tag: 'Events',
  routes: [
    endpoint({
      get: '/api/events',
      id: 'events.list',
      scope: 'events:read',
      summary: 'What happened in a business in the last 30 days, in order',
      description: `Every change is numbered, \`sequence\` 1, 2, 3 … per business without holes. Ask again with \`after\` set to the \`nextAfter\` of the
answer before: whoever reads this way misses nothing, whatever became of their webhooks.`,
      query: feedQuery,
      verb: async (ctx, { query, withBusiness }) => listEvents(ctx, await withBusiness(query)),
      answer: feedBody,
      body: toFeedBody,
    }),
    endpoint({
      get: '/api/events/{id}',
      id: 'events.get',
      scope: 'events:read',
      summary: 'An event of the last 30 days',
      params: z.object({ id: idText }),
      verb: (ctx, { params: { id } }) => getEvent(ctx, id),
      answer: loggedEventBody,
      body: toLoggedEventBody,
    }),
  ],
}
