import { archiveRoomType, roomTypeById } from '#db/room-types.ts'
import { requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { roomTypeNotFound, roomTypeRefusal } from './room-type.ts'

/** Takes a room type away with its prices. Throws not_found, forbidden, conflict `room_type.in_use` while rooms are of it. */
export async function deleteRoomType(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([roomTypeById({ id })])
  requireHost(ctx, found, roomTypeNotFound)
  try {
    await ctx.commit({ statements: [archiveRoomType({ id, now: ctx.clock.now() })], result: undefined })
  } catch (error) {
    throw roomTypeRefusal(error)
  }
}
