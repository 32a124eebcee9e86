import { expect, it } from 'vitest'
import { fullNumberOf, isFormat, isOfSeries, usualFormat } from '#domain/invoices/numbers.ts'

const october = { month: '2026-10', extraChar: null }

it.each([
  [usualFormat, null, '15/10/2026'],
  [usualFormat, 'A', '15/10/2026/A'],
  ['FV NUMBER-MM-YYYY', null, 'FV 15-10-2026'],
  ['YYYYMMNUMBER', null, '20261015'],
])('a number in the form %s is printed as %3$s', (format, extraChar, printed) => {
  expect(fullNumberOf({ ...october, format, extraChar }, 15)).toBe(printed)
})

it.each([
  [usualFormat, true],
  ['NUMBER/YYYY', false],
  ['MM/YYYY', false],
  ['NUMBER/NUMBER/MM/YYYY', false],
  ['', false],
])('a form has the number, the month and the year, once each: %s', (format, good) => {
  expect(isFormat(format)).toBe(good)
})

it.each([
  ['7/10/2026', true],
  ['07/10/2026', false],
  ['7/11/2026', false],
  ['X-7/10/2026', false],
  ['/10/2026', false],
])('%s is one that the series comes to by itself: %s', (given, isSo) => {
  expect(isOfSeries(given, { ...october, format: usualFormat })).toBe(isSo)
})
