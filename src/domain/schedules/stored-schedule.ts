// A schedule as a query answers it: its lists as JSON, in the order of the columns named; null is an empty one.
import type { DateOverride, Schedule, WeeklyHours } from './schedule.ts'
import { parseOwn } from '#domain/json.ts'

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
