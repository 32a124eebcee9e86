import { roomsAmong, staffAmong } from '#db/resources.ts'
import {
  deleteServiceResources,
  insertServiceResources,
  serviceById,
  updateServiceColumns,
} from '#db/services.ts'
import { requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { requireAll } from '#domain/resources/resource.ts'
import type { Bookable } from '#domain/resources/resource.ts'
import { namedOnce, performedBy, serviceNotFound, serviceRefusal, toService } from './service.ts'
import type { Service, ServiceDetails } from './service.ts'

/** Changes what is given; bookings made before keep what they were made with. Throws as `createService` does. */
export async function updateService(
  ctx: Context,
  id: number,
  { staffIds: staffWanted, roomIds: roomsWanted, active, ...plain }: Partial<ServiceDetails>,
): Promise<Service> {
  const [[found]] = await ctx.read([serviceById({ id })])
  const before = toService(requireManager(ctx, found, serviceNotFound))
  const { businessId } = before
  const staffIds = staffWanted && namedOnce(staffWanted)
  const roomIds = roomsWanted && namedOnce(roomsWanted)
  if (staffIds?.length || roomIds?.length) {
    const { staff, rooms } = await ctx.read({
      staff: staffAmong({ businessId, ids: JSON.stringify(staffIds ?? []) }),
      rooms: roomsAmong({ businessId, ids: JSON.stringify(roomIds ?? []) }),
    })
    requireAll(staffIds ?? [], staff, 'staffIds')
    requireAll(roomIds ?? [], rooms, 'roomIds')
  }
  const after = { staffIds: staffIds ?? before.staffIds, roomIds: roomIds ?? before.roomIds }
  // A service that took place in rooms alone is not everybody's once it has none.
  const isSaid = staffIds !== undefined || after.roomIds.length > 0

  const columns = {
    ...plain,
    ...(active !== undefined && { active: Number(active) }),
    ...(isSaid && { performedBy: performedBy(after) }),
    updatedAt: ctx.clock.now(),
  }
  const assigned = [
    ...(staffIds ? assignments(before, 'staff', staffIds) : []),
    ...(roomIds ? assignments(before, 'room', roomIds) : []),
  ]
  try {
    return await ctx.commit({
      statements: [updateServiceColumns(before, columns), ...assigned],
      result: { ...before, ...columns, ...after },
    })
  } catch (error) {
    throw serviceRefusal(error)
  }
}

/** Assigns these of a kind in place of those before. */
function assignments({ id: serviceId, businessId }: Service, kind: Bookable, ids: readonly number[]) {
  const pairs = JSON.stringify(ids.map((resourceId) => [serviceId, resourceId]))
  return [deleteServiceResources({ serviceId, kind }), insertServiceResources({ businessId, pairs })]
}
