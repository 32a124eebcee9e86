import { staffAmong } from '#db/resources.ts'
import { deleteServiceStaff, insertServiceStaff, serviceById, updateServiceColumns } from '#db/services.ts'
import { requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { requireAll } from '#domain/resources/resource.ts'
import { performedBy, serviceNotFound, serviceRefusal, toService } from './service.ts'
import type { Service, ServiceDetails } from './service.ts'

/** Changes what is given; bookings made before keep what they were made with. Throws as `createService` does. */
export async function updateService(
  ctx: Context,
  id: number,
  { staffIds: wanted, active, ...plain }: Partial<ServiceDetails>,
): Promise<Service> {
  const [[found]] = await ctx.read([serviceById({ id })])
  const before = toService(requireManager(ctx, found, serviceNotFound))
  const { businessId } = before
  const staffIds = wanted && [...new Set(wanted)].sort((one, other) => one - other)
  if (staffIds && staffIds.length > 0) {
    const [staff] = await ctx.read([staffAmong({ businessId, ids: JSON.stringify(staffIds) })])
    requireAll(staffIds, staff, 'staffIds')
  }

  const columns = {
    ...plain,
    ...(active !== undefined && { active: Number(active) }),
    ...(staffIds && { performedBy: performedBy(staffIds) }),
    updatedAt: ctx.clock.now(),
  }
  const pairs = JSON.stringify(staffIds?.map((resourceId) => [id, resourceId]))
  const assignments = staffIds
    ? [deleteServiceStaff({ serviceId: id }), insertServiceStaff({ businessId, pairs })]
    : []
  try {
    return await ctx.commit({
      statements: [updateServiceColumns(before, columns), ...assignments],
      result: { ...before, ...columns, staffIds: staffIds ?? before.staffIds },
    })
  } catch (error) {
    throw serviceRefusal(error)
  }
}
