import { roomById } from '#db/rooms.ts'
import { requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { scheduleStatements, validSchedule } from '#domain/schedules/stored-schedule.ts'
import { roomNotFound } from './room.ts'

/**
 * Replaces the hours in which a room can be let, and answers them, sorted; nights are let whatever they are. For those who
 * manage the business: throws not_found, forbidden, invalid with every field at fault.
 */
export async function setRoomSchedule(ctx: Context, id: number, wanted: Schedule): Promise<Schedule> {
  const now = ctx.clock.now()
  const [[found]] = await ctx.read([roomById({ id, now })])
  const { businessId } = requireManager(ctx, found, roomNotFound)
  const schedule = validSchedule(wanted)
  const statements = scheduleStatements({ businessId, resourceId: id, updatedAt: now }, schedule)
  return ctx.commit({ statements, result: schedule })
}
