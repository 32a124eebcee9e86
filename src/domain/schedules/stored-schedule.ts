// A schedule on its way into the database and out of it.
import type { Statement } from '#db/database.ts'
import { replaceSchedule } from '#db/resources.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { problemsOf } from './schedule.ts'
import type { DateOverride, Schedule, WeeklyHours } from './schedule.ts'

/** As a query answers it: its lists as JSON, in the order of the columns named; null is an empty one. */
export interface StoredSchedule {
  /** As it was written. */
  weekly: string | null
  /** [dateOn, intervals] */
  overrides: string | null
  /** [fromAt, toAt, reason] */
  timeOff: string | null
}

export function toSchedule({ weekly, overrides, timeOff }: StoredSchedule): Schedule {
  const dates = parseOwn<[string, DateOverride['intervals']][]>(overrides ?? '[]')
  const absences = parseOwn<[number, number, string | null][]>(timeOff ?? '[]')
  return {
    weekly: parseOwn<WeeklyHours[]>(weekly ?? '[]'),
    overrides: dates.map(([date, intervals]) => ({ date, intervals })),
    timeOff: absences.map(([from, to, reason]) => ({ from, to, reason })),
  }
}

/** Every search reads the whole schedule. */
const mostBytes = 32 * 1024

/** The schedule in order: weekly hours by weekday, the rest by time. Throws invalid; `path` stands before each field's name. */
export function validSchedule(schedule: Schedule, path = ''): Schedule {
  const problems = [...problemsOf(schedule), ...repeatedTimeOff(schedule)]
  if (problems.length > 0) {
    const errors = problems.map(({ field, message }) => ({ field: path + field, message }))
    throw new DomainError('schedule.invalid', { errors })
  }
  const stored = storedAs(schedule)
  const bytes = new TextEncoder().encode(stored.weekly + stored.overrides + stored.timeOff).byteLength
  if (bytes > mostBytes) {
    const message = `A schedule is at most ${mostBytes / 1024} KiB: leave out dates that have passed`
    throw new DomainError('schedule.too_large', { message, errors: [{ field: `${path}overrides`, message }] })
  }
  const byStart = (one: { startMinute: number }, other: { startMinute: number }) =>
    one.startMinute - other.startMinute
  return {
    weekly: schedule.weekly.toSorted((one, other) => one.weekday - other.weekday || byStart(one, other)),
    overrides: schedule.overrides
      .map(({ date, intervals }) => ({ date, intervals: intervals.toSorted(byStart) }))
      .sort((one, other) => (one.date < other.date ? -1 : 1)),
    timeOff: schedule.timeOff.toSorted((one, other) => one.from - other.from || one.to - other.to),
  }
}

function repeatedTimeOff({ timeOff }: Schedule) {
  const seen = new Set<string>()
  return timeOff.flatMap(({ from, to }, index) => {
    const isNew = !seen.has(`${from}/${to}`)
    seen.add(`${from}/${to}`)
    return isNew ? [] : [{ field: `timeOff.${index}.from`, message: 'Time off is given twice' }]
  })
}

/** What keeps a schedule in place of the one before. */
export function scheduleStatements(
  whose: { businessId: number; resourceId: number; updatedAt: number },
  schedule: Schedule,
): Statement[] {
  return replaceSchedule({ ...whose, ...storedAs(schedule) })
}

function storedAs({ weekly, overrides, timeOff }: Schedule) {
  return {
    weekly: JSON.stringify(weekly),
    overrides: JSON.stringify(overrides.map(({ date, intervals }) => [date, intervals])),
    timeOff: JSON.stringify(timeOff.map(({ from, to, reason }) => [from, to, reason ?? null])),
  }
}
