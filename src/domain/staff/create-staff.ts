import { branchOfBusiness } from '#db/branches.ts'
import { ConstraintError } from '#db/database.ts'
import { insertResource } from '#db/resources.ts'
import { insertServiceResources, servicesAmong } from '#db/services.ts'
import { businessNotFound, requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { scheduleStatements, validSchedule } from '#domain/schedules/stored-schedule.ts'
import { notOfBusiness, requireAll } from '#domain/resources/resource.ts'
import type { Staff, StaffDetails } from './staff.ts'

export interface NewStaff extends StaffDetails {
  businessId: number
  schedule?: Schedule | undefined
  /** Services that they will perform, beside those that everybody performs. */
  serviceIds?: number[] | undefined
}

/**
 * Adds somebody to a business that the caller manages. Throws not_found for anybody else's, forbidden, invalid with the
 * fields at fault, conflict `staff.too_many`.
 */
export async function createStaff(ctx: Context, input: NewStaff): Promise<Staff> {
  const { businessId, branchId } = input
  const serviceIds = [...new Set(input.serviceIds)]
  const {
    branch: [branch],
    services,
  } = await ctx.read({
    branch: branchOfBusiness({ businessId, branchId: branchId ?? null }),
    services: servicesAmong({ businessId, ids: JSON.stringify(serviceIds) }),
  })
  requireManager(ctx, { businessId }, businessNotFound)
  if (!branch) throw notOfBusiness([branchId ?? 0], 'branchId')
  requireAll(serviceIds, services, 'serviceIds')
  const schedule = validSchedule(input.schedule ?? { weekly: [], overrides: [], timeOff: [] }, 'schedule.')

  const now = ctx.clock.now()
  const resource = {
    id: ctx.newId(),
    businessId,
    branchId: branch.id,
    kind: 'staff' as const,
    name: input.name,
    title: input.title ?? null,
    email: input.email ?? null,
    phone: input.phone ?? null,
    active: Number(input.active ?? true),
    archivedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const pairs = JSON.stringify(serviceIds.map((serviceId) => [serviceId, resource.id]))
  try {
    return await ctx.commit({
      statements: [
        insertResource(resource),
        ...scheduleStatements({ businessId, resourceId: resource.id, updatedAt: now }, schedule),
        insertServiceResources({ businessId, pairs }),
      ],
      result: { ...resource, timeZone: branch.timeZone, schedule },
    })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'too_many_resources')) throw error
    throw new DomainError('staff.too_many', { cause: error })
  }
}
