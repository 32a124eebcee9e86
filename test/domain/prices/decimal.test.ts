import { describe, expect, it } from 'vitest'
import { parseDecimal, toDecimal } from '#domain/prices/decimal.ts'

describe('an amount', () => {
  it.each([
    [0, 'EUR', '0'],
    [5, 'EUR', '0.05'],
    [50, 'RUB', '0.5'],
    [5025, 'EUR', '50.25'],
    [10050, 'RUB', '100.5'],
    [30000, 'USD', '300'],
    [300, 'JPY', '300'],
    [1500, 'KWD', '1.5'],
    [-5025, 'EUR', '-50.25'],
    [999_999_999_999_999, 'EUR', '9999999999999.99'],
  ])('of %i in %s is %s', (minor, currency, decimal) => {
    expect(toDecimal(minor, currency)).toBe(decimal)
  })

  it.each([
    ['0', 'EUR', 0],
    ['50.25', 'EUR', 5025],
    ['100.5', 'RUB', 10050],
    ['100.500', 'RUB', 10050],
    ['300', 'JPY', 300],
    ['300.00', 'JPY', 300],
    ['1.5', 'KWD', 1500],
    ['007', 'EUR', 700],
  ])('that reads %s of %s is %i', (decimal, currency, minor) => {
    expect(parseDecimal(decimal, currency)).toBe(minor)
  })

  it.each([
    ['', 'EUR'],
    ['-1', 'EUR'],
    ['1.001', 'EUR'],
    ['1.5', 'JPY'],
    ['1,5', 'EUR'],
    ['1e3', 'EUR'],
    ['.5', 'EUR'],
    ['1.', 'EUR'],
    ['9999999999999', 'EUR'],
  ])('that reads %o of %s is none', (decimal, currency) => {
    expect(parseDecimal(decimal, currency)).toBeUndefined()
  })
})
