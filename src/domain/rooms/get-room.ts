import { roomById } from '#db/rooms.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { roomNotFound, toRoom } from './room.ts'
import type { Room } from './room.ts'

/** A room, for members and keys of its business. Throws not_found for everybody else, and once it was deleted. */
export async function getRoom(ctx: Context, id: number): Promise<Room> {
  const {
    found: [found],
  } = await ctx.read({ found: roomById({ id, now: ctx.clock.now() }) })
  if (!found || !actsInside(ctx.actor, found.businessId)) throw roomNotFound()
  return toRoom(found)
}
