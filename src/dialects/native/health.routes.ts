import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Hallway } from '#http/tools.ts'
import { endpoint } from './endpoint.ts'

export const health = new OpenAPIHono<Hallway>()

endpoint(
  health,
  {
    method: 'get',
    path: '/health',
    access: 'public',
    summary: 'Whether the service answers',
    tags: ['Service'],
    answer: z.object({ status: z.literal('ok'), time: z.string() }).openapi('Health'),
  },
  (c) => c.json({ status: 'ok' as const, time: new Date(c.env.clock.now()).toISOString() }, 200),
)
