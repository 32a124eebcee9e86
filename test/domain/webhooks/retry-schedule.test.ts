import { describe, expect, it } from 'vitest'
import { nextAttemptAt, retryAtOf } from '#domain/webhooks/retry-schedule.ts'

const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes
const now = Date.UTC(2031, 0, 1)

describe('the schedule', () => {
  it('is twelve attempts over three days', () => {
    const waits = Array.from({ length: 12 }, (_, index) => nextAttemptAt(index + 1, now, 0.5))
    expect(waits.map((at) => at && at - now)).toEqual([
      5 * seconds,
      30 * seconds,
      5 * minutes,
      30 * minutes,
      2 * hours,
      5 * hours,
      10 * hours,
      10 * hours,
      14 * hours,
      15 * hours,
      15 * hours,
      null,
    ])
  })

  it('is spread by a fifth either way', () => {
    expect(nextAttemptAt(3, now, 0)).toBe(now + 4 * minutes)
    expect(nextAttemptAt(3, now, 0.999_999)).toBeCloseTo(now + 6 * minutes, -3)
  })

  it('gives a receiver that asks for patience up to twice the wait, and never less than planned', () => {
    const after = (retryAfterMs: number) => nextAttemptAt(3, now, 0.5, now + retryAfterMs)! - now
    expect(after(7 * minutes)).toBe(7 * minutes)
    expect(after(24 * hours)).toBe(10 * minutes)
    expect(after(1 * seconds)).toBe(5 * minutes)
    expect(after(-1 * hours)).toBe(5 * minutes)
  })
})

describe('Retry-After', () => {
  it.each([
    ['120', now + 120 * seconds],
    [' 0 ', now],
    ['Wed, 01 Jan 2031 00:02:00 GMT', now + 2 * minutes],
    ['soon', undefined],
    ['1.5e400x', undefined],
    ['99999999999999999999', undefined],
    [null, undefined],
  ])('%s is understood', (header, at) => {
    expect(retryAtOf(header, now)).toBe(at)
  })
})
