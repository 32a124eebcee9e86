import { branchOfBusiness } from '#db/branches.ts'
import { staffById, updateResourceColumns } from '#db/resources.ts'
import { requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { notOfBusiness, staffNotFound } from '#domain/resources/resource.ts'
import { toStaff } from './staff.ts'
import type { Staff, StaffDetails } from './staff.ts'

/** Changes what is given; in another branch, the same hours are meant by its clock. Throws not_found, forbidden, invalid. */
export async function updateStaff(
  ctx: Context,
  id: number,
  { active, ...plain }: Partial<StaffDetails>,
): Promise<Staff> {
  const [[found]] = await ctx.read([staffById({ id })])
  const before = toStaff(requireManager(ctx, found, staffNotFound))
  const { businessId } = before
  const { branchId } = plain
  const [[branch]] =
    branchId === undefined ? [[]] : await ctx.read([branchOfBusiness({ businessId, branchId })])
  if (branchId !== undefined && !branch) throw notOfBusiness([branchId], 'branchId')

  const columns = {
    ...plain,
    ...(active !== undefined && { active: Number(active) }),
    updatedAt: ctx.clock.now(),
  }
  const result = { ...before, ...columns, timeZone: branch?.timeZone ?? before.timeZone }
  return ctx.commit({ statements: [updateResourceColumns(id, columns)], result })
}
