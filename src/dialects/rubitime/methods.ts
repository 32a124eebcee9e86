// The five methods: what each takes, the verb, and what it answers. Their paths are all that a caller chooses by.
import { changeAppointment } from '#domain/appointments/change-appointment.ts'
import { createAppointment } from '#domain/appointments/create-appointment.ts'
import { getAppointment } from '#domain/appointments/get-appointment.ts'
import { listStarts } from '#domain/availability/list-starts.ts'
import { cardUrlOf } from '#domain/bookings/card-token.ts'
import { removeBooking } from '#domain/bookings/remove-booking.ts'
import { getBranch } from '#domain/branches/get-branch.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  createdBody,
  newRecord,
  recordBody,
  recordChanges,
  recordRequest,
  removedBody,
  toAppointmentChange,
  toNewAppointment,
  toRecord,
} from './records.wire.ts'
import { scheduleBody, scheduleRequest, toSchedule } from './schedule.wire.ts'
import { inEnvelope } from './wire.ts'

/** How far a schedule reaches, today included. */
const scheduleDays = 31

export const methods: Routes = {
  tag: 'Records',
  routes: [
    endpoint({
      post: '/api2/get-record',
      id: 'record.get',
      summary: 'All of a record',
      access: 'key',
      scope: 'bookings:read',
      isForOnce: true,
      json: recordRequest,
      verb: (ctx, { json }) => getAppointment(ctx, json.id),
      answer: recordBody,
      body: ({ booking }, occasion) => inEnvelope(toRecord(booking, occasion)),
    }),
    endpoint({
      post: '/api2/create-record',
      id: 'record.create',
      summary: 'Enters a record, in any status',
      description:
        'At any time within hours, past or to come. A status that keeps its time takes it, or is told that it is taken.',
      access: 'key',
      scope: 'bookings:write',
      json: newRecord,
      async verb(ctx, { json, withBusiness }) {
        const { businessId } = await withBusiness({})
        const place = await getBranch(ctx, { businessId, branchId: json.branch_id })
        return createAppointment(ctx, toNewAppointment(json, businessId, place))
      },
      answer: createdBody,
      body: (booking, { origin }) => inEnvelope({ id: booking.id, url: cardUrlOf(booking, origin) }),
    }),
    endpoint({
      post: '/api2/update-record',
      id: 'record.update',
      summary: 'Changes of a record what is given',
      description: 'All of it or nothing. A prepayment_date says that the prepayment was paid.',
      access: 'key',
      scope: 'bookings:write',
      json: recordChanges,
      async verb(ctx, { json }) {
        const { booking: before } = await getAppointment(ctx, json.id)
        const { branch_id: branchId = before.branchId } = json
        const isElsewhere = branchId !== before.branchId
        const place = isElsewhere ? await getBranch(ctx, { ...before, branchId }) : before
        return changeAppointment(ctx, toAppointmentChange(json, { before, place, now: ctx.clock.now() }))
      },
      answer: recordBody,
      body: (booking, occasion) => inEnvelope(toRecord(booking, occasion)),
    }),
    endpoint({
      post: '/api2/remove-record',
      id: 'record.remove',
      summary: 'Frees the time of a record, and takes it out of sight',
      access: 'key',
      scope: 'bookings:write',
      json: recordRequest,
      async verb(ctx, { json }) {
        const { booking } = await getAppointment(ctx, json.id)
        return removeBooking(ctx, { id: booking.id })
      },
      answer: removedBody,
      body: () => inEnvelope([]),
    }),
    endpoint({
      post: '/api2/get-schedule',
      id: 'schedule.get',
      summary: 'The times of a month, free or taken',
      description: 'Every start that is still to come in 31 days from today, by the clock of the branch.',
      access: 'key',
      scope: 'bookings:read',
      isForOnce: true,
      json: scheduleRequest,
      async verb(ctx, { json, withBusiness }) {
        const { branch_id: branchId, service_id: serviceId, cooperator_id: resourceId } = json
        const { businessId } = await withBusiness({})
        const query = { businessId, branchId, serviceId, resourceId, days: scheduleDays }
        return toSchedule(await listStarts(ctx, query), json.only_available)
      },
      answer: scheduleBody,
      body: inEnvelope,
    }),
  ],
}
