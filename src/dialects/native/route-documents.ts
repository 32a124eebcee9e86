// What the documents say of every native route: its credentials, and the failures that it can answer.
import type { RouteConfig } from '@hono/zod-openapi'
import type { Manners } from '#http/door.ts'
import { headerOf } from '#http/documents.ts'
import type { Route } from '#http/endpoint.ts'
import { idempotencyKey } from '#http/perform.ts'
import { errorBody } from './wire.ts'

const reasons: Record<number, string> = {
  400: 'The request cannot be understood',
  401: 'No valid credential',
  403: 'Not yours to do',
  404: 'Not found',
  409: 'In conflict with what is there',
  412: 'Not at the version that If-Match asks for',
  413: 'The body is larger than 256 KiB',
  415: 'The body is not application/json',
  422: 'Validation failed',
  429: 'Too many requests',
  500: 'Our fault',
  503: 'Please try again later',
}

/** Headers of every route but /health, which is not rate limited. */
const limits = { RateLimit: headerOf('RateLimit'), 'RateLimit-Policy': headerOf('RateLimit-Policy') }

const noCredential = {}
const accessToken = { accessToken: [] }
const apiKey = { apiKey: [] }

export const documented: Manners['documented'] = (route) => {
  const { method, path, scope, isForOnce, answer, status } = route
  const good = {
    description: 'Good',
    headers: { 'X-Request-Id': headerOf('X-Request-Id'), ...(isLimited(path) && limits) },
    ...(answer && { content: { 'application/json': { schema: answer } } }),
  }
  return {
    ...(method === 'post' && !isForOnce && { parameters: [idempotencyKey] }),
    security: securityOf(route),
    ...(scope && { 'x-scope': scope }),
    responses: { ...failuresOf(route), [status]: good },
  }
}

/** The credentials that a route takes, any one of them. */
function securityOf({ access, scope }: Route): RouteConfig['security'] {
  if (access === 'key') return [apiKey]
  const others = access === 'public' ? noCredential : accessToken
  if (scope === undefined) return access === 'public' ? [] : [others]
  return [others, apiKey]
}

function failuresOf({ method, path, access, headers }: Route): RouteConfig['responses'] {
  const writes = method !== 'get'
  const possible = Object.entries(reasons).filter(([code]) => {
    if (code === '401' || code === '429') return isLimited(path)
    if (code === '403') return access !== 'public'
    if (code === '412') return headers !== undefined
    return writes || !['409', '413', '415', '422'].includes(code)
  })
  return Object.fromEntries(
    possible.map(([code, description]) => {
      const headers = ['429', '503'].includes(code) && { headers: { 'Retry-After': headerOf('Retry-After') } }
      return [code, { description, ...headers, content: { 'application/json': { schema: errorBody } } }]
    }),
  )
}

function isLimited(path: string): boolean {
  return path.startsWith('/api/')
}
