import { siteList, sitesOfBusinesses } from '#db/sites.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { Site } from './site.ts'

/** A business's sites, the oldest first; for its members and keys: not_found for everybody else. */
export async function listSites(ctx: Context, businessId: number, page: PageRequest): Promise<Page<Site>> {
  const {
    found,
    count: [count],
  } = await ctx.read(siteList(businessId, page, countedUpTo))
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  return toPage(page, found, count?.total ?? 0, ({ id }) => [id])
}

/** All sites of the businesses that the caller is a member of, the oldest first. Both numbers are limited. */
export async function listOwnSites(ctx: Context): Promise<Pick<Site, 'id' | 'name'>[]> {
  const actor = await ctx.confirmed()
  const memberships = actor.type === 'user' ? actor.memberships : []
  const businessIds = JSON.stringify(memberships.map(({ businessId }) => businessId))
  const [found] = await ctx.read([sitesOfBusinesses({ businessIds })])
  return found
}
