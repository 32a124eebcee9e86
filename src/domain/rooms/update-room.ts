import { branchOfBusiness } from '#db/branches.ts'
import { differences } from '#db/database.ts'
import { updateResourceColumns } from '#db/resources.ts'
import { updateRoomColumns } from '#db/rooms.ts'
import type { Context } from '#domain/context.ts'
import { notOfBusiness } from '#domain/resources/resource.ts'
import { untilFirst } from '#domain/until-first.ts'
import { getRoom } from './get-room.ts'
import { requirePossible, roomColumnsOf, roomRefusal } from './room.ts'
import type { Room, RoomDetails } from './room.ts'

/** Changes what is given. Throws not_found, invalid. */
export function updateRoom(ctx: Context, wish: { id: number } & Partial<RoomDetails>): Promise<Room> {
  return untilFirst(() => attempt(ctx, wish), { outrunBy: ['rooms.form'] })
}

async function attempt(
  ctx: Context,
  { id, ...changes }: { id: number } & Partial<RoomDetails>,
): Promise<Room> {
  const before = await getRoom(ctx, id)
  const { branchId } = changes
  const { businessId } = before
  const [[branch]] =
    branchId === undefined ? [[]] : await ctx.read([branchOfBusiness({ businessId, branchId })])
  if (branchId !== undefined && !branch) throw notOfBusiness([branchId ?? 0], 'branchId')

  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  const after: Room = {
    ...before,
    ...given,
    branchId: branch?.id ?? before.branchId,
    timeZone: branch?.timeZone ?? before.timeZone,
    updatedAt: ctx.clock.now(),
  }
  requirePossible(after)
  const columns = roomColumnsOf(before)
  const own = differences(columns, roomColumnsOf(after))
  const common = differences(commonOf(before), commonOf(after))
  try {
    return await ctx.commit({
      statements: [
        updateResourceColumns(id, { ...common, updatedAt: after.updatedAt }),
        ...(Object.keys(own).length > 0 ? [updateRoomColumns(columns, own)] : []),
      ],
      result: after,
    })
  } catch (error) {
    throw roomRefusal(error)
  }
}

/** What every resource has. */
function commonOf({ name, branchId }: Room) {
  return { name, branchId }
}
