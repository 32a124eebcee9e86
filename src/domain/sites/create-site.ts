import { ConstraintError } from '#db/database.ts'
import { insertSite } from '#db/sites.ts'
import { businessNotFound, requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Site } from './site.ts'

const mostPerBusiness = 50

/** Adds a site to a business that the caller manages. Throws not_found for anybody else's, forbidden, conflict `site.too_many`. */
export async function createSite(
  ctx: Context,
  { businessId, name }: Pick<Site, 'businessId' | 'name'>,
): Promise<Site> {
  await ctx.confirmed()
  requireManager(ctx, { businessId }, businessNotFound)
  const now = ctx.clock.now()
  const site = { id: ctx.newId(), businessId, name, archivedAt: null, createdAt: now, updatedAt: now }
  try {
    return await ctx.commit({ statements: [insertSite(site, mostPerBusiness)], result: site })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'sites.name')) throw error
    throw new DomainError('site.too_many', { message: `Maximum ${mostPerBusiness} sites`, cause: error })
  }
}
