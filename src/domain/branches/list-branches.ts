import { branchList } from '#db/branches.ts'
import { businessById } from '#db/businesses.ts'
import { requireVisible } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { Branch } from './branch.ts'

/** Where a business is to be found, the eldest first: for everybody who may see it. Throws not_found. */
export async function listBranches(
  ctx: Context,
  businessId: number,
  page: PageRequest,
): Promise<Page<Branch>> {
  const {
    business: [business],
    found,
    count: [count],
  } = await ctx.read({
    business: businessById({ id: businessId }),
    ...branchList(businessId, page, countedUpTo),
  })
  requireVisible(ctx, business)
  return toPage(page, found, count?.total ?? 0, ({ id }) => [id])
}
