import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { derivedPrice, mostBasisPoints, mostPerNightMinor, priceFor } from '#domain/prices/night.ts'

it('derives a price as exactly as fractions do, rounds it once, halves up, and never asks for less than nothing', () => {
  const relation = fc.record({
    basisPoints: fc.option(fc.integer({ min: -10_000, max: mostBasisPoints })),
    additionalMinor: fc.option(fc.integer({ min: -10_000_000_000, max: 10_000_000_000 })),
  })
  // As far as three derivations of the highest price can lead.
  const price = fc.integer({ min: 0, max: mostPerNightMinor * 4 ** 3 })
  fc.assert(
    fc.property(price, relation, (priceMinor, given) => {
      const tenThousandths = BigInt(priceMinor) * BigInt(10_000 + (given.basisPoints ?? 0))
      const rounded = (tenThousandths + 5_000n) / 10_000n + BigInt(given.additionalMinor ?? 0)
      expect(derivedPrice(priceMinor, given)).toBe(Number(rounded < 0n ? 0n : rounded))
    }),
    { numRuns: 2000, seed: 20310303 },
  )
})

it.each([
  ['a tenth less', 10_000, -1000, null, 9_000],
  ['half a cent up', 5, 1000, null, 6],
  ['less than half a cent down', 4, 1000, null, 4],
  ['percents first, then the amount', 9_999, 1550, -49, 11_500],
  ['everything taken off', 9_999, -10_000, null, 0],
  ['more than everything taken off', 1_000, null, -2_000, 0],
  ['nothing said', 1_234, null, null, 1_234],
])('derives: %s', (_, priceMinor, basisPoints, additionalMinor, expected) => {
  expect(derivedPrice(priceMinor, { basisPoints, additionalMinor })).toBe(expected)
})

it('asks so many persons for their own price, and everybody else for the base price', () => {
  const night = {
    dateOn: '2031-03-03',
    basePriceMinor: 100,
    personPrices: [{ persons: 1, priceMinor: 80 }],
  }
  expect([1, 2].map((persons) => priceFor(persons, night))).toEqual([80, 100])
})
