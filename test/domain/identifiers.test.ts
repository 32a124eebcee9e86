import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConstraintError } from '#db/database.ts'
import { createIds, firstIdAt, withNewIds } from '#domain/identifiers.ts'
import { days, monday } from '../world.ts'

const epochAt = Date.UTC(2026, 0, 1)

describe('an id', () => {
  it('tells its millisecond since 2026, its shard and its count', () => {
    const ids = createIds(() => 7)
    expect([ids(monday), ids(monday)]).toEqual([firstIdAt(monday) + 7, firstIdAt(monday) + 8])
    expect(firstIdAt(monday)).toBe((monday - epochAt) * 2 ** 13)
    // The five bits between the two are those of the one database there is.
    expect(ids(monday + 1) % 2 ** 13).toBe(7)
  })

  it('goes on into the next millisecond when one has given its 256', () => {
    const ids = createIds(() => 250)
    const made = Array.from({ length: 1000 }, () => ids(monday))
    expect(made[5]).toBe(firstIdAt(monday) + 255)
    expect(made[6]).toBe(firstIdAt(monday + 1))
    expect(new Set(made).size).toBe(1000)
    expect(ids(monday + 1)).toBeGreaterThan(made.at(-1)!)
  })

  it('is larger than all before it, whatever the clock does, and none since an instant is smaller than its first', () => {
    const steps = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 300 })
    fc.assert(
      fc.property(steps, fc.nat(255), (clock, start) => {
        const ids = createIds(() => start)
        let now = monday
        let last = 0
        for (const step of clock) {
          now += step
          const id = ids(now)
          expect(id).toBeGreaterThan(last)
          expect(id).toBeGreaterThanOrEqual(firstIdAt(now))
          last = id
        }
      }),
    )
  })

  it('is right again once a clock that was years ahead is', () => {
    const ids = createIds(() => 0)
    ids(Date.UTC(2045, 0, 1))
    expect(ids(monday)).toBe(firstIdAt(monday))
    // A clock that only steps back does not bring the same ids again.
    const later = ids(monday + 31 * days)
    expect(ids(monday)).toBe(later + 1)
  })

  it('is always one that JSON can carry: past 2060 there is none', () => {
    const ids = createIds(() => 255)
    const end = epochAt + 2 ** 40 - 1
    expect(ids(end)).toBe(2 ** 53 - 2 ** 13 + 255)
    expect(() => ids(end)).toThrow('the clock')
    expect(() => ids(Date.UTC(2099, 0, 1))).toThrow('the clock')
    expect(ids(monday)).toBe(firstIdAt(monday) + 255)
  })
})

describe('work whose new id is taken', () => {
  const failing = (constraint: string, times: number) => {
    let calls = 0
    return async () => {
      calls += 1
      if (calls <= times) throw new ConstraintError(constraint, null)
      return calls
    }
  }

  it('is done once more with another, and then it fails like anything else', async () => {
    expect(await withNewIds(failing('bookings.id', 1))).toBe(2)
    await expect(withNewIds(failing('events.id', 2))).rejects.toMatchObject({ constraint: 'events.id' })
    await expect(withNewIds(failing('businesses.slug', 1))).rejects.toMatchObject({
      constraint: 'businesses.slug',
    })
  })
})
