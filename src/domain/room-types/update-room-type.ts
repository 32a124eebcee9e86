import { replaceRoomType, roomTypeById } from '#db/room-types.ts'
import { requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { untilFirst } from '#domain/until-first.ts'
import { roomTypeNotFound, toRoomType, toRow, withDetails } from './room-type.ts'
import type { RoomType, RoomTypeDetails } from './room-type.ts'

/** Changes what is named. Throws not_found, forbidden, invalid. */
export function updateRoomType(ctx: Context, id: number, said: Partial<RoomTypeDetails>): Promise<RoomType> {
  return untilFirst(() => attempt(ctx, id, said), { outrunBy: ['roomTypes.form'] })
}

async function attempt(ctx: Context, id: number, said: Partial<RoomTypeDetails>): Promise<RoomType> {
  const [[found]] = await ctx.read([roomTypeById({ id })])
  const before = requireHost(ctx, found, roomTypeNotFound)
  const roomType = withDetails({ ...toRoomType(before), updatedAt: ctx.clock.now() }, said)
  return ctx.commit({ statements: [replaceRoomType(before, toRow(roomType))], result: roomType })
}
