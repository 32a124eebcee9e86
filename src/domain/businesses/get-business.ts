import { businessById, businessBySlug } from '#db/businesses.ts'
import { accountOf } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import type { Business } from './business.ts'
import { requireVisible } from './standing.ts'

/** A business by its id (a number) or its slug. Throws not_found; one that is not active is there for its members only. */
export async function getBusiness(ctx: Context, key: number | string): Promise<Business> {
  const accountId = accountOf(ctx.actor)
  const statement =
    typeof key === 'number' ? businessById({ id: key, accountId }) : businessBySlug({ slug: key, accountId })
  const [[found]] = await ctx.db.read(statement)
  return requireVisible(found)
}
