const epochAt = Date.UTC(2026, 0, 1)
const randomBits = 13
let last = 0

/** No id made since an instant is smaller. */
export function firstIdAt(at: number): number {
  return Math.max(0, at - epochAt) * 2 ** randomBits
}

/**
 * A new 53-bit id: 40 bits of milliseconds since 2026 (enough until 2060), then 13 random bits. Ids made later are
 * larger; in one isolate no two are the same, and between isolates the primary key decides.
 */
export function newId(now: number): number {
  const [random = 0] = crypto.getRandomValues(new Uint16Array(1))
  const candidate = (now - epochAt) * 2 ** randomBits + (random % 2 ** randomBits)
  last = Math.max(candidate, last + 1)
  return last
}
