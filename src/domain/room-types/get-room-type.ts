import { roomTypeById } from '#db/room-types.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { roomTypeNotFound, toRoomType } from './room-type.ts'
import type { RoomType } from './room-type.ts'

/** A room type, for the members and keys of its business. Throws not_found for everybody else. */
export async function getRoomType(ctx: Context, id: number): Promise<RoomType> {
  const [[found]] = await ctx.read([roomTypeById({ id })])
  if (!found || !actsInside(ctx.actor, found.businessId)) throw roomTypeNotFound()
  return toRoomType(found)
}
