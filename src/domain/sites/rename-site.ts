import { siteById, updateSiteName } from '#db/sites.ts'
import { requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { requireLive, siteNotFound } from './site.ts'
import type { Site } from './site.ts'

/** Renames a site. Throws not_found for another business's site and for an archived one, forbidden. */
export async function renameSite(ctx: Context, { id, name }: Pick<Site, 'id' | 'name'>): Promise<Site> {
  const [[found]] = await ctx.read([siteById({ id })])
  const before = requireLive(requireManager(ctx, found, siteNotFound))
  const updatedAt = ctx.clock.now()
  return ctx.commit({
    statements: [updateSiteName({ id, name, updatedAt })],
    result: { ...before, name, updatedAt },
  })
}
