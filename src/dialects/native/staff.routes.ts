import { OpenAPIHono, z } from '@hono/zod-openapi'
import { createStaff } from '#domain/staff/create-staff.ts'
import { deleteStaff } from '#domain/staff/delete-staff.ts'
import { listStaff } from '#domain/staff/list-staff.ts'
import { setSchedule } from '#domain/staff/set-schedule.ts'
import { updateStaff } from '#domain/staff/update-staff.ts'
import { pageQuery, toPageRequest } from '#http/paging.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { endpoint, json } from './endpoint.ts'
import { toListBody } from './list.wire.ts'
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
import { onInvalid } from './validation.ts'
import { idText } from './wire.ts'

const tags = ['Staff']
const params = z.object({ id: idText })

export const staff = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  staff,
  {
    method: 'get',
    path: '/api/staff/business/{businessId}',
    scope: 'services:read',
    access: 'public',
    summary: 'The staff of a business: everything for its members, names and titles for others',
    tags,
    request: { params: z.object({ businessId: idText }), query: z.strictObject(pageQuery) },
    answer: staffListBody,
  },
  (c) => {
    const { businessId } = c.req.valid('param')
    const page = toPageRequest(c.req.valid('query'), 'staff', 1)
    return serve(c, {
      verb: (ctx) => listStaff(ctx, businessId, page),
      body: (found) => toListBody('staff', found, toStaffEntry),
    })
  },
)

endpoint(
  staff,
  {
    method: 'post',
    path: '/api/staff',
    summary: 'Add a staff member',
    tags,
    request: { body: json(newStaff) },
    answer: staffBody,
    status: 201,
  },
  (c) => {
    const member = toNewStaff(c.req.valid('json'))
    return serve(c, { status: 201, verb: (ctx) => createStaff(ctx, member), body: toStaffBody })
  },
)

endpoint(
  staff,
  {
    method: 'patch',
    path: '/api/staff/{id}',
    summary: 'Change a staff member',
    tags,
    request: { params, body: json(staffChanges) },
    answer: staffBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const changes = c.req.valid('json')
    return serve(c, { verb: (ctx) => updateStaff(ctx, id, changes), body: toStaffBody })
  },
)

endpoint(
  staff,
  {
    method: 'delete',
    path: '/api/staff/{id}',
    summary: 'Remove a staff member, whose bookings to come go to a colleague',
    tags,
    request: { params, query: reassignment },
    answer: null,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const { reassignTo } = c.req.valid('query')
    return serve(c, { status: 204, verb: (ctx) => deleteStaff(ctx, { id, reassignTo }), body: () => ({}) })
  },
)

endpoint(
  staff,
  {
    method: 'put',
    path: '/api/staff/{id}/schedule',
    summary: 'Replace the schedule of a staff member, in wall-clock time of their branch',
    tags,
    request: { params, body: json(newSchedule) },
    answer: scheduleBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const schedule = toSchedule(c.req.valid('json'))
    return serve(c, { verb: (ctx) => setSchedule(ctx, id, schedule), body: toScheduleBody })
  },
)
