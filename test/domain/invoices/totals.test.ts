import { describe, expect, it } from 'vitest'
import { amountsOfLine, grossOf, totalsOf } from '#domain/invoices/totals.ts'

const line = (unitPriceMinor: number, quantityThousandths: number, rate = '23') => ({
  unitPriceMinor,
  quantityThousandths,
  rate,
})

describe('a line', () => {
  it.each([
    ['three nights', 9999, 3000, 29997],
    ['a third of an hour', 1000, 333, 333],
    ['a half, which goes up', 1, 500, 1],
    ['less than a half, which goes down', 1, 499, 0],
    ['a half given back, which goes down as far', -1, 500, -1],
    ['1.005 of 100, which no float can hold', 100_00, 1005, 10050],
    ['a currency without decimals', 1000, 1500, 1500],
    ['more than a float can count', 999_999_999_999, 999, 998_999_999_999],
  ])('is rounded once: %s', (_, price, quantity, gross) => {
    expect(grossOf(line(price, quantity))).toBe(gross)
  })

  it.each([
    ['23', 12_300, 10_000],
    ['8', 10_800, 10_000],
    ['5.5', 10_550, 10_000],
    ['0', 10_000, 10_000],
    ['zw', 10_000, 10_000],
    ['100', 10_001, 5001],
  ])('has its tax in it, at %s', (rate, gross, net) => {
    expect(amountsOfLine(line(gross, 1000, rate))).toEqual({
      grossMinor: gross,
      netMinor: net,
      vatMinor: gross - net,
    })
  })
})

describe('an invoice', () => {
  it('adds up lines as they are printed', () => {
    const thirds = [line(1000, 333), line(1000, 333), line(1000, 334)]
    expect(totalsOf(thirds).grossMinor).toBe(1000)
    // Each alone is 33.33: three of them are 99.99, whatever 3 × 33.333 is.
    expect(totalsOf([line(10_000, 333), line(10_000, 333), line(10_000, 333)]).grossMinor).toBe(9990)
  })

  it('reckons the tax of each rate once, from the sum of its lines', () => {
    const lines = [line(100, 1000), line(100, 1000), line(108, 1000, '8'), line(50, 1000, 'zw')]
    expect(totalsOf(lines)).toEqual({
      netMinor: 163 + 100 + 50,
      vatMinor: 37 + 8,
      grossMinor: 358,
      rates: [
        { rate: '23', netMinor: 163, vatMinor: 37, grossMinor: 200 },
        { rate: '8', netMinor: 100, vatMinor: 8, grossMinor: 108 },
        { rate: 'zw', netMinor: 50, vatMinor: 0, grossMinor: 50 },
      ],
    })
  })

  it('that takes another back comes to the same below zero', () => {
    const lines = [line(3333, 1500), line(99, 333, '8')]
    const back = lines.map((one) => ({ ...one, unitPriceMinor: -one.unitPriceMinor }))
    const [there, here] = [totalsOf(lines), totalsOf(back)]
    expect([here.netMinor, here.vatMinor, here.grossMinor]).toEqual([
      -there.netMinor,
      -there.vatMinor,
      -there.grossMinor,
    ])
  })

  it('is the sum of its rates, and each rate of its net and its tax, whatever the prices', () => {
    for (let price = 1; price < 500; price += 7) {
      const lines = ['23', '8', '5', '0'].map((rate, index) => line(price * (index + 1), 1000 + price, rate))
      const { rates, netMinor, vatMinor, grossMinor } = totalsOf(lines)
      expect(netMinor + vatMinor).toBe(grossMinor)
      expect(rates.reduce((sum, rate) => sum + rate.grossMinor, 0)).toBe(grossMinor)
      expect(lines.reduce((sum, each) => sum + grossOf(each), 0)).toBe(grossMinor)
    }
  })
})
