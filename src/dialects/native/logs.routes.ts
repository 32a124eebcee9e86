import { z } from '@hono/zod-openapi'
import { getRequest } from '#domain/request-log/get-request.ts'
import { listRequests } from '#domain/request-log/list-requests.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import { logBody, logName, logsBody, logsQuery, toLogBody, toLogEntry, toLogFilter } from './logs.wire.ts'

export const logs: Routes = {
  tag: 'Logs',
  routes: [
    endpoint({
      get: '/api/logs',
      id: 'logs.list',
      scope: 'logs:read',
      summary: 'Requests of the last 30 days, the latest first, without their secrets',
      description: `A user sees their own requests, or with \`businessId\` those of a business that they act in; a key those of its business. A
filter looks at some thousands at a time, so a page may hold fewer than \`limit\` and still have a \`nextCursor\`.`,
      query: z.strictObject({ ...logsQuery, ...pageQuery }),
      verb: (ctx, { query }) => listRequests(ctx, toLogFilter(query), toPageRequest(query, 'logs', 1)),
      answer: logsBody,
      body: (found) => toListBody('logs', found, toLogEntry),
    }),
    endpoint({
      get: '/api/logs/{id}',
      id: 'logs.get',
      scope: 'logs:read',
      summary: 'A request and its answer, and the booking, events and deliveries it led to',
      description: 'By the id of the entry, or by the request id that the answer carried in `X-Request-Id`.',
      params: z.object({ id: logName }),
      verb: (ctx, { params: { id } }) => getRequest(ctx, id),
      answer: logBody,
      body: toLogBody,
    }),
  ],
}
