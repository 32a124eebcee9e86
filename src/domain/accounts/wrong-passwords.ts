// How often a wrong password may be given for one account, wherever it comes from. Strangers share one count; each
// device and address that the account knows has its own, so that nobody can lock somebody else out of their places.

/** Wrong passwords that are not forgiven yet, as of the last one; plain data, fit to be stored. */
export interface Strikes {
  count: number
  at: number
}

/** Wrong passwords that cost no wait: more than the limit of one address lets through in a quarter of an hour. */
const FREE = 30
/** From here on the wait grows no further. */
const MOST = 40
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 15 * 60_000
const FORGIVEN_AFTER_MS = 15 * 60_000

export function strike(before: Strikes | undefined, now: number): Strikes {
  return { count: Math.min(MOST, (before ? countAt(before, now) : 0) + 1), at: now }
}

/** How long (ms) the next password has to wait: twice as long after each wrong one above the free ones; 0 when not at all. */
export function waitAt(strikes: Strikes | undefined, now: number): number {
  if (!strikes || strikes.count < FREE) return 0
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (strikes.count - FREE))
  return Math.max(0, strikes.at + wait - now)
}

/** The instant from which none of them count any more. */
export function forgivenAt({ count, at }: Strikes): number {
  return at + count * FORGIVEN_AFTER_MS
}

/** One is forgiven for each full quarter of an hour without another. */
function countAt({ count, at }: Strikes, now: number): number {
  return count - Math.min(count, Math.max(0, Math.floor((now - at) / FORGIVEN_AFTER_MS)))
}
