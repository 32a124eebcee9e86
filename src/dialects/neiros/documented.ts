// What the documents say of every route: its credential, and the failures that it can answer.
import { z } from '@hono/zod-openapi'
import type { Manners } from '#http/door.ts'

const errorBody = z
  .object({ message: z.string(), errors: z.record(z.string(), z.array(z.string())).optional() })
  .openapi('Error', { example: { message: 'Unauthenticated.' } })

const reasons: Record<number, string> = {
  401: 'No valid token, or a wrong e-mail or password',
  404: 'Not found',
  422: 'The given data was invalid',
  429: 'Too many requests: Retry-After says when to come again',
}

export const documented: Manners['documented'] = ({ access, answer }) => {
  const content = { 'application/json': { schema: errorBody } }
  const failures = Object.entries(reasons).map(([status, description]) => [status, { description, content }])
  const good = { description: 'Good', ...(answer && { content: { 'application/json': { schema: answer } } }) }
  return {
    security: access === 'public' ? [] : [{ accessToken: [] }],
    responses: { ...Object.fromEntries(failures), 200: good },
  }
}
