import { businessById } from '#db/businesses.ts'
import { staffList } from '#db/resources.ts'
import { businessNotFound, requireVisible } from '#domain/businesses/standing.ts'
import { isForeignKey } from '#domain/actor.ts'
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
  const { accountId } = ctx
  const {
    business: [business],
    found,
    count: [count],
  } = await ctx.read({
    business: businessById({ id: businessId, accountId }),
    ...staffList({ businessId, accountId }, page, countedUpTo),
  })
  if (isForeignKey(ctx.actor, businessId)) throw businessNotFound()
  const { role } = requireVisible(business)
  const entries = found.map((row): Staff | StaffProfile => {
    return role ? toStaff(row) : { id: row.id, name: row.name, title: row.title }
  })
  return toPage(page, entries, count?.total ?? 0, ({ id }) => [id])
}
