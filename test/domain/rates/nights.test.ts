import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NightRow } from '#db/nightly-prices.ts'
import { unrestricted } from '#domain/prices/night.ts'
import { Nights } from '#domain/rates/nights.ts'
import { blankRate, mostDerivations, requireDerivable } from '#domain/rates/rate.ts'
import type { Rate } from '#domain/rates/rate.ts'

const date = '2031-03-03'
const room = { kind: 'room' as const, id: 7 }
const type = { kind: 'roomType' as const, id: 8 }

function aRate(id: number, changes: Partial<Rate> = {}): Rate {
  return { ...blankRate({ id, businessId: 1, currency: 'EUR', name: `Rate ${id}` }, 0), ...changes }
}

function aRow(rateId: number, changes: Partial<NightRow> = {}): NightRow {
  return {
    businessId: 1,
    rateId,
    placeKind: 'room',
    placeId: room.id,
    dateOn: date,
    basePriceMinor: 10_000,
    personPrices: null,
    restrictions: null,
    editedAt: 10,
    ...changes,
  }
}

const closed = { ...unrestricted, isClosed: true }
const onTheSpot = { ...unrestricted, maxAdvanceDays: 0 }

describe('a night at a derived rate', () => {
  const standard = aRate(1)
  const saver = aRate(2, {
    parentRateId: 1,
    relation: { basisPoints: -1000, additionalMinor: 150 },
    updatedAt: 5,
  })
  const nightOf = (rate: Rate, rows: NightRow[], places = [room]) =>
    new Nights([standard, saver], rows).of(rate, places)?.(date)

  it('costs what the parent does and what the relation adds, for every number of persons', () => {
    const personPrices = JSON.stringify([{ persons: 1, priceMinor: 8_000 }])
    const restrictions = JSON.stringify(closed)
    expect(nightOf(saver, [aRow(1, { personPrices, restrictions })])).toEqual({
      dateOn: date,
      basePriceMinor: 9_150,
      personPrices: [{ persons: 1, priceMinor: 7_350 }],
      restrictions: closed,
      editedAt: 10,
    })
  })

  it('has what was said of the rate itself before what its parent says, price and restrictions each', () => {
    const parent = aRow(1, { restrictions: JSON.stringify(closed), editedAt: 20 })
    expect(nightOf(saver, [parent, aRow(2, { basePriceMinor: 7_000 })])).toMatchObject({
      basePriceMinor: 7_000,
      restrictions: closed,
      editedAt: 20,
    })
    const own = aRow(2, { basePriceMinor: 7_000, restrictions: JSON.stringify(onTheSpot) })
    expect(nightOf(saver, [parent, own])).toMatchObject({
      basePriceMinor: 7_000,
      restrictions: onTheSpot,
      editedAt: 10,
    })
  })

  it('is edited when the rate is', () => {
    expect(nightOf({ ...saver, updatedAt: 30 }, [aRow(1)])?.editedAt).toBe(30)
    expect(nightOf({ ...standard, updatedAt: 30 }, [aRow(1)])?.editedAt).toBe(10)
  })

  it('is unknown as long as nothing is said anywhere', () => {
    expect(nightOf(saver, [aRow(1, { dateOn: '2031-03-04' })])).toBeUndefined()
    expect(new Nights([standard, saver], []).of(saver, [room])).toBeUndefined()
  })
})

describe('a room of a type', () => {
  const standard = aRate(1)
  const ofType = { placeKind: 'roomType' as const, placeId: type.id }
  const nightIn = (rows: NightRow[]) => new Nights([standard], rows).of(standard, [room, type])?.(date)

  it('costs what the type does until it has a price of its own', () => {
    const typed = aRow(1, { ...ofType, basePriceMinor: 9_000, restrictions: JSON.stringify(closed) })
    expect(nightIn([typed])).toMatchObject({ basePriceMinor: 9_000, restrictions: closed })
    expect(nightIn([typed, aRow(1)])).toMatchObject({ basePriceMinor: 10_000, restrictions: closed })
    const open = aRow(1, { restrictions: JSON.stringify(unrestricted) })
    expect(nightIn([typed, open])).toMatchObject({ basePriceMinor: 10_000, restrictions: unrestricted })
  })
})

it('prices derived over and over are those of a plain model that works in fractions', () => {
  const relation = fc.record({
    basisPoints: fc.option(fc.integer({ min: -10_000, max: 30_000 })),
    additionalMinor: fc.option(fc.integer({ min: -100_000, max: 100_000 })),
  })
  const chain = fc.array(fc.record({ relation, own: fc.option(fc.nat(1_000_000)) }), {
    minLength: 1,
    maxLength: 1 + mostDerivations,
  })
  fc.assert(
    fc.property(chain, (links) => {
      const rates = links.map((link, at) =>
        aRate(at + 1, at === 0 ? {} : { parentRateId: at, relation: link.relation }),
      )
      const rows = links.flatMap(({ own }, at) =>
        own === null ? [] : [aRow(at + 1, { basePriceMinor: own })],
      )
      let expected: bigint | undefined
      links.forEach(({ relation: { basisPoints, additionalMinor }, own }) => {
        if (own !== null) expected = BigInt(own)
        else if (expected !== undefined) {
          const twice = (expected * BigInt(10_000 + (basisPoints ?? 0)) * 2n) / 10_000n
          const sum = (twice + 1n) / 2n + BigInt(additionalMinor ?? 0)
          expected = sum < 0n ? 0n : sum
        }
      })
      const found = new Nights(rates, rows).of(rates.at(-1)!, [room])?.(date)
      expect(found?.basePriceMinor).toBe(expected === undefined ? undefined : Number(expected))
    }),
    { numRuns: 1000, seed: 20310303 },
  )
})

describe('rates derived from each other', () => {
  const derived = (id: number, parentRateId: number) => aRate(id, { parentRateId })

  it('are as deep as they may be, and no deeper, whichever of them moves', () => {
    const deep = [aRate(1), derived(2, 1), derived(3, 2)]
    expect(() => requireDerivable({ id: 4, parentRateId: 3 }, deep)).not.toThrow()
    expect(() => requireDerivable({ id: 5, parentRateId: 4 }, [...deep, derived(4, 3)])).toThrow(/times over/)
    const other = [aRate(11), derived(12, 11)]
    expect(() => requireDerivable({ id: 1, parentRateId: 12 }, [...deep.slice(1), ...other])).toThrow(
      /times over/,
    )
  })

  it('never lead back to themselves, nor to nowhere', () => {
    const others = [derived(2, 1), derived(3, 2)]
    for (const parentRateId of [1, 2, 3]) {
      expect(() => requireDerivable({ id: 1, parentRateId }, others)).toThrow(/never from themselves/)
    }
    expect(() => requireDerivable({ id: 1, parentRateId: 9 }, others)).toThrow(/not found/)
  })
})
