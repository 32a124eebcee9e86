import { businessByKey } from '#db/businesses.ts'
import type { Context } from '#domain/context.ts'
import type { Business } from './business.ts'
import { requireVisible } from './standing.ts'

/** A business by its id (a number) or its slug. Throws not_found; one that is not active is there for its members only. */
export async function getBusiness(ctx: Context, key: number | string): Promise<Business> {
  const [[found]] = await ctx.read([businessByKey(key, ctx.accountId)])
  return requireVisible(found)
}
