// What the documents say of every route: its credential, and the problems that it can answer.
import { z } from '@hono/zod-openapi'
import type { RouteConfig } from '@hono/zod-openapi'
import type { Manners } from '#http/door.ts'
import { headerOf } from '#http/documents.ts'
import type { Route } from '#http/endpoint.ts'
import { idempotencyKey } from '#http/perform.ts'
import { tokenPath } from './credentials.ts'

const problemBody = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    ruid: z.uuid(),
    errors: z.record(z.string(), z.array(z.string())).optional(),
  })
  .openapi('Problem', {
    example: {
      type: 'https://slotkeeper.example/problems/validation-error',
      title: 'Validation Error',
      status: 422,
      detail: 'Validation failed',
      instance: '/v1/public/reservations',
      ruid: '7f80f1b4-a44b-4345-b383-7d0a937b4411',
      errors: { departure: ['Departure must be after arrival'] },
    },
  })

const reasons: Record<number, string> = {
  400: 'The request cannot be understood',
  401: 'No valid credential',
  403: 'The key lacks the scope, or the plan of its business this API',
  404: 'Not found',
  409: 'In conflict with what is there',
  413: 'The body is larger than 256 KiB',
  415: 'The body is not application/json',
  422: 'Validation failed',
  429: 'Too many requests: Retry-After says when to come again',
  500: 'Our fault',
  503: 'Please try again later',
}

const limits = {
  'X-RateLimit-Limit': headerOf('X-RateLimit-Limit'),
  'X-RateLimit-Remaining': headerOf('X-RateLimit-Remaining'),
}
const always = { RUID: headerOf('RUID'), ...limits }

export const documented: Manners['documented'] = (route) => {
  const { method, access, scope, orScope, isForOnce, isUnchanged, answer, page, status } = route
  const good = {
    description: 'Good',
    headers: { ...always, ...(status === 201 && { Location: headerOf('Location') }) },
    ...(answer && { content: { 'application/json': { schema: answer } } }),
    ...(page && { content: { 'text/html': { schema: z.string() } } }),
  }
  return {
    ...(method === 'post' && !isForOnce && { parameters: [idempotencyKey] }),
    security: access === 'public' ? [] : [{ apiKey: [] }],
    ...(scope && { 'x-scope': scope }),
    ...(orScope && { 'x-or-scope': orScope }),
    responses: {
      ...failuresOf(route),
      ...(isUnchanged && { 304: { description: 'Nothing is newer', headers: always } }),
      [status]: good,
    },
  }
}

function failuresOf({ method, path, access }: Route): RouteConfig['responses'] {
  const content = { 'application/problem+json': { schema: problemBody } }
  const possible = Object.entries(reasons).filter(([code]) => {
    if (code === '403') return access !== 'public' || path === tokenPath
    if (code === '404') return path.includes('{')
    return method !== 'get' || !['409', '413', '415'].includes(code)
  })
  return Object.fromEntries(
    possible.map(([code, description]) => {
      const later = ['429', '503'].includes(code) && { 'Retry-After': headerOf('Retry-After') }
      return [code, { description, headers: { ...always, ...later }, content }]
    }),
  )
}
