import { roomTypesOfBusiness } from '#db/room-types.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { toRoomType } from './room-type.ts'
import type { RoomType } from './room-type.ts'

/** All room types of a business, the eldest first, for its members and keys. Throws not_found for everybody else. */
export async function listRoomTypes(ctx: Context, businessId: number): Promise<RoomType[]> {
  const [found] = await ctx.read([roomTypesOfBusiness({ businessId })])
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  return found.map(toRoomType)
}
