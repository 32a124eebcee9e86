// What is said of every method beside what it says itself: whatever comes of it is an answer with status 200.
import { z } from '@hono/zod-openapi'
import type { Manners } from '#http/door.ts'
import { nothing } from './wire.ts'

const refusal = z.object({ status: z.literal('error'), message: z.string(), data: nothing })

export const documented: Manners['documented'] = ({ scope, answer }) => ({
  // The key is a field of the body, for which OpenAPI has no word.
  security: [],
  ...(scope && { 'x-scope': scope }),
  responses: {
    200: {
      description: 'Good, or refused',
      content: { 'application/json': { schema: answer ? z.union([answer, refusal]) : refusal } },
    },
    500: { description: 'Our fault', content: { 'application/json': { schema: refusal } } },
    503: { description: 'Please try again later', content: { 'application/json': { schema: refusal } } },
  },
})
