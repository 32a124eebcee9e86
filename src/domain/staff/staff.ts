import type { Row } from '#db/database.ts'
import type { resources, ScheduledRow } from '#db/resources.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { toSchedule } from '#domain/schedules/stored-schedule.ts'

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

export function toStaff({ weekly, overrides, timeOff, ...resource }: ScheduledRow): Staff {
  return { ...resource, schedule: toSchedule({ weekly, overrides, timeOff }) }
}
