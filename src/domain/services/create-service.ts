import { roomsAmong, staffAmong } from '#db/resources.ts'
import { insertService, insertServiceResources } from '#db/services.ts'
import { businessNotFound, requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { requireAll } from '#domain/resources/resource.ts'
import { namedOnce, performedBy, serviceRefusal } from './service.ts'
import type { Service, ServiceDetails } from './service.ts'

/**
 * Adds a service to a business that the caller manages. Throws not_found for anybody else's, forbidden, invalid for a
 * currency that is not the business's, a prepayment above the price, or staff or rooms of somebody else, conflict `service.too_many`.
 */
export async function createService(
  ctx: Context,
  { businessId, active = true, ...details }: ServiceDetails & { businessId: number },
): Promise<Service> {
  const [staffIds, roomIds] = [namedOnce(details.staffIds), namedOnce(details.roomIds)]
  const { staff, rooms } = await ctx.read({
    staff: staffAmong({ businessId, ids: JSON.stringify(staffIds) }),
    rooms: roomsAmong({ businessId, ids: JSON.stringify(roomIds) }),
  })
  requireManager(ctx, { businessId }, businessNotFound)
  requireAll(staffIds, staff, 'staffIds')
  requireAll(roomIds, rooms, 'roomIds')

  const now = ctx.clock.now()
  const service = {
    id: ctx.newId(),
    businessId,
    name: details.name,
    description: details.description ?? null,
    durationMinutes: details.durationMinutes,
    priceMinor: details.priceMinor,
    currency: details.currency,
    bufferBeforeMinutes: details.bufferBeforeMinutes ?? 0,
    bufferAfterMinutes: details.bufferAfterMinutes ?? 0,
    capacity: details.capacity ?? 1,
    slotIntervalMinutes: details.slotIntervalMinutes ?? null,
    minNoticeMinutes: details.minNoticeMinutes ?? 0,
    changeNoticeMinutes: details.changeNoticeMinutes ?? 0,
    maxAdvanceDays: details.maxAdvanceDays ?? null,
    confirmation: details.confirmation ?? 'instant',
    prepaymentMinor: details.prepaymentMinor ?? null,
    performedBy: performedBy({ staffIds, roomIds }),
    active: Number(active),
    archivedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const pairs = JSON.stringify([...staffIds, ...roomIds].map((resourceId) => [service.id, resourceId]))
  try {
    return await ctx.commit({
      statements: [insertService(service), insertServiceResources({ businessId, pairs })],
      result: { ...service, staffIds, roomIds },
    })
  } catch (error) {
    throw serviceRefusal(error)
  }
}
