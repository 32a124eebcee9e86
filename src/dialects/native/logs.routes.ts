import { OpenAPIHono, z } from '@hono/zod-openapi'
import { getRequest } from '#domain/request-log/get-request.ts'
import { listRequests } from '#domain/request-log/list-requests.ts'
import { pageQuery, toPageRequest } from '#http/paging.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { endpoint } from './endpoint.ts'
import { toListBody } from './list.wire.ts'
import { logBody, logName, logsBody, logsQuery, toLogBody, toLogEntry } from './logs.wire.ts'
import { onInvalid } from './validation.ts'

const tags = ['Logs']

export const logs = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  logs,
  {
    method: 'get',
    path: '/api/logs',
    scope: 'logs:read',
    summary: 'Requests of the last 30 days, the latest first, secrets masked',
    tags,
    request: { query: z.strictObject({ ...logsQuery, ...pageQuery }) },
    answer: logsBody,
  },
  (c) => {
    const { businessId, status, method, route, keyId, from, to, ...page } = c.req.valid('query')
    const filter = { businessId, status, method, route, keyId, fromAt: from, toAt: to }
    return serve(c, {
      verb: (ctx) => listRequests(ctx, filter, toPageRequest(page, 'logs', 1)),
      body: (found) => toListBody('logs', found, toLogEntry),
    })
  },
)

endpoint(
  logs,
  {
    method: 'get',
    path: '/api/logs/{id}',
    scope: 'logs:read',
    summary: 'A request and its answer, and the booking, events and deliveries it led to',
    tags,
    request: { params: z.object({ id: logName }) },
    answer: logBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { verb: (ctx) => getRequest(ctx, id), body: toLogBody })
  },
)
