import { roomTypeById, updateRoomTypeColumns } from '#db/room-types.ts'
import { requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { roomTypeNotFound, toRoomType, toRow, withDetails } from './room-type.ts'
import type { RoomType, RoomTypeDetails } from './room-type.ts'

/** Changes what is named. Throws not_found, forbidden, invalid. */
export async function updateRoomType(
  ctx: Context,
  id: number,
  said: Partial<RoomTypeDetails>,
): Promise<RoomType> {
  const [[found]] = await ctx.read([roomTypeById({ id })])
  const before = toRoomType(requireHost(ctx, found, roomTypeNotFound))
  const roomType = withDetails({ ...before, updatedAt: ctx.clock.now() }, said)
  return ctx.commit({ statements: [updateRoomTypeColumns(id, toRow(roomType))], result: roomType })
}
