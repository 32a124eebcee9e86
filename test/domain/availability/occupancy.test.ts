import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { onceEach, unitsFree } from '#domain/availability/occupancy.ts'
import type { Occupancy, Wanted } from '#domain/availability/occupancy.ts'

const taken = (
  from: number,
  to: number,
  units = 1,
  capacity = 3,
  serviceId: number | null = 1,
): Occupancy => ({
  from,
  to,
  units,
  capacity,
  serviceId,
})
const wanted = (from: number, to: number, capacity = 3, serviceId: number | null = 1): Wanted => ({
  from,
  to,
  capacity,
  serviceId,
})

/** Minute by minute, unit by unit: the most that can be added without breaking the rule anywhere. */
function countUnitsFree(existing: Occupancy[], { from, to, capacity, serviceId }: Wanted): number {
  let most = capacity
  for (let minute = from; minute < to; minute++) {
    const present = existing.filter((entry) => entry.from <= minute && minute < entry.to)
    const sum = present.reduce((units, entry) => units + entry.units, 0)
    const ceiling = Math.min(capacity, ...present.map((entry) => entry.capacity))
    const mixed = present.some((entry) => entry.serviceId !== serviceId)
    most = Math.min(most, mixed ? 0 : ceiling - sum)
  }
  return Math.max(0, most)
}

const stretch = (longest: number) =>
  fc
    .tuple(fc.nat(40), fc.integer({ min: 1, max: longest }))
    .map(([from, length]) => ({ from, to: from + length }))
const occupancies = (capacities: fc.Arbitrary<number>, services: fc.Arbitrary<number | null>) =>
  fc.array(
    fc
      .record({
        at: stretch(20),
        units: fc.integer({ min: 1, max: 3 }),
        capacity: capacities,
        serviceId: services,
      })
      .map(({ at, ...rest }) => ({ ...at, ...rest })),
    { maxLength: 14 },
  )

fc.configureGlobal({ seed: 20260329 })

describe('Units free on a resource', () => {
  it('are all of them when nothing is taken, or only what touches', () => {
    expect(unitsFree([], wanted(10, 20))).toBe(3)
    expect(unitsFree([taken(0, 10), taken(20, 30)], wanted(10, 20))).toBe(3)
  })

  it('are none when one overlaps another by a minute, on either side or inside', () => {
    for (const [from, to] of [
      [0, 11],
      [19, 30],
      [14, 15],
      [0, 40],
      [10, 20],
    ] as const) {
      expect(unitsFree([taken(from, to, 1, 1)], wanted(10, 20, 1))).toBe(0)
    }
  })

  it('are counted where the crowd is, not by pairs: staggered guests are never all there at once', () => {
    const staggered = [taken(7, 9, 1, 4), taken(8, 13, 1, 4), taken(3, 8, 1, 4), taken(3, 9, 1, 4)]
    expect(unitsFree(staggered, wanted(4, 10, 4))).toBe(1)
    expect(unitsFree([taken(0, 10), taken(10, 20), taken(20, 30)], wanted(0, 30, 2))).toBe(1)
  })

  it('shrink by the units of each', () => {
    expect(unitsFree([taken(0, 10, 2, 5)], wanted(5, 15, 5))).toBe(3)
    expect(unitsFree([taken(0, 10, 2, 5), taken(9, 12, 3, 5)], wanted(5, 15, 5))).toBe(0)
  })

  it('keep within the smallest capacity of those who are there, while they are', () => {
    expect(unitsFree([taken(0, 10, 1, 2)], wanted(5, 15, 9))).toBe(1)
    expect(unitsFree([taken(0, 10, 1, 9)], wanted(5, 15, 2))).toBe(1)
    // The small one has left when the large group comes.
    expect(unitsFree([taken(0, 10, 1, 2), taken(10, 20, 5, 9)], wanted(0, 20, 9))).toBe(1)
    expect(unitsFree([taken(0, 11, 1, 2), taken(10, 20, 5, 9)], wanted(0, 20, 9))).toBe(0)
  })

  it('are none while another service is there, and no service is a service too', () => {
    expect(unitsFree([taken(0, 10, 1, 3, 2)], wanted(9, 15, 3, 1))).toBe(0)
    expect(unitsFree([taken(0, 10, 1, 3, null)], wanted(9, 15, 3, 1))).toBe(0)
    expect(unitsFree([taken(0, 10, 1, 3, null)], wanted(9, 15, 3, null))).toBe(2)
    expect(unitsFree([taken(0, 9, 1, 3, 2)], wanted(9, 15, 3, 1))).toBe(3)
  })

  it('are none, not fewer, where too much is taken already', () => {
    expect(unitsFree([taken(0, 10, 3, 3), taken(0, 10, 3, 3)], wanted(0, 10))).toBe(0)
  })

  it('leave what they are told untouched', () => {
    const existing = Object.freeze(
      [taken(8, 9), taken(0, 9), taken(3, 20, 1, 2)].map((entry) => Object.freeze(entry)),
    )
    expect(unitsFree(existing, wanted(0, 30))).toBe(0)
    expect(existing.map(({ from }) => from)).toEqual([8, 0, 3])
  })

  it('agree with a count minute by minute, for one capacity', () => {
    fc.assert(
      fc.property(occupancies(fc.constant(8), fc.constant(1)), stretch(30), (existing, at) => {
        const asked = wanted(at.from, at.to, 8)
        expect(unitsFree(existing, asked)).toBe(countUnitsFree(existing, asked))
      }),
      { numRuns: 2000 },
    )
  })

  it('agree with a count minute by minute, for capacities and services of all kinds', () => {
    const capacities = fc.integer({ min: 1, max: 20 })
    const services = fc.oneof({ weight: 30, arbitrary: fc.constant(1) }, fc.constantFrom(2, null))
    fc.assert(
      fc.property(occupancies(capacities, services), stretch(30), capacities, (existing, at, capacity) => {
        const asked = wanted(at.from, at.to, capacity)
        expect(unitsFree(existing, asked)).toBe(countUnitsFree(existing, asked))
      }),
      { numRuns: 5000 },
    )
  })

  it('can be taken, and not one more', () => {
    const capacities = fc.integer({ min: 3, max: 20 })
    fc.assert(
      fc.property(occupancies(capacities, fc.constant(1)), stretch(30), (existing, at) => {
        const asked = wanted(at.from, at.to, 12)
        const free = unitsFree(existing, asked)
        fc.pre(free > 0)
        expect(unitsFree([...existing, { ...asked, units: free }], asked)).toBe(0)
        if (free > 1) expect(unitsFree([...existing, { ...asked, units: free - 1 }], asked)).toBe(1)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('A booking that is being changed', () => {
  const entries = fc.array(
    fc
      .record({ id: fc.integer({ min: 1, max: 3 }), at: stretch(20), units: fc.integer({ min: 1, max: 3 }) })
      .map(({ id, at, units }) => ({ id, ...taken(at.from, at.to, units, 9) })),
    { maxLength: 8 },
  )

  it('counts at every minute as the largest of its own entries', () => {
    fc.assert(
      fc.property(entries, fc.nat(60), (existing, minute) => {
        const present = existing.filter(({ from, to }) => from <= minute && minute < to)
        const largest = new Map<number, number>()
        for (const { id, units } of present) largest.set(id, Math.max(units, largest.get(id) ?? 0))
        const counted = onceEach(existing).filter(({ from, to }) => from <= minute && minute < to)
        const sum = (all: Iterable<number>) => [...all].reduce((total, units) => total + units, 0)
        expect(sum(counted.map(({ units }) => units))).toBe(sum(largest.values()))
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps within the smaller of its capacities while both count', () => {
    const own = [
      { id: 1, ...taken(0, 10, 1, 2) },
      { id: 1, ...taken(5, 15, 1, 5) },
    ]
    expect(unitsFree(onceEach(own), wanted(5, 10, 5))).toBe(1)
    expect(unitsFree(onceEach(own), wanted(10, 15, 5))).toBe(4)
  })
})
