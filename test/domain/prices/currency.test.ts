import { expect, it } from 'vitest'
import { toMajor, toMinor } from '#domain/prices/currency.ts'

it.each([
  [19.99, 'EUR', 1999],
  [1.005, 'EUR', 100],
  [1.15, 'RUB', 115],
  [1500, 'JPY', 1500],
  [1.234, 'KWD', 1234],
  [0, 'EUR', 0],
])('%d %s are %i of the smallest', (amount, currency, minor) => {
  expect(toMinor(amount, currency)).toBe(minor)
})

it.each([
  [1999, 'EUR', 19.99],
  [1500, 'JPY', 1500],
  [1234, 'KWD', 1.234],
])('%i of the smallest %s are %d', (minor, currency, amount) => {
  expect(toMajor(minor, currency)).toBe(amount)
})
