import { z } from '@hono/zod-openapi'
import type { RoomProfile, RoomWithHours } from '#domain/rooms/list-rooms-with-hours.ts'
import { listBody } from './list.wire.ts'
import { sampleSchedule, scheduleBody, toScheduleBody } from './staff.wire.ts'
import { id, sample } from './wire.ts'

const roomBody = z
  .object({
    id,
    businessId: id,
    branchId: id,
    name: z.string(),
    timeZone: z.string(),
    schedule: scheduleBody,
  })
  .openapi('Room', {
    example: {
      id: sample.roomId,
      businessId: sample.businessId,
      branchId: sample.branchId,
      name: 'Sauna',
      timeZone: 'Europe/Berlin',
      schedule: sampleSchedule,
    },
  })

const roomProfileBody = z.object({ id, name: z.string() }).openapi('RoomProfile', {
  description: 'All that those outside the business are told',
  example: { id: sample.roomId, name: 'Sauna' },
})

export const roomsBody = listBody('rooms', z.union([roomBody, roomProfileBody]))

export function toRoomEntry(
  room: RoomWithHours | RoomProfile,
): z.infer<typeof roomBody | typeof roomProfileBody> {
  if (!('schedule' in room)) return { id: room.id, name: room.name }
  const { businessId, branchId, name, timeZone, schedule } = room
  return { id: room.id, businessId, branchId, name, timeZone, schedule: toScheduleBody(schedule) }
}
