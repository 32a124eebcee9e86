import type { Row } from '#db/database.ts'
import type { resources, StaffRow } from '#db/resources.ts'
import { DomainError } from '#domain/errors.ts'
import type { DateOverride, Schedule, WeeklyHours } from '#domain/schedules/schedule.ts'

/** A staff member as the business knows them; the schedule is in wall-clock time of `timeZone`, their branch's. */
export type Staff = Row<typeof resources> & { timeZone: string; schedule: Schedule }

/** What everybody else may know of them. */
export type StaffProfile = Pick<Staff, 'id' | 'name' | 'title'>

export interface StaffDetails {
  name: string
  title?: string | null | undefined
  email?: string | null | undefined
  phone?: string | null | undefined
  branchId?: number | undefined
  active?: boolean | undefined
}

export function toStaff({ role: _, weekly, overrides, timeOff, ...resource }: StaffRow): Staff {
  const dates = parsed<[string, DateOverride['intervals']][]>(overrides)
  const absences = parsed<[number, number, string | null][]>(timeOff)
  const schedule = {
    weekly: parsed<WeeklyHours[]>(weekly),
    overrides: dates.map(([date, intervals]) => ({ date, intervals })),
    timeOff: absences.map(([from, to, reason]) => ({ from, to, reason })),
  }
  return { ...resource, schedule }
}

function parsed<T extends unknown[]>(json: string | null): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the query that names it
  return JSON.parse(json ?? '[]') as T
}

export function staffNotFound(): DomainError {
  return new DomainError('not_found', 'staff.not_found', 'Staff member not found')
}

/** Throws invalid on `field` unless every id is among the business's own. */
export function requireAll(ids: readonly number[], own: readonly { id: number }[], field: string): void {
  const known = new Set(own.map(({ id }) => id))
  const strangers = ids.filter((id) => !known.has(id))
  if (strangers.length > 0) throw notOfBusiness(strangers, field)
}

export function notOfBusiness(ids: readonly number[], field: string): DomainError {
  const message = `${ids.join(', ')} not found in this business`
  return new DomainError('invalid', 'request.validation_failed', message, { errors: [{ field, message }] })
}
