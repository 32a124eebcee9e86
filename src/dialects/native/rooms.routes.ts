// Rooms as they are let by the hour: made, changed and let by the night they are in the property dialect.
import { z } from '@hono/zod-openapi'
import { listRoomsWithHours } from '#domain/rooms/list-rooms-with-hours.ts'
import { setRoomSchedule } from '#domain/rooms/set-room-schedule.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import { roomsBody, toRoomEntry } from './rooms.wire.ts'
import { newSchedule, scheduleBody, toSchedule, toScheduleBody } from './staff.wire.ts'
import { idText } from './wire.ts'

export const rooms: Routes = {
  tag: 'Rooms',
  routes: [
    endpoint({
      get: '/api/rooms/business/{businessId}',
      id: 'rooms.list',
      scope: 'services:read',
      access: 'public',
      summary:
        'The rooms of a business: all with their hours for its members, names of those let by the hour for others',
      params: z.object({ businessId: idText }),
      query: z.strictObject(pageQuery),
      verb: (ctx, { params: { businessId }, query }) =>
        listRoomsWithHours(ctx, businessId, toPageRequest(query, 'rooms', 1)),
      answer: roomsBody,
      body: (found) => toListBody('rooms', found, toRoomEntry),
    }),
    endpoint({
      put: '/api/rooms/{id}/schedule',
      id: 'rooms.setSchedule',
      summary: 'Replace the hours in which a room is let, in wall-clock time of its branch',
      description: `A room is let by the hour for the services that name it in \`roomIds\`, within these hours: as long as it has none, not at all.
Nights are let in the property dialect, whatever the hours are: whichever of an hour and a night is booked first excludes the other.`,
      params: z.object({ id: idText }),
      json: newSchedule,
      verb: (ctx, { params: { id }, json }) => setRoomSchedule(ctx, id, toSchedule(json)),
      answer: scheduleBody,
      body: toScheduleBody,
    }),
  ],
}
