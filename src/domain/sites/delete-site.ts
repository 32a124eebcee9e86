import { ConstraintError } from '#db/database.ts'
import { archiveSite, siteById } from '#db/sites.ts'
import { requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireLive, siteNotFound } from './site.ts'

/** Archives a site: it takes no new leads and keeps the old ones. Throws not_found, forbidden, conflict `site.last`. */
export async function deleteSite(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([siteById({ id })])
  requireLive(requireManager(ctx, found, siteNotFound))
  try {
    await ctx.commit({ statements: [archiveSite({ id, now: ctx.clock.now() })], result: undefined })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'sites.name')) throw error
    throw new DomainError('site.last', { cause: error })
  }
}
