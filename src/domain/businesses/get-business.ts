import { listingByKey } from '#db/business-listings.ts'
import type { Context } from '#domain/context.ts'
import type { Business } from './business.ts'
import { businessNotFound, requireVisible } from './standing.ts'
import type { Role } from './standing.ts'

/**
 * A business by its id (a number) or its slug, with what the caller is to it. Throws not_found; one that is not active is
 * there for its members only.
 */
export async function getBusiness(ctx: Context, key: number | string): Promise<Business & { role?: Role }> {
  const [[found]] = await ctx.read([listingByKey(key)])
  if (!found) throw businessNotFound()
  const role = requireVisible(ctx, found)
  return { ...found, ...(role && { role }) }
}
