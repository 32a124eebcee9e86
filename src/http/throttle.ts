// Rate limits as they look at the door: who is counted, what the limiter is asked, what the answer's headers say.
import { canonicalAddress, canonicalRange } from '#domain/api-keys/ip-range.ts'
import { DomainError } from '#domain/errors.ts'
import type { Policy, Verdict } from '#domain/rate-limits/sliding-window.ts'
import type { AccessClaims } from './access-token.ts'

const QUARTER_HOUR_MS = 15 * 60_000
const DAY_MS = 24 * 60 * 60_000

/** The native dialect's limits: every caller's, and the one that sign-up, sign-in and refresh count in as well. */
export const DEFAULT_POLICY: Policy = { name: 'default', limit: 500, windowMs: QUARTER_HOUR_MS }
export const AUTH_POLICY: Policy = { name: 'auth', limit: 20, windowMs: QUARTER_HOUR_MS }
/** How many accounts may be made from one address. */
export const SIGN_UP_POLICY: Policy = { name: 'signup', limit: 50, windowMs: DAY_MS }
/** What all keys of a business may do together. */
export const BUSINESS_POLICY: Policy = { name: 'business', limit: 5_000, windowMs: QUARTER_HOUR_MS }
/** Whoever has a /48 has 65,536 addresses to be counted by: together they may do what this many may. */
const ADDRESSES_PER_NETWORK = 10

/** The limiter's side of the door: a Durable Object namespace, or whatever answers like one. */
export interface RateLimiterNamespace {
  getByName(name: string): { ask(policies: Policy[], sessionId?: number): Promise<Answer> }
}

/** `hasEnded`: the session that the call was made in is over, and the call was not counted. */
export type Answer = Verdict & { hasEnded?: boolean }

/** Whose limiter knows which of the account's sessions have ended. */
export function callerOf({ accountId }: { accountId: number }): string {
  return `user:${accountId}`
}

/**
 * Whom an anonymous call is counted for: the IPv4 address, the /64 of an IPv6 address (one household, countless addresses),
 * or `unknown`. Only the header that Cloudflare's edge itself sets is believed.
 */
export function clientAddress(request: Request): string {
  const address = canonicalAddress(request.headers.get('CF-Connecting-IP')?.trim() ?? '')
  if (!address) return 'unknown'
  return address.includes(':') ? (canonicalRange(`${address}/64`) ?? 'unknown') : address
}

/** What a request is counted for: the limiter that is asked, and the policies that it is asked about in one call. */
export interface Toll {
  limiter: string
  policies: Policy[]
  /** The session that the request stands and falls with. */
  session?: AccessClaims | undefined
  /** Set where the request is counted, and let through all the same. */
  isLenient?: boolean
}

/** The toll of whoever is known by an address only; addresses of one IPv6 /48 are counted together as well. */
export function tollOfAddress(request: Request, policies: Policy[]): Toll {
  const address = clientAddress(request)
  const network = canonicalRange(address.replace(/\/64$/, '/48'))
  if (!network || !address.includes(':')) return { limiter: `ip:${address}`, policies }
  const own = policies.map((policy) => ({ ...policy, counter: `${address} ${policy.name}` }))
  const shared = policies.map(({ name, limit, windowMs }) => {
    return { name: `${name}-network`, limit: ADDRESSES_PER_NETWORK * limit, windowMs }
  })
  return { limiter: `ip:${network}`, policies: [...own, ...shared] }
}

/** The toll of a key: its own limit, and that of its business, which one limiter counts for all keys of it. */
export function tollOfKey({ keyId, businessId }: { keyId: number; businessId: number }): Toll {
  const own = { ...DEFAULT_POLICY, counter: `key:${keyId}` }
  return { limiter: `business:${businessId}`, policies: [own, BUSINESS_POLICY] }
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

interface Denial {
  verdict: Verdict
  at: number
  /** When somebody was last let past it to storage. */
  passedAt: number
}

/** Denials this isolate has seen, oldest first: until one lapses, a flood stops here and costs the object nothing. */
const denials = new WeakMap<RateLimiterNamespace, Map<string, Denial>>()
const DENIALS_KEPT = 10_000

function seenBy(namespace: RateLimiterNamespace): Map<string, Denial> {
  const seen = denials.get(namespace) ?? new Map<string, Denial>()
  denials.set(namespace, seen)
  return seen
}

function nameOf(caller: string, policies: Policy[]): string {
  return JSON.stringify([caller, policies])
}

/** The refusal that this isolate remembers for the caller, as it reads at `now`; undefined when there is none, or no more. */
export function rememberedDenial(
  namespace: RateLimiterNamespace,
  caller: string,
  policies: Policy[],
  now: number,
): Verdict | undefined {
  const seen = seenBy(namespace)
  const name = nameOf(caller, policies)
  const denial = seen.get(name)
  if (denial && now >= denial.at && now < denial.at + denial.verdict.retryAfterMs) {
    return later(denial.verdict, now - denial.at)
  }
  seen.delete(name)
  return undefined
}

/** Whether one more may pass a remembered denial, to show what it is: one in a second. */
export function mayPassDenial(
  namespace: RateLimiterNamespace,
  caller: string,
  policies: Policy[],
  now: number,
): boolean {
  const denial = seenBy(namespace).get(nameOf(caller, policies))
  if (!denial) return true
  if (now < denial.passedAt + 1_000) return false
  denial.passedAt = now
  return true
}

/**
 * Counts a call of `caller` at `now` (epoch ms) under all `policies`, or finds that it is refused; `session` is the one
 * it was made in, if that matters.
 * @throws DomainError `unavailable` when the limiter does not answer: an uncounted call is not let through
 */
export async function askLimiter(
  namespace: RateLimiterNamespace,
  caller: string,
  policies: Policy[],
  now: number,
  session?: AccessClaims,
): Promise<Answer> {
  const known = rememberedDenial(namespace, caller, policies, now)
  if (known) return known

  const account = session && callerOf(session)
  const [verdict, elsewhere] = await Promise.all([
    askObject(namespace, caller, policies, account === caller ? session?.sessionId : undefined),
    account && account !== caller ? askObject(namespace, account, [], session?.sessionId) : undefined,
  ])
  if (!verdict.allowed) {
    const seen = seenBy(namespace)
    seen.set(nameOf(caller, policies), { verdict, at: now, passedAt: -Infinity })
    for (const oldest of seen.keys()) {
      if (seen.size <= DENIALS_KEPT) break
      seen.delete(oldest)
    }
  }
  return elsewhere?.hasEnded ? { ...verdict, hasEnded: true } : verdict
}

async function askObject(
  namespace: RateLimiterNamespace,
  caller: string,
  policies: Policy[],
  sessionId?: number,
): Promise<Answer> {
  try {
    // A new stub each time: one that has thrown stays broken.
    return await namespace.getByName(caller).ask(policies, sessionId)
  } catch (cause) {
    throw new DomainError('unavailable', 'rate_limit.unavailable', 'The service is busy, try again shortly', {
      retryAfterSeconds: 1,
      cause,
    })
  }
}

/** A refusal as it reads `elapsedMs` after it was spoken. */
function later({ policies, retryAfterMs }: Verdict, elapsedMs: number): Verdict {
  return {
    allowed: false,
    retryAfterMs: retryAfterMs - elapsedMs,
    policies: policies.map((standing) => ({
      ...standing,
      resetMs: Math.max(0, standing.resetMs - elapsedMs),
    })),
  }
}
