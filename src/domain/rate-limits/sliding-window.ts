// How often a caller may call: a true sliding window, decided by pure functions over a small, storable history.

/** At most `limit` (1 or more) admissions in any half-open interval of `windowMs`. */
export interface Policy {
  name: string
  limit: number
  windowMs: number
  /** Whose calls it counts, where several are counted side by side; its name tells it apart where there is only one. */
  counter?: string
}

/** Where one policy stands after the call: `remaining` calls now, and more than that in `resetMs` (0 while none are used). */
export interface PolicyStanding extends Omit<Policy, 'counter'> {
  remaining: number
  resetMs: number
}

/** The answer to one call. `retryAfterMs`: when this call would be admitted if no other came before it; 0 if it was admitted. */
export interface Verdict {
  allowed: boolean
  retryAfterMs: number
  policies: PolicyStanding[]
}

/** The policy with the least left; of several the one that comes first. */
export function leastLeft(policies: readonly PolicyStanding[]): PolicyStanding | undefined {
  return policies.toSorted((a, b) => a.remaining - b.remaining)[0]
}

/** The admissions of one sub-window. All of them count until the last one leaves the window, so never a moment too short. */
type Mark = [lastAt: number, count: number]

/** What is remembered of one counter, oldest mark first: plain data, fit to be stored. */
export interface Trail {
  windowMs: number
  marks: Mark[]
}

/** What is remembered, by counter. */
export type History = Record<string, Trail>

/** An admission is forgotten at most one sub-window late, so a hundred of them leave 99 % of a limit usable. */
const SUB_WINDOWS = 100

/**
 * Decides a call at `now` (epoch ms) under several policies: all of them admit it and it is counted in each,
 * or it is refused, consumes nothing and the history comes back as it was.
 */
export function admit(
  history: History,
  policies: readonly Policy[],
  now: number,
): { verdict: Verdict; history: History } {
  const before = policies.map((policy) => usage(policy, history[counterOf(policy)]?.marks ?? [], now))
  const full = before.filter(({ policy, used }) => used >= policy.limit)
  const allowed = full.length === 0
  const after = allowed
    ? before.map(({ policy, live }) => usage(policy, addMark(policy, live, now), now))
    : before

  const verdict = {
    allowed,
    retryAfterMs: Math.max(0, ...full.map(({ growsAt }) => growsAt - now)),
    policies: after.map(({ policy: { name, limit, windowMs }, used, growsAt }) => ({
      name,
      limit,
      windowMs,
      remaining: Math.max(0, limit - used),
      resetMs: growsAt - now,
    })),
  }
  if (!allowed) return { verdict, history }

  const others = Object.entries(history).filter(([, trail]) => trailLapsesAt(trail) > now)
  const asked = after.map(
    ({ policy, live }) => [counterOf(policy), { windowMs: policy.windowMs, marks: live }] as const,
  )
  return { verdict, history: Object.fromEntries([...others, ...asked]) }
}

/** Under which name a policy's trail is remembered. */
export function counterOf({ counter, name }: Policy): string {
  return counter ?? name
}

/** The instant from which nothing in the history counts any more; 0 for an empty one. */
export function lapsesAt(history: History): number {
  return Math.max(0, ...Object.values(history).map(trailLapsesAt))
}

function trailLapsesAt({ windowMs, marks }: Trail): number {
  return (marks.at(-1)?.[0] ?? 0) + windowMs
}

/** The marks that still count, their sum, and the instant at which more calls than now will be free. */
function usage(policy: Policy, marks: Mark[], now: number) {
  const live = marks.filter(([lastAt]) => lastAt + policy.windowMs > now)
  const used = live.reduce((sum, [, count]) => sum + count, 0)

  let inTheWay = Math.max(1, used - policy.limit + 1)
  const next = live.find(([, count]) => (inTheWay -= count) <= 0)
  return { policy, live, used, growsAt: next ? next[0] + policy.windowMs : now }
}

function addMark(policy: Policy, marks: Mark[], now: number): Mark[] {
  const newest = marks.at(-1)
  if (!newest) return [[now, 1]]

  // A clock that stepped back stands still here: the window may only seem longer, never shorter.
  const at = Math.max(now, newest[0])
  const subWindow = (instant: number) => Math.floor((instant * SUB_WINDOWS) / policy.windowMs)
  return subWindow(at) === subWindow(newest[0])
    ? [...marks.slice(0, -1), [at, newest[1] + 1]]
    : [...marks, [at, 1]]
}
