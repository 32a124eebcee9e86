import { branchById, updateBranchColumns } from '#db/branches.ts'
import { requireManaging } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { addressColumns, branchNotFound } from './branch.ts'
import type { Branch, BranchDetails } from './branch.ts'

/**
 * Changes what is given. In another time zone the hours of its staff are meant by the new clock from now on; what was booked
 * stays at its instant, on the clock that it was agreed by, until it is moved. Throws not_found, forbidden.
 */
export async function updateBranch(
  ctx: Context,
  id: number,
  { address, ...plain }: Partial<BranchDetails>,
): Promise<Branch> {
  const [[found]] = await ctx.read([branchById({ id })])
  const before = requireManaging(ctx, found, branchNotFound)
  const columns = {
    ...plain,
    ...(address !== undefined && addressColumns(address)),
    updatedAt: ctx.clock.now(),
  }
  return ctx.commit({ statements: [updateBranchColumns(id, columns)], result: { ...before, ...columns } })
}
