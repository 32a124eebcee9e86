// When a delivery that failed is tried again: twelve attempts over three days.

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** The wait before each attempt, in ms. */
const waits = [
  0,
  5 * second,
  30 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  10 * hour,
  14 * hour,
  15 * hour,
  15 * hour,
] as const

/** How much earlier or later than planned, so that not all come back at once. */
const jitter = 0.2

/**
 * When to try again after so many failed attempts, or null when it was the last. `chance` is from 0 to below 1; a
 * receiver that asks for patience gets up to twice the wait.
 */
export function nextAttemptAt(
  attempts: number,
  now: number,
  chance: number,
  retryAt?: number,
): number | null {
  const wait = waits[attempts]
  if (wait === undefined) return null
  const planned = wait * (1 - jitter + 2 * jitter * chance)
  const asked = retryAt === undefined ? 0 : Math.min(retryAt - now, 2 * wait)
  return now + Math.round(Math.max(planned, asked))
}

/** A delivery that fails for a reason of our own is given up when the event log does not reach back to its event any more. */
const ownFailuresLastMs = 30 * 24 * hour

/** When to try again after so many failures of our own: after half a minute, twice that and so on, up to an hour. */
export function nextOwnAttemptAt(failures: number, eventAt: number, now: number): number | null {
  if (now - eventAt >= ownFailuresLastMs) return null
  return now + Math.min(30 * second * 2 ** (failures - 1), hour)
}

/** The instant that a Retry-After header asks for, in seconds or as a date; undefined when it makes no sense. */
export function retryAtOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const at = /^\d{1,9}$/.test(header.trim()) ? now + Number(header) * second : Date.parse(header)
  return Number.isNaN(at) ? undefined : at
}
