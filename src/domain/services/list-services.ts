import { businessById } from '#db/businesses.ts'
import { serviceList } from '#db/services.ts'
import { isForeignKey } from '#domain/actor.ts'
import { businessNotFound, requireVisible } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { toService } from './service.ts'
import type { Service } from './service.ts'

/** What a business offers, the eldest first; its members also see what is not active. Throws not_found. */
export async function listServices(
  ctx: Context,
  businessId: number,
  page: PageRequest,
): Promise<Page<Service>> {
  const { accountId } = ctx
  const {
    business: [business],
    found,
    count: [count],
  } = await ctx.read({
    business: businessById({ id: businessId, accountId }),
    ...serviceList({ businessId, accountId }, page, countedUpTo),
  })
  if (isForeignKey(ctx.actor, businessId)) throw businessNotFound()
  requireVisible(business)
  return toPage(page, found.map(toService), count?.total ?? 0, ({ id }) => [id])
}
