// Wall-clock time in IANA zones: dates and minutes of a place to instants, and back.
import { create as plainDateTime, toZonedDateTime } from 'temporal-polyfill/fns/PlainDateTime'
import { create as zonedDateTime, offsetNanoseconds } from 'temporal-polyfill/fns/ZonedDateTime'

const MINUTE = 60_000
const DAY = 86_400_000
const DAY_MINUTES = 1440

/** What a clock on the wall shows: the date, whole minutes since midnight, the offset, and all of it as ISO 8601. */
export interface WallClock {
  date: string
  minutes: number
  offset: string
  text: string
}

/**
 * The instant (epoch ms) at which clocks in `timeZone` show `minutes` after midnight of `date`; from 1440 on that is the wall clock
 * of the next days. A time skipped by a clock change moves later by the gap, a time that comes twice means the first one.
 */
export function instantAt(timeZone: string, date: string, minutes: number): number {
  const later = Math.floor(minutes / DAY_MINUTES)
  const day = dayOf(date) + later
  const minute = minutes - later * DAY_MINUTES
  const startAt = dayStartAt(timeZone, day)
  // A day that is not 24 hours long has a clock change in it: only there elapsed and wall-clock minutes differ.
  return dayStartAt(timeZone, day + 1) - startAt === DAY
    ? startAt + minute * MINUTE
    : resolve(timeZone, day, minute)
}

/** What clocks in `timeZone` show at the instant `at` (epoch ms). */
export function wallClockAt(timeZone: string, at: number): WallClock {
  const offset = offsetAt(timeZone, at)
  const text = new Date(at + offset).toISOString().slice(0, 19)
  const apart = Math.abs(offset) / MINUTE
  const sign = offset < 0 ? '-' : '+'
  const zoneOffset = `${sign}${twoDigits(Math.floor(apart / 60))}:${twoDigits(Math.floor(apart % 60))}`
  return {
    date: text.slice(0, 10),
    minutes: Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16)),
    offset: zoneOffset,
    text: text + zoneOffset,
  }
}

/** The local date ('YYYY-MM-DD') in `timeZone` at the instant `at` (epoch ms). */
export function dateAt(timeZone: string, at: number): string {
  return dateOf(Math.floor((at + offsetAt(timeZone, at)) / DAY))
}

/** The weekday of a date: Monday 1 to Sunday 7. */
export function weekdayOf(date: string): number {
  // 1 January 1970 was a Thursday.
  return ((((dayOf(date) + 3) % 7) + 7) % 7) + 1
}

/** The date `count` days after `date`, before it when negative. */
export function addDays(date: string, count: number): string {
  return dateOf(dayOf(date) + count)
}

/** How many days after `from` the date `to` is, before it when negative; on whatever clock, a day is a day. */
export function daysBetween(from: string, to: string): number {
  return dayOf(to) - dayOf(from)
}

/** The dates from one to another, both included. */
export function datesBetween(from: string, to: string): string[] {
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, day) => addDays(from, day))
}

/** Whether `text` is a date of the calendar, written 'YYYY-MM-DD'. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const at = Date.parse(text)
  return !Number.isNaN(at) && dateOf(at / DAY) === text
}

/** Whether `name` is an IANA time zone in its own spelling ('Europe/Berlin', 'UTC'): no fixed offset, no 'europe/berlin'. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z]/i.test(name)) return false
  try {
    return zonedDateTime(0n, name).timeZoneId === name
  } catch {
    return false
  }
}

// Day starts by zone and day number, kept for the life of the isolate and thrown away when there are too many.
const MOST_DAY_STARTS = 50_000
const dayStarts = new Map<string, Map<number, number>>()
let dayStartCount = 0

function dayStartAt(timeZone: string, day: number): number {
  let starts = dayStarts.get(timeZone)
  const known = starts?.get(day)
  if (known !== undefined) return known
  const at = resolve(timeZone, day, 0)
  if (++dayStartCount > MOST_DAY_STARTS) {
    dayStarts.clear()
    dayStartCount = 1
    starts = undefined
  }
  if (!starts) dayStarts.set(timeZone, (starts = new Map()))
  starts.set(day, at)
  return at
}

function resolve(timeZone: string, day: number, minute: number): number {
  const date = new Date(day * DAY)
  const wall = plainDateTime(
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    Math.floor(minute / 60),
    minute % 60,
  )
  return toZonedDateTime(wall, timeZone, { disambiguation: 'compatible' }).epochMilliseconds
}

function offsetAt(timeZone: string, at: number): number {
  return offsetNanoseconds(zonedDateTime(BigInt(at) * 1_000_000n, timeZone)) / 1_000_000
}

function dayOf(date: string): number {
  return Date.parse(date) / DAY
}

function dateOf(day: number): string {
  const date = new Date(day * DAY)
  const year = String(date.getUTCFullYear()).padStart(4, '0')
  return `${year}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
