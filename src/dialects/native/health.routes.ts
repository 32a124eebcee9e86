import { z } from '@hono/zod-openapi'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { toInstant } from './wire.ts'

export const health: Routes = {
  tag: 'Service',
  routes: [
    endpoint({
      get: '/health',
      id: 'service.health',
      access: 'public',
      summary: 'Whether the service answers',
      verb: async (ctx) => ctx.clock.now(),
      answer: z.object({ status: z.literal('ok'), time: z.string() }).openapi('Health'),
      body: (now) => ({ status: 'ok' as const, time: toInstant(now) }),
    }),
  ],
}
