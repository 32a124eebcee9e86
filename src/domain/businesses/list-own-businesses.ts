import { ownBusinessList } from '#db/business-listings.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { Business } from './business.ts'
import type { Role } from './standing.ts'

/** The businesses in which the caller acts, active or not, the newest first. */
export async function listOwnBusinesses(
  ctx: Context,
  page: PageRequest,
): Promise<Page<Business & { role: Role }>> {
  const {
    found,
    count: [count],
  } = await ctx.read(ownBusinessList(ctx.accountId, page, countedUpTo))
  return toPage(page, found, count?.total ?? 0, ({ id }) => [id])
}
