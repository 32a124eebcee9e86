// The limiter as a door asks it: for whom a request is counted, and what this isolate remembers of its refusals.
import { canonicalAddress, canonicalRange } from '#domain/api-keys/ip-range.ts'
import { DomainError } from '#domain/errors.ts'
import type { Policy, Verdict } from '#domain/rate-limits/sliding-window.ts'
import type { AccessClaims } from './access-token.ts'
import { keepLatest } from './keep-latest.ts'

/** A /48 contains 65,536 networks that are counted one by one; together they may call as often as this many. */
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
  /** The request is counted, but never refused. */
  isLenient?: boolean
}

/** The toll of a caller known only by address; the addresses of one IPv6 /48 are also counted together. */
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

interface Denial {
  verdict: Verdict
  at: number
  /** When a request was last let past this denial to storage. */
  passedAt: number
}

/**
 * Denials that this isolate has seen, oldest first: while one stands, repeated calls are refused here and never reach
 * the Durable Object.
 */
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
  if (seen.size === 0) return undefined
  const name = nameOf(caller, policies)
  const denial = seen.get(name)
  if (denial && now >= denial.at && now < denial.at + denial.verdict.retryAfterMs) {
    return later(denial.verdict, now - denial.at)
  }
  seen.delete(name)
  return undefined
}

/** Whether a request may pass a remembered denial to find out whether its key is good: one a second may. */
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
    const denial = { verdict, at: now, passedAt: -Infinity }
    keepLatest(seenBy(namespace), nameOf(caller, policies), denial, DENIALS_KEPT)
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
    throw new DomainError('rate_limit.unavailable', { retryAfterSeconds: 1, cause })
  }
}

/** A denial with its waiting times reduced by `elapsedMs`. */
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
