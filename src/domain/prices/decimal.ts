// Money as people write it: a decimal in the currency's own unit, beside the minor units in which it is kept.
import { digitsOf } from './currency.ts'

/** The shortest decimal of an amount in minor units: 5025 of EUR is "50.25", 30000 is "300". */
export function toDecimal(minor: number, currency: string): string {
  const places = digitsOf(currency)
  const digits = String(Math.abs(minor)).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '')
  return `${minor < 0 ? '-' : ''}${whole}${fraction && `.${fraction}`}`
}

/** The minor units of a decimal that is not negative; undefined when it is none, or finer than the currency. */
export function parseDecimal(decimal: string, currency: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d+))?$/.exec(decimal) ?? []
  const places = digitsOf(currency)
  if (whole === undefined || /[1-9]/.test(fraction.slice(places))) return undefined
  return Number(whole + fraction.slice(0, places).padEnd(places, '0'))
}
