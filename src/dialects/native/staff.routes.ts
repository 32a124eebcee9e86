import { z } from '@hono/zod-openapi'
import { createStaff } from '#domain/staff/create-staff.ts'
import { deleteStaff } from '#domain/staff/delete-staff.ts'
import { listStaff } from '#domain/staff/list-staff.ts'
import { setSchedule } from '#domain/staff/set-schedule.ts'
import { updateStaff } from '#domain/staff/update-staff.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import {
  newSchedule,
  newStaff,
  reassignment,
  scheduleBody,
  staffBody,
  staffChanges,
  staffListBody,
  toNewStaff,
  toSchedule,
  toScheduleBody,
  toStaffBody,
  toStaffEntry,
} from './staff.wire.ts'
import { idText } from './wire.ts'

const params = z.object({ id: idText })

export const staff: Routes = {
  tag: 'Staff',
  routes: [
    endpoint({
      get: '/api/staff/business/{businessId}',
      id: 'staff.list',
      scope: 'services:read',
      access: 'public',
      summary: 'The staff of a business: everything for its members, names and titles for others',
      params: z.object({ businessId: idText }),
      query: z.strictObject(pageQuery),
      verb: (ctx, { params: { businessId }, query }) =>
        listStaff(ctx, businessId, toPageRequest(query, 'staff', 1)),
      answer: staffListBody,
      body: (found) => toListBody('staff', found, toStaffEntry),
    }),
    endpoint({
      post: '/api/staff',
      id: 'staff.create',
      summary: 'Add a staff member',
      json: newStaff,
      verb: (ctx, { json }) => createStaff(ctx, toNewStaff(json)),
      answer: staffBody,
      status: 201,
      body: toStaffBody,
    }),
    endpoint({
      patch: '/api/staff/{id}',
      id: 'staff.update',
      summary: 'Change a staff member',
      description: 'Changes what is named. In another branch the same hours are meant by its clock.',
      params,
      json: staffChanges,
      verb: (ctx, { params: { id }, json }) => updateStaff(ctx, id, json),
      answer: staffBody,
      body: toStaffBody,
    }),
    endpoint({
      delete: '/api/staff/{id}',
      id: 'staff.delete',
      summary: 'Remove a staff member, whose bookings to come go to a colleague',
      description:
        'Refused with 409 `staff.has_bookings` while bookings are to come and nobody is named to take them over.',
      params,
      query: reassignment,
      verb: (ctx, { params: { id }, query: { reassignTo } }) => deleteStaff(ctx, { id, reassignTo }),
      answer: null,
    }),
    endpoint({
      put: '/api/staff/{id}/schedule',
      id: 'staff.setSchedule',
      summary: 'Replace the schedule of a staff member, in wall-clock time of their branch',
      description: `Weekly hours, dates that differ (no intervals: closed), and time off. Several intervals a day are fine; one that ends after
24:00 goes on into the next day.`,
      params,
      json: newSchedule,
      verb: (ctx, { params: { id }, json }) => setSchedule(ctx, id, toSchedule(json)),
      answer: scheduleBody,
      body: toScheduleBody,
    }),
  ],
}
