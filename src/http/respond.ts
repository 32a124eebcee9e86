// Every answer is made here, with what it must tell browsers and caches. No credential of ours travels by itself, as a
// cookie would: so pages of any origin may call, and are told no more than anybody who has the credential.
import type { Context, MiddlewareHandler } from 'hono'
import type { Hallway } from './hallway.ts'

/** Copied whole for each answer: headers that are set one by one are most of what a small answer costs. */
const always = new Headers({
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

/** A year, for browsers that have come by https once. */
const strictTransport = 'max-age=31536000'

/** Makes an answer. What `own` says, it says instead of what all answers do. */
export function respond(
  c: Context<Hallway>,
  body: string | null,
  status: number,
  own: Readonly<Record<string, string>>,
): Response {
  const headers = new Headers(always)
  headers.set('X-Request-Id', c.get('requestId'))
  if (c.req.url.startsWith('https:')) headers.set('Strict-Transport-Security', strictTransport)
  const sharedSeconds = c.get('sharedSeconds')
  if (sharedSeconds !== undefined) headers.set('Vary', 'Authorization, X-API-Key')
  const isAnonymous = !c.req.header('Authorization') && !c.req.header('X-API-Key')
  const isShared = sharedSeconds !== undefined && isAnonymous && status === 200
  headers.set('Cache-Control', isShared ? `public, max-age=${sharedSeconds}` : 'no-store')
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
  return new Response(body, { status, headers })
}

/** Answers preflights, which nobody is behind and which nothing is counted for. */
export const answerPreflight: MiddlewareHandler<Hallway> = async (c, next) => {
  if (c.req.method === 'OPTIONS') return respond(c, null, 204, preflight)
  return next()
}

/** Lets caches between keep for some seconds what everybody is answered. */
export function shareFor(seconds: number): MiddlewareHandler<Hallway> {
  return (c, next) => {
    c.set('sharedSeconds', seconds)
    return next()
  }
}
