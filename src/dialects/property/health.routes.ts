import { z } from '@hono/zod-openapi'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'

export const health: Routes = {
  tag: 'Service',
  routes: [
    endpoint({
      get: '/v1/public/health',
      id: 'service.health',
      access: 'public',
      summary: 'Whether the service answers',
      verb: async (ctx) => ctx.clock.now(),
      answer: z
        .object({ status: z.literal('ok'), time: z.iso.datetime(), meta: z.object({ ruid: z.uuid() }) })
        .openapi('Health'),
      body: (now, { requestId }) => ({
        status: 'ok' as const,
        time: new Date(now).toISOString(),
        meta: { ruid: requestId },
      }),
    }),
  ],
}
