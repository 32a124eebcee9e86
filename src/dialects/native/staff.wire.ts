import { z } from '@hono/zod-openapi'
import { formatMinutes, hoursRule, parseMinutes } from '#domain/schedules/schedule.ts'
import type { Hours, Schedule } from '#domain/schedules/schedule.ts'
import type { NewStaff } from '#domain/staff/create-staff.ts'
import type { Staff, StaffProfile } from '#domain/staff/staff.ts'
import { listBody } from './list.wire.ts'
import {
  email,
  id,
  idText,
  instant,
  instantBody,
  name,
  optionalText,
  phone,
  sample,
  toInstant,
} from './wire.ts'

/** Wall-clock time → minutes since midnight. */
const time = (label: string) =>
  z
    .string()
    .transform((written, refinement) => {
      const minutes = parseMinutes(written)
      if (minutes !== undefined) return minutes
      refinement.addIssue({ code: 'custom', message: `${label} ${hoursRule}` })
      return z.NEVER
    })
    .openapi({ type: 'string', description: 'HH:MM; from 24:00 on, the next day', example: '17:30' })

/** Open on Monday and Tuesday, but for one short day and a morning off. */
export const sampleSchedule = {
  weekly: [
    { weekday: 1, start: '09:00', end: '17:30' },
    { weekday: 2, start: '09:00', end: '17:30' },
  ],
  overrides: [{ date: '2031-03-10', intervals: [{ start: '09:00', end: '12:00' }] }],
  timeOff: [{ from: '2031-03-04T08:00:00.000Z', to: '2031-03-04T11:00:00.000Z', reason: 'Training' }],
}

const interval = { start: time('Start'), end: time('End') }
const weekday = z.int().min(1).max(7).openapi({ description: 'Monday 1 to Sunday 7' })

export const newSchedule = z
  .strictObject({
    weekly: z.array(z.strictObject({ weekday, ...interval })).max(100),
    overrides: z
      .array(z.strictObject({ date: z.string(), intervals: z.array(z.strictObject(interval)).max(50) }))
      .max(400)
      .default([]),
    timeOff: z
      .array(z.strictObject({ from: instant, to: instant, reason: optionalText(200) }))
      .max(400)
      .default([]),
  })
  .openapi('NewSchedule', { example: sampleSchedule })

const details = z.strictObject({
  name: name(200),
  title: optionalText(200),
  email: email.nullable().optional(),
  phone: phone.nullable().optional(),
  branchId: id.optional().openapi({ description: 'The default branch when absent' }),
  active: z.boolean().optional(),
})

export const newStaff = details
  .extend({ businessId: id, schedule: newSchedule.optional(), serviceIds: z.array(id).max(500).optional() })
  .openapi('NewStaff', {
    example: {
      businessId: sample.businessId,
      name: 'Mara Lind',
      title: 'Stylist',
      email: 'mara@studio-nord.example.com',
      schedule: sampleSchedule,
      serviceIds: [sample.serviceId],
    },
  })
export const staffChanges = details
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'At least one field is required')
  .openapi('StaffChanges', { example: { title: 'Senior stylist', phone: '+49 30 23125 012' } })

export const reassignment = z.strictObject({
  reassignTo: idText.optional().openapi({
    type: 'integer',
    description:
      'Who takes over the bookings to come, one by one; what was moved stays moved when one does not fit',
  }),
})

const timeBody = z.string().openapi({ example: '17:30' })
const intervalBody = { start: timeBody, end: timeBody }

export const scheduleBody = z
  .object({
    weekly: z.array(z.object({ weekday: z.int(), ...intervalBody })),
    overrides: z.array(z.object({ date: z.string(), intervals: z.array(z.object(intervalBody)) })),
    timeOff: z.array(z.object({ from: instantBody, to: instantBody, reason: z.string().nullable() })),
  })
  .openapi('Schedule', { example: sampleSchedule })

export const staffBody = z
  .object({
    id,
    businessId: id,
    branchId: id,
    name: z.string(),
    title: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    active: z.boolean(),
    timeZone: z.string(),
    schedule: scheduleBody,
    createdAt: instantBody,
    updatedAt: instantBody,
  })
  .openapi('Staff', {
    example: {
      id: sample.staffId,
      businessId: sample.businessId,
      branchId: sample.branchId,
      name: 'Mara Lind',
      title: 'Stylist',
      email: 'mara@studio-nord.example.com',
      phone: null,
      active: true,
      timeZone: 'Europe/Berlin',
      schedule: sampleSchedule,
      createdAt: '2031-03-01T08:00:00.000Z',
      updatedAt: '2031-03-01T08:00:00.000Z',
    },
  })

const staffProfileBody = z
  .object({ id, name: z.string(), title: z.string().nullable() })
  .openapi('StaffProfile', {
    description: 'All that those outside the business are told',
    example: { id: sample.staffId, name: 'Mara Lind', title: 'Stylist' },
  })

export const staffListBody = listBody('staff', z.union([staffBody, staffProfileBody]))

export function toSchedule({ weekly, overrides, timeOff }: z.infer<typeof newSchedule>): Schedule {
  return {
    weekly: weekly.map((hours) => ({ weekday: hours.weekday, ...toHours(hours) })),
    overrides: overrides.map(({ date, intervals }) => ({ date, intervals: intervals.map(toHours) })),
    timeOff: timeOff.map(({ from, to, reason = null }) => ({ from, to, reason })),
  }
}

function toHours({ start, end }: { start: number; end: number }): Hours {
  return { startMinute: start, endMinute: end }
}

export function toNewStaff({ schedule, ...rest }: z.infer<typeof newStaff>): NewStaff {
  return { ...rest, ...(schedule && { schedule: toSchedule(schedule) }) }
}

export function toScheduleBody({ weekly, overrides, timeOff }: Schedule): z.infer<typeof scheduleBody> {
  return {
    weekly: weekly.map((hours) => ({ weekday: hours.weekday, ...toInterval(hours) })),
    overrides: overrides.map(({ date, intervals }) => ({ date, intervals: intervals.map(toInterval) })),
    timeOff: timeOff.map(({ from, to, reason }) => ({
      from: toInstant(from),
      to: toInstant(to),
      reason: reason ?? null,
    })),
  }
}

function toInterval({ startMinute, endMinute }: Hours) {
  return { start: formatMinutes(startMinute), end: formatMinutes(endMinute) }
}

export function toStaffBody(staff: Staff): z.infer<typeof staffBody> {
  return {
    id: staff.id,
    businessId: staff.businessId,
    branchId: staff.branchId,
    name: staff.name,
    title: staff.title,
    email: staff.email,
    phone: staff.phone,
    active: staff.active === 1,
    timeZone: staff.timeZone,
    schedule: toScheduleBody(staff.schedule),
    createdAt: toInstant(staff.createdAt),
    updatedAt: toInstant(staff.updatedAt),
  }
}

export function toStaffEntry(
  staff: Staff | StaffProfile,
): z.infer<typeof staffBody | typeof staffProfileBody> {
  return 'schedule' in staff ? toStaffBody(staff) : staff
}
