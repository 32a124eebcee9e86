// What every answer tells browsers and caches. No credential of ours travels by itself, as a cookie would: so pages of
// any origin may call, and are told no more than anybody who has the credential.
import type { MiddlewareHandler } from 'hono'
import type { Hallway } from './hallway.ts'

const always = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': [
    'ETag',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
    'X-Request-Id',
    'X-D1-Bookmark',
    'Idempotent-Replayed',
    'Location',
  ].join(', '),
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

const preflight = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'Access-Control-Allow-Headers': [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'X-API-Key',
    'X-D1-Bookmark',
  ].join(', '),
  'Access-Control-Max-Age': '7200',
}

/** A year, for browsers that have come by https once. */
const strictTransport = 'max-age=31536000'

/** Answers preflights, which nobody is behind and which nothing is counted for, and puts the headers on all answers. */
export const answerHeaders: MiddlewareHandler<Hallway> = async (c, next) => {
  if (c.req.method === 'OPTIONS') c.res = new Response(null, { status: 204, headers: preflight })
  else await next()

  const { headers, status } = c.res
  for (const [name, value] of Object.entries(always)) headers.set(name, value)
  if (c.req.url.startsWith('https:')) headers.set('Strict-Transport-Security', strictTransport)

  const { sharedSeconds } = c.var
  if (sharedSeconds !== undefined) headers.append('Vary', 'Authorization, X-API-Key')
  const isAnonymous = !c.req.header('Authorization') && !c.req.header('X-API-Key')
  const isShared = sharedSeconds !== undefined && isAnonymous && status === 200
  if (isShared) headers.set('Cache-Control', `public, max-age=${sharedSeconds}`)
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
}

/** Lets caches between keep for some seconds what everybody is answered. */
export function shareFor(seconds: number): MiddlewareHandler<Hallway> {
  return (c, next) => {
    c.set('sharedSeconds', seconds)
    return next()
  }
}
