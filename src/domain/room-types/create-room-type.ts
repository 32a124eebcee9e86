import { insertRoomType } from '#db/room-types.ts'
import { businessNotFound, requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { roomTypeRefusal, toRow, withDetails } from './room-type.ts'
import type { RoomType, RoomTypeDetails } from './room-type.ts'

/** Adds a room type. Throws not_found for another's business, forbidden, invalid, conflict `room_type.too_many`. */
export async function createRoomType(
  ctx: Context,
  { businessId, ...said }: RoomTypeDetails & { businessId: number },
): Promise<RoomType> {
  await ctx.confirmed()
  requireHost(ctx, { businessId }, businessNotFound)
  const now = ctx.clock.now()
  const maxPersons = said.maxPersons ?? Math.max(1, said.maxAdults ?? 1)
  const blank: RoomType = {
    id: ctx.newId(),
    businessId,
    form: said.form,
    description: {},
    singleBeds: 0,
    doubleBeds: 0,
    extraBeds: 0,
    square: null,
    maxAdults: maxPersons,
    maxChildren: 0,
    maxPersons,
    equipment: [],
    createdAt: now,
    updatedAt: now,
  }
  const roomType = withDetails(blank, said)
  try {
    return await ctx.commit({ statements: [insertRoomType(toRow(roomType))], result: roomType })
  } catch (error) {
    throw roomTypeRefusal(error)
  }
}
