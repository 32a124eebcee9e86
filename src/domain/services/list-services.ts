import { businessById } from '#db/businesses.ts'
import { serviceList } from '#db/services.ts'
import { requireVisible } from '#domain/businesses/standing.ts'
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
  const list = (toMembers: boolean) => serviceList({ businessId, toMembers }, page, countedUpTo)
  // In parallel: which of the two the caller may see is known only afterwards.
  const [{ business, ...shown }, all] = await Promise.all([
    ctx.read({ business: businessById({ id: businessId }), ...list(false) }),
    ctx.accountId === 0 ? undefined : ctx.read(list(true)),
  ])
  const role = requireVisible(ctx, business[0])
  const {
    found,
    count: [count],
  } = (role && all) ?? shown
  return toPage(page, found.map(toService), count?.total ?? 0, ({ id }) => [id])
}
