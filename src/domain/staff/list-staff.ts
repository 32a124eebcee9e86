import { businessById } from '#db/businesses.ts'
import { resourceList, resourceProfileList } from '#db/resources.ts'
import { requireVisible } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { toStaff } from './staff.ts'
import type { Staff, StaffProfile } from './staff.ts'

/** The staff of a business, the eldest first: everything for its members, names and titles of the active ones for others. */
export async function listStaff(
  ctx: Context,
  businessId: number,
  page: PageRequest,
): Promise<Page<Staff | StaffProfile>> {
  const staff = { businessId, kind: 'staff' as const }
  // In parallel: which of the two the caller may see is known only afterwards.
  const [{ business, found, count }, all] = await Promise.all([
    ctx.read({
      business: businessById({ id: businessId }),
      ...resourceProfileList(staff, page, countedUpTo),
    }),
    ctx.accountId === 0 ? undefined : ctx.read(resourceList(staff, page, countedUpTo)),
  ])
  const role = requireVisible(ctx, business[0])
  return role && all
    ? toPage(page, all.found.map(toStaff), all.count[0]?.total ?? 0, ({ id }) => [id])
    : toPage<StaffProfile>(page, found, count[0]?.total ?? 0, ({ id }) => [id])
}
