import { describe, expect, it } from 'vitest'
import { forgivenAt, strike, waitAt } from '#domain/accounts/wrong-passwords.ts'
import type { Strikes } from '#domain/accounts/wrong-passwords.ts'

const now = Date.UTC(2031, 2, 3, 8)
const minute = 60_000

const after = (count: number): Strikes | undefined => {
  let strikes: Strikes | undefined
  for (let i = 0; i < count; i++) strikes = strike(strikes, now)
  return strikes
}

describe('wrong passwords', () => {
  it('cost no wait until there are more than one address may give', () => {
    expect(waitAt(undefined, now)).toBe(0)
    expect(waitAt(after(1), now)).toBe(0)
    expect(waitAt(after(29), now)).toBe(0)
  })

  it('cost a second then, twice as much with each, and a quarter of an hour at most', () => {
    expect([30, 31, 32, 39, 40, 41, 500].map((count) => waitAt(after(count), now))).toEqual([
      1_000,
      2_000,
      4_000,
      512_000,
      15 * minute,
      15 * minute,
      15 * minute,
    ])
  })

  it('cost no more than the wait', () => {
    expect(waitAt(after(31), now + 1_999)).toBe(1)
    expect(waitAt(after(31), now + 2_000)).toBe(0)
  })

  it('are forgiven one by one, each after a quarter of an hour without another', () => {
    const later = (minutes: number) => strike(after(30), now + minutes * minute)
    expect(later(0).count).toBe(31)
    expect(later(14.9).count).toBe(31)
    expect(later(15).count).toBe(30)
    expect(later(150).count).toBe(21)
    expect(later(10_000).count).toBe(1)
    expect(forgivenAt({ count: 2, at: now })).toBe(now + 30 * minute)
  })

  it('leave somebody who never stops fewer than two hundred guesses a day', () => {
    let [strikes, at, guesses]: [Strikes | undefined, number, number] = [undefined, now, 0]
    for (;;) {
      at += waitAt(strikes, at)
      if (at >= now + 24 * 60 * minute) break
      strikes = strike(strikes, at)
      guesses += 1
    }
    expect(guesses).toBeGreaterThan(100)
    expect(guesses).toBeLessThan(200)
  })

  it('are not forgiven by a clock that steps back', () => {
    expect(strike(after(30), now - 60 * minute).count).toBe(31)
  })
})
