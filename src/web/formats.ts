// Times and money as the reader's language writes them.
import { dateAt } from '#domain/schedules/wall-clock.ts'
import type { Reader } from './reader.ts'

type ByLocale = Pick<Reader, 'locale'>

/** Amounts are in minor units. */
export function moneyText({ locale }: ByLocale, minor: number, currency: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

/** A date that no clock goes with, such as 2031-03-03. */
export function dateText({ locale }: ByLocale, date: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(date))
}

export function dayText({ locale }: ByLocale, timeZone: string, at: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone }).format(at)
}

/** The hours and minutes of an instant; formats are costly to make, so this answers how to write many. */
export function clock({ locale }: ByLocale, timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone })
  return (at) => format.format(at)
}

/** From when until when; with the days where there are two. */
export function spanText({ locale }: ByLocale, timeZone: string, fromAt: number, toAt: number): string {
  const isOneDay = dateAt(timeZone, fromAt) === dateAt(timeZone, toAt)
  const time = { hour: 'numeric', minute: '2-digit', timeZone } as const
  const options = isOneDay ? time : ({ ...time, day: 'numeric', month: 'short' } as const)
  return new Intl.DateTimeFormat(locale, options).formatRange(fromAt, toAt)
}

/** A day and a time in short. */
export function instantText({ locale }: ByLocale, timeZone: string, at: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)
}

/** What the clocks there are called at an instant. */
export function zoneText({ locale }: ByLocale, timeZone: string, at: number): string {
  const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', timeZoneName: 'long', timeZone })
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

export function countryText({ locale }: ByLocale, country: string): string {
  return new Intl.DisplayNames(locale, { type: 'region' }).of(country) ?? country
}
