// The native rate limits: 500 requests in 15 minutes, and 20 from one address where passwords are tried.
import { authPolicy, defaultPolicy } from '#domain/rate-limits/policies.ts'
import { leastLeft } from '#domain/rate-limits/sliding-window.ts'
import type { Policy, Verdict } from '#domain/rate-limits/sliding-window.ts'
import type { Context } from 'hono'
import type { Hallway, Payer } from '#http/hallway.ts'
import { callerOf, tollOfAddress } from '#http/limiter.ts'
import type { Toll } from '#http/limiter.ts'
import { sessionOf } from '#http/throttle.ts'
import type { Limits } from '#http/throttle.ts'

/** How many accounts may be made from one address. */
export const signUpPolicy: Policy = { name: 'signup', limit: 50, windowMs: 24 * 3_600_000 }
/** How many leads one address may send. A site's own server, which sends many people's, uses a key. */
export const leadPolicy: Policy = { name: 'leads', limit: 30, windowMs: defaultPolicy.windowMs }
/** What all keys of a business may do together. */
export const businessPolicy: Policy = { name: 'business', limit: 5_000, windowMs: defaultPolicy.windowMs }

export const limits: Limits = {
  counted,
  // Requests with invented keys are counted for their address.
  suspected: (c) => tollOfAddress(c.req.raw, [defaultPolicy]),
  headers: rateLimitHeaders,
}

function counted(c: Context<Hallway>, payer: Payer | undefined): Toll | undefined {
  const { method, path } = c.req
  const session = sessionOf(payer)
  const own = payer?.type === 'user' && { limiter: callerOf(payer), policies: [defaultPolicy] }
  // Signing out is never refused, and may be repeated.
  if (own && method === 'DELETE' && path === '/api/auth/session') return { ...own, isLenient: true }
  // Where passwords are tried, addresses are counted, even of those who are signed in.
  if (path.startsWith('/api/auth/') || path === '/api/users/account') {
    const policies = [defaultPolicy, authPolicy, ...(path === '/api/auth/signup' ? [signUpPolicy] : [])]
    // A sign-in may carry the access token of a session that has ended; that must not refuse it.
    return {
      ...tollOfAddress(c.req.raw, policies),
      session: path === '/api/users/account' ? session : undefined,
    }
  }
  if (payer?.type === 'key') return tollOfKey(payer)
  if (payer && method === 'POST' && path === '/api/leads') {
    return { ...tollOfAddress(c.req.raw, [defaultPolicy, leadPolicy]), session }
  }
  if (own) return { ...own, session }
  return payer && tollOfAddress(c.req.raw, [defaultPolicy])
}

/** The toll of a key: its own limit, and that of its business, which one limiter counts for all keys of it. */
export function tollOfKey({ keyId, businessId }: { keyId: number; businessId: number }): Toll {
  const own = { ...defaultPolicy, counter: `key:${keyId}` }
  return { limiter: `business:${businessId}`, policies: [own, businessPolicy] }
}

/**
 * The rate limit headers of any answer, in the IETF draft's structured fields; `Retry-After` too when the call was refused.
 * `RateLimit` speaks of the policy with the least left, as the draft demands, and among equals of the one that takes longest.
 */
export function rateLimitHeaders({ allowed, retryAfterMs, policies }: Verdict): Record<string, string> {
  const nearest = leastLeft(policies.toSorted((a, b) => b.resetMs - a.resetMs))
  if (!nearest) return {}
  return {
    'RateLimit-Policy': policies
      .map(({ name, limit, windowMs }) => `"${name}";q=${limit};w=${seconds(windowMs)}`)
      .join(', '),
    RateLimit: `"${nearest.name}";r=${nearest.remaining};t=${seconds(nearest.resetMs)}`,
    ...(allowed ? {} : { 'Retry-After': String(seconds(retryAfterMs)) }),
  }
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
