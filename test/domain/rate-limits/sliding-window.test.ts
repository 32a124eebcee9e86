import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admit, lapsesAt, type History, type Policy } from '#domain/rate-limits/sliding-window.ts'

const START = Date.UTC(2026, 0, 15, 9, 30)
const QUARTER_HOUR = 15 * 60_000

/** A caller in virtual time, with a log of its own that shares nothing with the limiter. */
function aCaller(policies: Policy[]) {
  let history: History = {}
  const log: { at: number; names: string[] }[] = []
  return {
    log,
    get history() {
      return history
    },
    call(at: number, asked = policies) {
      const answer = admit(history, asked, at)
      history = answer.history
      if (answer.verdict.allowed) log.push({ at, names: asked.map(({ name }) => name) })
      return answer.verdict
    },
    evict() {
      history = JSON.parse(JSON.stringify(history)) as History
    },
    most(policy: Policy) {
      return mostInAnyWindow(
        log.filter(({ names }) => names.includes(policy.name)).map(({ at }) => at),
        policy.windowMs,
      )
    },
  }
}

/** Two hands over the ordered instants; a fullest window can always be moved to begin at one of them. */
function mostInAnyWindow(instants: number[], windowMs: number): number {
  let most = 0
  let end = 0
  instants.forEach((from, begin) => {
    while (end < instants.length && (instants[end] ?? 0) < from + windowMs) end++
    most = Math.max(most, end - begin)
  })
  return most
}

const aPolicy = (name: string) =>
  fc.record({
    name: fc.constant(name),
    limit: fc.integer({ min: 1, max: 30 }),
    windowMs: fc.constantFrom(1, 7, 99, 100, 1_000, 5_000, 60_000, QUARTER_HOUR),
  })

/** Gaps between calls as fractions of a window, with a taste for its edges and those of its sub-windows. */
const gaps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.double({ min: 0, max: 0.02, noNaN: true }) },
    { weight: 2, arbitrary: fc.constantFrom(0.0099, 0.01, 0.0101, 0.49, 0.5, 0.99, 1, 1.01) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1.2, noNaN: true }) },
  ),
  { minLength: 1, maxLength: 250 },
)

describe('the sliding window', () => {
  it('never admits more than the limit in any true window, whatever the arrivals, evictions and combinations', () => {
    const steps = fc.array(
      fc.record({
        burst: fc.integer({ min: 1, max: 4 }),
        asks: fc.constantFrom('a', 'b', 'both'),
        evict: fc.boolean(),
        returns: fc.boolean(),
      }),
      { minLength: 1, maxLength: 250 },
    )
    fc.assert(
      fc.property(
        aPolicy('a'),
        aPolicy('b'),
        gaps,
        steps,
        fc.nat(QUARTER_HOUR),
        (a, b, pauses, calls, offset) => {
          const caller = aCaller([a, b])
          const asking = { a: [a], b: [b], both: [a, b] }
          let now = START + offset
          let retryAfterMs = 0
          pauses.forEach((pause, i) => {
            const { burst, asks, evict, returns } = calls[i % calls.length]!
            now += returns && retryAfterMs > 0 ? retryAfterMs : Math.round(pause * (i % 2 ? a : b).windowMs)
            if (evict) caller.evict()
            for (let call = 0; call < burst; call++) ({ retryAfterMs } = caller.call(now, asking[asks]))
          })
          expect(caller.most(a)).toBeLessThanOrEqual(a.limit)
          expect(caller.most(b)).toBeLessThanOrEqual(b.limit)
        },
      ),
      { numRuns: 500, seed: 1 },
    )
  })

  it('holds at the edge of a window: 500 at its end are not followed by 500 at the next one’s start', () => {
    const policy = { name: 'default', limit: 500, windowMs: QUARTER_HOUR }
    const caller = aCaller([policy])
    for (let i = 0; i < 600; i++) caller.call(START + QUARTER_HOUR - 1)
    for (let i = 0; i < 600; i++) caller.call(START + QUARTER_HOUR + 1)
    for (let i = 0; i < 600; i++) caller.call(START + 2 * QUARTER_HOUR - 2)
    expect(caller.log).toHaveLength(500)
    for (let i = 0; i < 600; i++) caller.call(START + 2 * QUARTER_HOUR - 1)
    expect(caller.log).toHaveLength(1000)
    expect(caller.most(policy)).toBe(500)
  })

  it('leaves at least 95 % of the limit usable to a caller who always wants more', () => {
    const loads = [
      { name: 'default', limit: 500, windowMs: QUARTER_HOUR },
      { name: 'auth', limit: 20, windowMs: QUARTER_HOUR },
      { name: 'minute', limit: 100, windowMs: 60_000 },
      { name: 'five seconds', limit: 1, windowMs: 5_000 },
      { name: 'second', limit: 50, windowMs: 1_000 },
    ]
    for (const policy of loads) {
      for (const timesTheLimit of [1, 1.5, 2, 10]) {
        const caller = aCaller([policy])
        const ideal: number[] = []
        const gap = policy.windowMs / policy.limit / timesTheLimit
        for (let passed = 0; passed < 20 * policy.windowMs; passed += gap) {
          const at = START + Math.round(passed)
          caller.call(at)
          if (ideal.length < policy.limit || at - (ideal.at(-policy.limit) ?? 0) >= policy.windowMs)
            ideal.push(at)
        }
        const share = caller.log.length / ideal.length
        expect(share, `${policy.name} × ${timesTheLimit}`).toBeGreaterThanOrEqual(0.95)
        expect(caller.most(policy)).toBeLessThanOrEqual(policy.limit)
      }
    }
  })

  it('is exact to the millisecond for one call in five seconds', () => {
    const caller = aCaller([{ name: 'five seconds', limit: 1, windowMs: 5_000 }])
    expect(caller.call(START).allowed).toBe(true)
    expect(caller.call(START + 4_999)).toMatchObject({ allowed: false, retryAfterMs: 1 })
    expect(caller.call(START + 5_000).allowed).toBe(true)
  })

  it('tells a refused caller the very millisecond at which the same call is admitted', () => {
    fc.assert(
      fc.property(aPolicy('a'), aPolicy('b'), gaps, (a, b, pauses) => {
        const caller = aCaller([a, b])
        let now = START
        for (const [i, pause] of pauses.entries()) {
          now += Math.round((pause * a.windowMs) / 4)
          const { allowed, retryAfterMs } = caller.call(now, i % 3 ? [a, b] : [a])
          if (allowed) expect(retryAfterMs).toBe(0)
        }
        const refused = admit(caller.history, [a, b], now).verdict
        fc.pre(!refused.allowed)
        const { retryAfterMs } = refused
        expect(retryAfterMs).toBeGreaterThan(0)
        expect(admit(caller.history, [a, b], now + retryAfterMs - 1).verdict.allowed).toBe(false)
        expect(admit(caller.history, [a, b], now + retryAfterMs).verdict.allowed).toBe(true)
      }),
      { seed: 1 },
    )
  })

  it('charges nothing for a refused call, not even to the policy that would have admitted it', () => {
    const wide = { name: 'default', limit: 500, windowMs: QUARTER_HOUR }
    const narrow = { name: 'auth', limit: 20, windowMs: QUARTER_HOUR }
    const caller = aCaller([wide, narrow])
    for (let i = 0; i < 20; i++) caller.call(START + i)
    const before = caller.history
    for (let i = 0; i < 100; i++) expect(caller.call(START + 1_000 + i).allowed).toBe(false)
    expect(caller.history).toBe(before)
    expect(caller.call(START + 2_000, [wide]).policies).toMatchObject([{ name: 'default', remaining: 479 }])
  })

  it('reports what is left of each policy and when there will be more', () => {
    const wide = { name: 'default', limit: 3, windowMs: 60_000 }
    const narrow = { name: 'burst', limit: 2, windowMs: 1_000 }
    const caller = aCaller([wide, narrow])
    expect(caller.call(START)).toEqual({
      allowed: true,
      retryAfterMs: 0,
      policies: [
        { ...wide, remaining: 2, resetMs: 60_000 },
        { ...narrow, remaining: 1, resetMs: 1_000 },
      ],
    })
    caller.call(START + 600)
    expect(caller.call(START + 700)).toEqual({
      allowed: false,
      retryAfterMs: 300,
      policies: [
        { ...wide, remaining: 1, resetMs: 59_300 },
        { ...narrow, remaining: 0, resetMs: 300 },
      ],
    })
    expect(caller.call(START + 2_000).allowed).toBe(true)
    expect(caller.call(START + 4_000)).toMatchObject({ allowed: false, retryAfterMs: 56_000 })
  })

  it('obeys a lowered limit at once', () => {
    const policy = { name: 'default', limit: 10, windowMs: 1_000 }
    const lowered = { ...policy, limit: 4 }
    const caller = aCaller([policy])
    for (let i = 0; i < 10; i++) caller.call(START + i * 20)
    const { allowed, retryAfterMs, policies } = caller.call(START + 300, [lowered])
    expect({ allowed, policies }).toMatchObject({ allowed: false, policies: [{ remaining: 0 }] })
    expect(START + 300 + retryAfterMs).toBe(START + 6 * 20 + 1_000)
  })

  it('grows stricter, never laxer, when the clock steps back', () => {
    const policy = { name: 'default', limit: 5, windowMs: 1_000 }
    const caller = aCaller([policy])
    for (let i = 0; i < 3; i++) caller.call(START + 900)
    for (let i = 0; i < 3; i++) caller.call(START)
    expect(caller.log).toHaveLength(5)
    const { allowed, retryAfterMs } = caller.call(START + 100)
    expect({ allowed, retryAfterMs }).toEqual({ allowed: false, retryAfterMs: 1_800 })
    expect(caller.call(START + 1_899).allowed).toBe(false)
    expect(caller.call(START + 1_900).allowed).toBe(true)
  })

  it('stays small however many calls it has counted, and drops policies that have lapsed', () => {
    const policy = { name: 'default', limit: 50_000, windowMs: 60_000 }
    const caller = aCaller([policy])
    for (let at = 0; at < 180_000; at += 3) caller.call(START + at)
    expect(caller.history['default']?.marks.length).toBeLessThanOrEqual(101)
    expect(JSON.stringify(caller.history).length).toBeLessThan(2_200)
    caller.call(START + 240_001, [{ name: 'other', limit: 1, windowMs: 1_000 }])
    expect(Object.keys(caller.history)).toEqual(['other'])
  })

  it('knows when nothing it remembers counts any more', () => {
    expect(lapsesAt({})).toBe(0)
    const caller = aCaller([
      { name: 'default', limit: 5, windowMs: 60_000 },
      { name: 'burst', limit: 5, windowMs: 1_000 },
    ])
    caller.call(START)
    caller.call(START + 500)
    expect(lapsesAt(caller.history)).toBe(START + 60_500)
  })
})
