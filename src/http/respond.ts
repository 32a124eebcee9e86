// Every answer is made here, with the headers that browsers and caches need. No credential is a cookie, so no browser
// sends one by itself: pages of any origin may call.
import type { Context, MiddlewareHandler } from 'hono'
import type { Hallway } from './hallway.ts'

/** Copied as a whole for each answer: setting these headers one by one would be most of what a small answer costs. */
const always = new Headers({
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': [
    'ETag',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
    'RUID',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-Request-Id',
    'X-D1-Bookmark',
    'Idempotent-Replayed',
    'Location',
  ].join(', '),
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
})

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

/** A year; browsers heed it once they have come by https. */
const strictTransport = 'max-age=31536000'

/** Makes an answer; headers in `own` replace the general ones, and null takes one away. */
export function respond(
  c: Context<Hallway>,
  body: string | null,
  status: number,
  own: Readonly<Record<string, string | null>>,
): Response {
  const headers = new Headers(always)
  headers.set('X-Request-Id', c.get('requestId'))
  if (c.req.url.startsWith('https:')) headers.set('Strict-Transport-Security', strictTransport)
  const sharedSeconds = c.get('sharedSeconds')
  if (sharedSeconds !== undefined) headers.set('Vary', 'Authorization, X-API-Key')
  const isAnonymous = !c.req.header('Authorization') && !c.req.header('X-API-Key')
  const isShared = sharedSeconds !== undefined && isAnonymous && status === 200
  headers.set('Cache-Control', isShared ? `public, max-age=${sharedSeconds}` : 'no-store')
  for (const [name, value] of Object.entries(own)) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return new Response(body, { status, headers })
}

/** Answers CORS preflights: they carry no credential, and no limit counts them. */
export const answerPreflight: MiddlewareHandler<Hallway> = async (c, next) => {
  if (c.req.method === 'OPTIONS') return respond(c, null, 204, preflight)
  return next()
}

/** Lets shared caches keep an answer, which must be the same for everybody, for some seconds. */
export function shareFor(seconds: number): MiddlewareHandler<Hallway> {
  return (c, next) => {
    c.set('sharedSeconds', seconds)
    return next()
  }
}
