import { describe, expect, it } from 'vitest'
import type { NightRow } from '#db/nightly-prices.ts'
import { plainRate } from '#db/rates.ts'
import type { RateRow } from '#db/rates.ts'
import { unrestricted } from '#domain/prices/night.ts'
import { DomainError } from '#domain/errors.ts'
import { requireSold, termsOf } from '#domain/rates/stay-terms.ts'

const rateId = 2
const stay = {
  room: { id: 7, roomTypeId: 8 },
  arrivalOn: '2031-03-10',
  departureOn: '2031-03-12',
  todayOn: '2031-03-03',
}

function aRate(id: number, changes: Partial<RateRow> = {}): RateRow {
  const times = { createdAt: 1, updatedAt: 1 }
  return { ...plainRate, id, businessId: 1, name: `Rate ${id}`, currency: 'EUR', ...times, ...changes }
}
const standard = aRate(1)
const saver = aRate(2, { parentRateId: 1, basisPoints: -1000 })

function aNight(dateOn: string, changes: Partial<NightRow> = {}): NightRow {
  return {
    businessId: 1,
    rateId: 1,
    placeKind: 'room',
    placeId: 7,
    dateOn,
    basePriceMinor: 10_000,
    personPrices: null,
    restrictions: null,
    editedAt: 1,
    ...changes,
  }
}
const nights = [aNight('2031-03-10'), aNight('2031-03-11', { placeKind: 'roomType', placeId: 8 })]

function refusalOf(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return [error.code, error.errors?.map(({ field }) => field)]
  }
}

describe('a stay at a rate', () => {
  it('costs what its nights do there, in its room or by the type of it', () => {
    const terms = termsOf(rateId, { rates: [standard, saver], nights })(stay)
    expect([terms.currency, terms.priceFor(2)]).toEqual(['EUR', 18_000])
  })

  it('has no price while one of its nights has none', () => {
    const longer = { ...stay, departureOn: '2031-03-13' }
    expect(termsOf(rateId, { rates: [standard, saver], nights })(longer).priceFor(2)).toBeNull()
    expect(termsOf(rateId, { rates: [standard, saver], nights: [] })(stay).priceFor(2)).toBeNull()
  })

  it('is at a rate that there is, and that is sold in its room', () => {
    const unknown = ['request.validation_failed', ['rateId']]
    expect(refusalOf(() => termsOf(rateId, { rates: [], nights: [] })(stay))).toEqual(unknown)
    const elsewhere = aRate(2, { roomIds: '[1]', roomTypeIds: '[1]' })
    expect(refusalOf(() => termsOf(rateId, { rates: [elsewhere], nights: [] })(stay))).toEqual(unknown)
    const untyped = { ...stay, room: { id: 7, roomTypeId: null } }
    const byType = aRate(2, { roomIds: '[]' })
    expect(refusalOf(() => termsOf(rateId, { rates: [byType], nights: [] })(untyped))).toEqual(unknown)
    expect(refusalOf(() => termsOf(rateId, { rates: [byType], nights: [] })(stay))).toBeUndefined()
  })

  it('is refused where a restriction forbids its arrival or its departure', () => {
    const restricted = (dateOn: string, rules: object) =>
      refusalOf(() => {
        const restrictions = JSON.stringify({ ...unrestricted, ...rules })
        const found = { rates: [standard, saver], nights: [...nights, aNight(dateOn, { restrictions })] }
        requireSold(termsOf(rateId, found)(stay))
      })
    expect(restricted('2031-03-10', { mayArrive: false })).toEqual(['stay.restricted', ['arrival']])
    expect(restricted('2031-03-12', { mayDepart: false })).toEqual(['stay.restricted', ['departure']])
    expect(restricted('2031-03-12', { mayArrive: false })).toBeUndefined()
  })
})
