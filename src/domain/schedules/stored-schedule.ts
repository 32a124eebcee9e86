// A schedule as a query answers it: its lists as JSON, in the order of the columns named; null is an empty one.
import type { DateOverride, Schedule, WeeklyHours } from './schedule.ts'

export interface StoredSchedule {
  /** As it was written. */
  weekly: string | null
  /** [dateOn, intervals] */
  overrides: string | null
  /** [fromAt, toAt, reason] */
  timeOff: string | null
}

export function toSchedule({ weekly, overrides, timeOff }: StoredSchedule): Schedule {
  const dates = parse<[string, DateOverride['intervals']][]>(overrides)
  const absences = parse<[number, number, string | null][]>(timeOff)
  return {
    weekly: parse<WeeklyHours[]>(weekly),
    overrides: dates.map(([date, intervals]) => ({ date, intervals })),
    timeOff: absences.map(([from, to, reason]) => ({ from, to, reason })),
  }
}

function parse<T extends unknown[]>(json: string | null): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the query, or the verb that keeps it
  return JSON.parse(json ?? '[]') as T
}
