import { stagesOfBusiness } from '#db/lead-stages.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { toStages } from './stages.ts'
import type { Stages } from './stages.ts'

/** The stages of a business's leads, in order; for its members and keys: not_found for everybody else. */
export async function getLeadStages(ctx: Context, businessId: number): Promise<Stages> {
  const [[stored]] = await ctx.read([stagesOfBusiness({ businessId })])
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  return toStages(stored?.stages)
}
