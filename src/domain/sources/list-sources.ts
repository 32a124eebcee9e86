import { sourcesOfBusiness } from '#db/sources.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import type { Source } from './source.ts'

/** All sources of a business, for its members and keys only: not_found for everybody else. */
export async function listSources(ctx: Context, { businessId }: { businessId: number }): Promise<Source[]> {
  const { found } = await ctx.read({ found: sourcesOfBusiness({ businessId }) })
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  return found
}
