import { apiKeyList } from '#db/api-keys.ts'
import { businessNotFound, requireMember } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { ApiKey } from './api-key.ts'

/** A business's keys, revoked ones too, the newest first; for its members only: not_found for everybody else. */
export async function listApiKeys(
  ctx: Context,
  businessId: number,
  page: PageRequest,
): Promise<Page<ApiKey>> {
  const {
    found,
    count: [count],
  } = await ctx.read(apiKeyList(businessId, page, countedUpTo))
  requireMember(ctx, { businessId }, businessNotFound)
  return toPage(page, found, count?.total ?? 0, ({ id }) => [id])
}
