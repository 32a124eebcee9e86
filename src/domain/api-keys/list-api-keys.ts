import { apiKeyList } from '#db/api-keys.ts'
import { standingAtBusiness } from '#db/members.ts'
import { businessNotFound, requireMember } from '#domain/businesses/standing.ts'
import { accountOf } from '#domain/actor.ts'
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
  const [[standing], found, [count]] = await ctx.db.read(
    standingAtBusiness({ businessId, accountId: accountOf(ctx.actor) }),
    ...apiKeyList(businessId, page, countedUpTo),
  )
  requireMember(standing, businessNotFound)
  return toPage(page, found, count?.total ?? 0, ({ id }) => [id])
}
