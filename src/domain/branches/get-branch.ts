import { branchOfBusiness } from '#db/branches.ts'
import { businessById } from '#db/businesses.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { branchNotFound } from './branch.ts'
import type { Branch } from './branch.ts'

/** A branch of a business that the caller acts inside, and what is paid with there. Throws not_found. */
export async function getBranch(
  ctx: Context,
  { businessId, branchId }: { businessId: number; branchId: number },
): Promise<Branch & { currency: string }> {
  const {
    branch: [branch],
    business: [business],
  } = await ctx.read({
    branch: branchOfBusiness({ businessId, branchId }),
    business: businessById({ id: businessId }),
  })
  if (!branch || !business || !actsInside(ctx.actor, businessId)) throw branchNotFound()
  return { ...branch, currency: business.currency }
}
