import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { onceEach, unitsFree } from '#domain/availability/occupancy.ts'
import type { Occupancy, Wanted } from '#domain/availability/occupancy.ts'

/** Of the session that begins with it, unless said otherwise. */
const taken = (from: number, to: number, more: Partial<Occupancy> = {}): Occupancy => {
  return { from, to, startAt: from, units: 1, serviceId: 1, ...more }
}
const wanted = (from: number, to: number, more: Partial<Wanted> = {}): Wanted => {
  return { from, to, startAt: from, capacity: 3, serviceId: 1, ...more }
}

/** Minute by minute: who is there, whether they are of the same session, and how many seats they leave. */
function countUnitsFree(existing: Occupancy[], { from, to, capacity, serviceId, startAt }: Wanted): number {
  const present = new Set<Occupancy>()
  for (let minute = from; minute < to; minute++) {
    for (const entry of existing) if (entry.from <= minute && minute < entry.to) present.add(entry)
  }
  const others = [...present].filter((entry) => entry.serviceId !== serviceId || entry.startAt !== startAt)
  const seats = [...present].reduce((sum, { units }) => sum + units, 0)
  return others.length > 0 ? 0 : Math.max(0, capacity - seats)
}

const service = fc.oneof({ weight: 9, arbitrary: fc.constant<number | null>(1) }, fc.constantFrom(2, null))
const occupancy = fc
  .record({
    startAt: fc.constantFrom(0, 10, 10, 10, 20),
    before: fc.constantFrom(0, 0, 5),
    length: fc.integer({ min: 1, max: 15 }),
    units: fc.integer({ min: 1, max: 3 }),
    serviceId: service,
  })
  .map(({ startAt, before, length, units, serviceId }): Occupancy => {
    return { from: startAt - before, to: startAt + length, startAt, units, serviceId }
  })
const wish = fc
  .tuple(occupancy, fc.integer({ min: 1, max: 12 }))
  .map(([{ units: _units, ...place }, capacity]): Wanted => ({ ...place, capacity }))

fc.configureGlobal({ seed: 20260329 })

describe('Units free on a resource', () => {
  it('are all of them when nothing is taken, or only what touches', () => {
    expect(unitsFree([], wanted(10, 20))).toBe(3)
    expect(unitsFree([taken(0, 10), taken(20, 30)], wanted(10, 20))).toBe(3)
  })

  it('are none when another session overlaps by a minute, on either side or inside', () => {
    for (const [from, to] of [
      [0, 11],
      [19, 30],
      [14, 15],
      [0, 40],
    ] as const) {
      expect(unitsFree([taken(from, to)], wanted(10, 20))).toBe(0)
    }
  })

  it('shrink by the units of each who is in the session, whatever buffers they came with', () => {
    const seated = [taken(10, 20, { units: 2 }), taken(5, 25, { startAt: 10, units: 3 })]
    expect(unitsFree(seated, wanted(10, 20, { capacity: 9 }))).toBe(4)
    expect(unitsFree(seated, wanted(8, 22, { startAt: 10, capacity: 9 }))).toBe(4)
    expect(unitsFree(seated, wanted(10, 20, { capacity: 4 }))).toBe(0)
  })

  it('are none while another service is there, and no service is a service too', () => {
    expect(unitsFree([taken(10, 20, { serviceId: 2 })], wanted(10, 20))).toBe(0)
    expect(unitsFree([taken(10, 20, { serviceId: null })], wanted(10, 20))).toBe(0)
    expect(unitsFree([taken(10, 20, { serviceId: null })], wanted(10, 20, { serviceId: null }))).toBe(2)
  })

  it('agree with a count minute by minute', () => {
    fc.assert(
      fc.property(fc.array(occupancy, { maxLength: 6 }), wish, (existing, asked) => {
        expect(unitsFree(existing, asked)).toBe(countUnitsFree(existing, asked))
      }),
      { numRuns: 5000 },
    )
  })

  it('can be taken, and not one more', () => {
    fc.assert(
      fc.property(fc.array(occupancy, { maxLength: 3 }), wish, (existing, asked) => {
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
  it('counts once in each of its sessions, with the most of its units and all of its time', () => {
    const own = [
      { id: 1, ...taken(10, 20, { units: 2 }) },
      { id: 1, ...taken(8, 15, { startAt: 10 }) },
      { id: 1, ...taken(30, 40) },
      { id: 2, ...taken(10, 20) },
    ]
    expect(onceEach(own)).toEqual([
      { id: 1, ...taken(8, 20, { startAt: 10, units: 2 }) },
      { id: 1, ...taken(30, 40) },
      { id: 2, ...taken(10, 20) },
    ])
    expect(unitsFree(onceEach(own), wanted(10, 20, { capacity: 5 }))).toBe(2)
  })
})
