import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unrestricted } from '#domain/prices/night.ts'
import type { Night, Restrictions } from '#domain/prices/night.ts'
import { brokenRestriction, priceOfStay } from '#domain/prices/stay-price.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'

const today = '2031-03-03'
const stay = { arrivalOn: '2031-03-10', departureOn: '2031-03-13' }

/** Nights from the arrival on, a week of them, restricted where said. */
function nightsWith(restricted: Record<string, Partial<Restrictions>>): Map<string, Night> {
  return new Map(
    Array.from({ length: 7 }, (_, night) => addDays(stay.arrivalOn, night)).map((dateOn, night) => [
      dateOn,
      {
        dateOn,
        basePriceMinor: 10_000 + night,
        personPrices: [{ persons: 1, priceMinor: 8_000 }],
        restrictions: { ...unrestricted, ...restricted[dateOn] },
      },
    ]),
  )
}

describe('the price of a stay', () => {
  it('is that of its nights, without the one that begins on the departure', () => {
    expect(priceOfStay(stay, 2, nightsWith({}))).toBe(10_000 + 10_001 + 10_002)
    expect(priceOfStay(stay, 1, nightsWith({}))).toBe(3 * 8_000)
  })

  it('is not known while one of its nights has none', () => {
    const nights = nightsWith({})
    nights.delete('2031-03-12')
    expect(priceOfStay(stay, 2, nights)).toBeNull()
  })

  it.each(['2031-03-30', '2031-10-26'])(
    'counts nights by the calendar, also where clocks change: %s',
    (change) => {
      const span = { arrivalOn: addDays(change, -1), departureOn: addDays(change, 2) }
      const dates = [-1, 0, 1].map((days) => addDays(change, days))
      const night = { basePriceMinor: 100, personPrices: [], restrictions: unrestricted }
      expect(priceOfStay(span, 2, new Map(dates.map((dateOn) => [dateOn, { ...night, dateOn }])))).toBe(300)
    },
  )
})

describe('the restrictions of a stay', () => {
  const broken = (restricted: Record<string, Partial<Restrictions>>, span = stay, on = today) =>
    brokenRestriction(span, on, nightsWith(restricted))?.field

  it('hold nobody back where there are none, nor where nothing was said', () => {
    expect(broken({})).toBeUndefined()
    expect(brokenRestriction(stay, today, new Map())).toBeUndefined()
  })

  it.each<[string, Record<string, Partial<Restrictions>>, 'arrival' | 'departure' | undefined]>([
    ['no arrival on the first day', { '2031-03-10': { mayArrive: false } }, 'arrival'],
    ['no arrival on another day', { '2031-03-11': { mayArrive: false } }, undefined],
    ['no departure on the last day', { '2031-03-13': { mayDepart: false } }, 'departure'],
    ['no departure on another day', { '2031-03-12': { mayDepart: false } }, undefined],
    ['the first night closed', { '2031-03-10': { isClosed: true } }, 'arrival'],
    ['a later night closed', { '2031-03-12': { isClosed: true } }, 'departure'],
    ['the night after the stay closed', { '2031-03-13': { isClosed: true } }, undefined],
    ['exactly as long as it must be', { '2031-03-10': { minStay: 3, maxStay: 3 } }, undefined],
    ['shorter than it must be', { '2031-03-10': { minStay: 4 } }, 'departure'],
    ['longer than it may be', { '2031-03-10': { maxStay: 2 } }, 'departure'],
    ['a length that only a later arrival must have', { '2031-03-11': { minStay: 7 } }, undefined],
    ['exactly as far ahead', { '2031-03-10': { minAdvanceDays: 7, maxAdvanceDays: 7 } }, undefined],
    ['booked too late', { '2031-03-10': { minAdvanceDays: 8 } }, 'arrival'],
    ['booked too early', { '2031-03-10': { maxAdvanceDays: 6 } }, 'arrival'],
  ])('name what is at fault: %s', (_, restricted, field) => {
    expect(broken(restricted)).toBe(field)
  })

  it('are those that a plain reading of each night finds', () => {
    const rule = fc.record({
      minStay: fc.option(fc.integer({ min: 1, max: 4 })),
      maxStay: fc.option(fc.integer({ min: 1, max: 4 })),
      minAdvanceDays: fc.option(fc.integer({ min: 0, max: 9 })),
      maxAdvanceDays: fc.option(fc.integer({ min: 0, max: 9 })),
      isClosed: fc.boolean(),
      mayArrive: fc.boolean(),
      mayDepart: fc.boolean(),
    })
    const week = fc.array(rule, { minLength: 7, maxLength: 7 })
    const length = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(week, length, fc.integer({ min: 0, max: 9 }), (rules, nights, ahead) => {
        const [first] = rules as [Restrictions]
        const isSold =
          rules.slice(0, nights).every(({ isClosed }) => !isClosed) &&
          first.mayArrive &&
          rules[nights]!.mayDepart &&
          nights >= (first.minStay ?? 0) &&
          nights <= (first.maxStay ?? 99) &&
          ahead >= (first.minAdvanceDays ?? 0) &&
          ahead <= (first.maxAdvanceDays ?? 99)
        const restricted = Object.fromEntries(rules.map((one, at) => [addDays(stay.arrivalOn, at), one]))
        const span = { ...stay, departureOn: addDays(stay.arrivalOn, nights) }
        expect(broken(restricted, span, addDays(stay.arrivalOn, -ahead)) === undefined).toBe(isSold)
      }),
      { seed: 20310303 },
    )
  })
})
