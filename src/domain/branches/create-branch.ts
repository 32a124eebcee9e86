import { insertBranch } from '#db/branches.ts'
import { ConstraintError } from '#db/database.ts'
import { businessById } from '#db/businesses.ts'
import { businessNotFound, requireManaging } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { addressColumns } from './branch.ts'
import type { Branch, BranchDetails } from './branch.ts'

/**
 * Opens another branch, which staff can belong to from now on; for those who manage the business and its keys. Its clock is the
 * business's unless said otherwise. Throws not_found, forbidden, conflict `branch.too_many`.
 */
export async function createBranch(
  ctx: Context,
  input: Omit<BranchDetails, 'timeZone'> & { businessId: number; timeZone?: string | undefined },
): Promise<Branch> {
  const { businessId } = input
  const [[business]] = await ctx.read([businessById({ id: businessId })])
  requireManaging(ctx, { businessId }, businessNotFound)
  if (!business) throw businessNotFound()
  const now = ctx.clock.now()
  const branch: Branch = {
    id: ctx.newId(),
    businessId,
    name: input.name,
    timeZone: input.timeZone ?? business.timeZone,
    isDefault: 0,
    phone: input.phone ?? null,
    email: input.email ?? null,
    ...addressColumns(input.address ?? null),
    createdAt: now,
    updatedAt: now,
  }
  try {
    return await ctx.commit({ statements: [insertBranch(branch)], result: branch })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'too_many_branches')) throw error
    throw new DomainError('branch.too_many', { cause: error })
  }
}
