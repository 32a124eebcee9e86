import { OpenAPIHono, z } from '@hono/zod-openapi'
import { getEvent } from '#domain/events/get-event.ts'
import { listEvents } from '#domain/events/list-events.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { endpoint } from './endpoint.ts'
import { feedBody, feedQuery, loggedEventBody, toFeedBody, toLoggedEventBody } from './events.wire.ts'
import { withBusiness } from './own-business.ts'
import { onInvalid } from './validation.ts'
import { idText } from './wire.ts'

export const events = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  events,
  {
    method: 'get',
    path: '/api/events',
    scope: 'events:read',
    summary: 'What happened in a business in the last 30 days, in order',
    tags: ['Events'],
    request: { query: feedQuery },
    answer: feedBody,
  },
  async (c) => {
    const feed = await withBusiness(c, c.req.valid('query'))
    const { origin } = c.env
    return serve(c, { verb: (ctx) => listEvents(ctx, feed), body: (found) => toFeedBody(found, origin) })
  },
)

endpoint(
  events,
  {
    method: 'get',
    path: '/api/events/{id}',
    scope: 'events:read',
    summary: 'An event of the last 30 days',
    tags: ['Events'],
    request: { params: z.object({ id: idText }) },
    answer: loggedEventBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const { origin } = c.env
    return serve(c, { verb: (ctx) => getEvent(ctx, id), body: (found) => toLoggedEventBody(found, origin) })
  },
)
