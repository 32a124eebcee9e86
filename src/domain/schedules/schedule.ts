// When somebody works: weekly hours, dates that differ, time off; in wall-clock minutes of a zone that the schedule does not know.
import { addDays, dateAt, instantAt, isDate, weekdayOf } from './wall-clock.ts'

const DAY_MINUTES = 1440
const WEEK_DAYS = 7
const LATEST_MINUTE = 2 * DAY_MINUTES

/** A half-open stretch of time in epoch ms: `from` belongs to it, `to` does not. */
export interface Interval {
  from: number
  to: number
}

/** Wall-clock minutes since midnight, 0 to 2880: past 1440 is the next day, which still belongs to the date it began on. */
export interface Hours {
  startMinute: number
  endMinute: number
}

/** Hours of every week: Monday is 1, Sunday 7. */
export interface WeeklyHours extends Hours {
  weekday: number
}

/** The hours of one date ('YYYY-MM-DD') instead of its weekly ones; none at all means closed. */
export interface DateOverride {
  date: string
  intervals: readonly Hours[]
}

/** A stretch (epoch ms, half-open) in which nobody works, whatever the hours say. */
export interface TimeOff extends Interval {
  reason?: string | null
}

export interface Schedule {
  weekly: readonly WeeklyHours[]
  overrides: readonly DateOverride[]
  timeOff: readonly TimeOff[]
}

/** What is wrong with one field of a schedule, in words for the person who sent it. */
export interface ScheduleProblem {
  field: string
  message: string
}

/** What a time of day in a schedule must be, in words that follow its name. */
export const hoursRule = 'must be HH:MM, from 00:00 to 48:00'

/** Minutes since midnight of 'HH:MM' between 00:00 and 48:00; undefined when it is no such time. */
export function parseMinutes(text: string): number | undefined {
  const match = /^(\d\d):([0-5]\d)$/.exec(text)
  if (!match) return undefined
  const minutes = Number(match[1]) * 60 + Number(match[2])
  return minutes <= LATEST_MINUTE ? minutes : undefined
}

/** 'HH:MM' of minutes since midnight, counting on past 24:00 ('26:00'). */
export function formatMinutes(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/**
 * Everything wrong with a schedule, by field ('weekly.0.start'); empty when it may be kept. Weekly hours are held against weekly hours,
 * dates against dates: an override replaces its day, so a weekly night that reaches into it is no mistake.
 */
export function problemsOf(schedule: Schedule): ScheduleProblem[] {
  const problems: ScheduleProblem[] = []
  const weekly: Placed[] = []
  for (const [index, hours] of schedule.weekly.entries()) {
    const field = `weekly.${index}`
    const isDay = Number.isInteger(hours.weekday) && hours.weekday >= 1 && hours.weekday <= WEEK_DAYS
    if (!isDay)
      problems.push({ field: `${field}.weekday`, message: 'Weekday must be 1 (Monday) to 7 (Sunday)' })
    const wrong = problemsOfHours(hours, field)
    problems.push(...wrong)
    if (isDay && wrong.length === 0) weekly.push(placeHours(hours, hours.weekday - 1, field))
  }
  problems.push(...overlapsOf(weekly, WEEK_DAYS * DAY_MINUTES))

  const dated: Placed[] = []
  const dates = new Set<string>()
  for (const [index, { date, intervals }] of schedule.overrides.entries()) {
    const field = `overrides.${index}`
    const fits = isDate(date) && !dates.has(date)
    if (!isDate(date)) problems.push({ field: `${field}.date`, message: 'Date must be a YYYY-MM-DD date' })
    else if (!fits) problems.push({ field: `${field}.date`, message: 'Date is given twice' })
    dates.add(date)
    for (const [place, hours] of intervals.entries()) {
      const wrong = problemsOfHours(hours, `${field}.intervals.${place}`)
      problems.push(...wrong)
      if (fits && wrong.length === 0) {
        dated.push(placeHours(hours, Date.parse(date) / 86_400_000, `${field}.intervals.${place}`))
      }
    }
  }
  problems.push(...overlapsOf(dated))

  for (const [index, { from, to }] of schedule.timeOff.entries()) {
    if (!(from < to)) problems.push({ field: `timeOff.${index}.from`, message: 'From must be before to' })
  }
  return problems
}

/**
 * The hours as they are written, each as its own interval, that touch [fromAt, toAt): sorted by start, uncut, neither merged nor thinned by
 * time off. Slots step from these starts, so that neither time off nor the range asked for shifts them.
 */
export function hoursBetween(schedule: Schedule, timeZone: string, fromAt: number, toAt: number): Interval[] {
  const overrides = new Map(schedule.overrides.map((override) => [override.date, override.intervals]))
  const found: Interval[] = []
  const last = dateAt(timeZone, toAt)
  // Hours may run to the end of the next date, and a clock change may push that end into the one after it.
  const first = addDays(dateAt(timeZone, fromAt), -2)
  const count = (Date.parse(last) - Date.parse(first)) / 86_400_000
  for (let index = 0; index <= count; index++) {
    const date = addDays(first, index)
    const weekday = weekdayOf(date)
    const hours = overrides.get(date) ?? schedule.weekly.filter((weekly) => weekly.weekday === weekday)
    // A date that a zone left out (Apia, 30 December 2011) has no hours.
    if (hours.length === 0 || instantAt(timeZone, date, 0) === instantAt(timeZone, date, DAY_MINUTES))
      continue
    for (const { startMinute, endMinute } of hours) {
      const from = instantAt(timeZone, date, startMinute)
      const to = instantAt(timeZone, date, endMinute)
      if (from < to && from < toAt && to > fromAt) found.push({ from, to })
    }
  }
  return found.sort((one, other) => one.from - other.from || one.to - other.to)
}

/** The time that is really open: sorted hours with everything adjacent or overlapping made one, less the time off. */
export function openOf(hours: readonly Interval[], timeOff: readonly Interval[]): Interval[] {
  const closed = merge(timeOff.filter(({ from, to }) => from < to).sort(byStart))
  return without(merge(hours), closed)
}

/** Open stretches between two instants (epoch ms), merged, sorted and cut to [fromAt, toAt). */
export function openingHours(schedule: Schedule, timeZone: string, fromAt: number, toAt: number): Interval[] {
  return openOf(hoursBetween(schedule, timeZone, fromAt, toAt), schedule.timeOff)
    .map(({ from, to }) => ({ from: Math.max(from, fromAt), to: Math.min(to, toAt) }))
    .filter(({ from, to }) => from < to)
}

// Hours on one endless line of minutes, with the field they came from.
interface Placed extends Interval {
  field: string
}

function placeHours(hours: Hours, day: number, field: string): Placed {
  return { from: day * DAY_MINUTES + hours.startMinute, to: day * DAY_MINUTES + hours.endMinute, field }
}

function problemsOfHours({ startMinute, endMinute }: Hours, field: string): ScheduleProblem[] {
  const problems: ScheduleProblem[] = []
  for (const [name, minute] of [
    ['start', startMinute],
    ['end', endMinute],
  ] as const) {
    if (!Number.isInteger(minute) || minute < 0 || minute > LATEST_MINUTE) {
      problems.push({
        field: `${field}.${name}`,
        message: `${name === 'start' ? 'Start' : 'End'} ${hoursRule}`,
      })
    }
  }
  if (problems.length === 0 && startMinute >= endMinute) {
    problems.push({ field: `${field}.start`, message: 'Start must be before end' })
  }
  return problems
}

// With a cycle (a week) the line closes on itself: its end is followed by its beginning.
function overlapsOf(hours: Placed[], cycle?: number): ScheduleProblem[] {
  const again =
    cycle === undefined
      ? []
      : hours.map(({ from, to, field }) => ({ from: from + cycle, to: to + cycle, field }))
  const fields = new Set<string>()
  let until = Number.NEGATIVE_INFINITY
  for (const { from, to, field } of [...hours, ...again].sort(byStart)) {
    if (from < until) fields.add(field)
    until = Math.max(until, to)
  }
  return [...fields].map((field) => ({ field: `${field}.start`, message: 'Hours overlap with others' }))
}

function merge(sorted: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  let last: Interval | undefined
  for (const { from, to } of sorted) {
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push((last = { from, to }))
  }
  return result
}

function without(open: readonly Interval[], closed: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  let next = 0
  for (const { from, to } of open) {
    while (next < closed.length && closed[next]!.to <= from) next++
    let start = from
    for (let index = next; index < closed.length && closed[index]!.from < to; index++) {
      const gap = closed[index]!
      if (gap.from > start) result.push({ from: start, to: gap.from })
      start = Math.max(start, gap.to)
    }
    if (start < to) result.push({ from: start, to })
  }
  return result
}

function byStart(one: Interval, other: Interval): number {
  return one.from - other.from
}
