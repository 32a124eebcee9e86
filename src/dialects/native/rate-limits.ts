// How often one may call: 500 requests in 15 minutes, and where passwords are tried 20 from an address.
import type { Policy, Verdict } from '#domain/rate-limits/sliding-window.ts'
import type { Context } from 'hono'
import type { Hallway, Payer } from '#http/hallway.ts'
import { callerOf, tollOfAddress } from '#http/limiter.ts'
import type { Toll } from '#http/limiter.ts'
import type { Limits } from '#http/throttle.ts'

const quarterHourMs = 15 * 60_000

/** Every caller's, and the one that sign-up, sign-in and refresh count in as well. */
export const defaultPolicy: Policy = { name: 'default', limit: 500, windowMs: quarterHourMs }
export const authPolicy: Policy = { name: 'auth', limit: 20, windowMs: quarterHourMs }
/** How many accounts may be made from one address. */
export const signUpPolicy: Policy = { name: 'signup', limit: 50, windowMs: 24 * 3_600_000 }
/** What all keys of a business may do together. */
export const businessPolicy: Policy = { name: 'business', limit: 5_000, windowMs: quarterHourMs }

export const limits: Limits = {
  counted,
  // Whoever invents keys is held to the limit of the address that they come from.
  suspected: (c) => tollOfAddress(c.req.raw, [defaultPolicy]),
  headers: rateLimitHeaders,
}

function counted(c: Context<Hallway>, payer: Payer | undefined): Toll | undefined {
  const { method, path } = c.req
  const session = payer?.type === 'user' ? payer : undefined
  const own = session && { limiter: callerOf(session), policies: [defaultPolicy] }
  // Nobody is kept from signing out, and it may be said twice.
  if (own && method === 'DELETE' && path === '/api/auth/session') return { ...own, isLenient: true }
  // Where passwords are tried, addresses are counted, even of those who are signed in.
  if (path.startsWith('/api/auth/') || path === '/api/users/account') {
    const policies = [defaultPolicy, authPolicy, ...(path === '/api/auth/signup' ? [signUpPolicy] : [])]
    // Whoever signs in may still carry the token of the time before.
    return {
      ...tollOfAddress(c.req.raw, policies),
      session: path === '/api/users/account' ? session : undefined,
    }
  }
  if (payer?.type === 'key') return tollOfKey(payer)
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
  const [nearest] = policies.toSorted((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs)
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
