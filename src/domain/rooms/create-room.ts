import { branchOfBusiness } from '#db/branches.ts'
import { insertResource } from '#db/resources.ts'
import { insertRoom } from '#db/rooms.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { notOfBusiness } from '#domain/resources/resource.ts'
import { plainRoom, requirePossible, roomColumnsOf, roomRefusal } from './room.ts'
import type { Room, RoomDetails } from './room.ts'

export interface NewRoom extends RoomDetails {
  businessId: number
}

/** Adds a room, for members and keys of the business. Throws invalid with the fields at fault, conflict `room.too_many`. */
export async function createRoom(ctx: Context, { branchId, ...details }: NewRoom): Promise<Room> {
  const { businessId, name, persons } = details
  const {
    branch: [branch],
  } = await ctx.read({ branch: branchOfBusiness({ businessId, branchId: branchId ?? null }) })
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  if (!branch) throw notOfBusiness([branchId ?? 0], 'branchId')
  const now = ctx.clock.now()
  const times = { createdAt: now, updatedAt: now }
  const place = { id: ctx.newId(), businessId, branchId: branch.id, timeZone: branch.timeZone }
  const given = { maxAdults: persons, ...definedOf(details) }
  const room: Room = {
    ...plainRoom,
    equipment: [...plainRoom.equipment],
    ...given,
    name,
    persons,
    ...place,
    isLocked: false,
    ...times,
  }
  requirePossible(room)
  const resource = {
    id: room.id,
    businessId,
    branchId: branch.id,
    kind: 'room' as const,
    name,
    title: null,
    email: null,
    phone: null,
    active: 1,
    archivedAt: null,
    ...times,
  }
  try {
    return await ctx.commit({
      statements: [insertResource(resource), insertRoom(roomColumnsOf(room))],
      result: room,
    })
  } catch (error) {
    throw roomRefusal(error)
  }
}

/** What was said; what was left out says nothing. */
function definedOf<T extends object>(details: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const said = Object.entries(details).filter(([, value]) => value !== undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same fields, but for those that were undefined
  return Object.fromEntries(said) as { [K in keyof T]: Exclude<T[K], undefined> }
}
