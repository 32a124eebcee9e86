import { leadById, updateLeadColumns } from '#db/leads.ts'
import { requireMember } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { leadNotFound } from './lead.ts'
import type { Lead } from './lead.ts'
import { toStages } from './stages.ts'

/** Moves a lead to another stage. Throws not_found for another business's lead, invalid `lead.unknown_stage`. */
export async function moveLead(
  ctx: Context,
  { id, businessId, stage }: Pick<Lead, 'id' | 'businessId' | 'stage'>,
): Promise<Lead> {
  const [[found]] = await ctx.read([leadById({ id })])
  const own = requireMember(ctx, found, leadNotFound)
  if (own.businessId !== businessId) throw leadNotFound()
  const { stages, ...before } = own
  const wanted = toStages(stages).find(({ name }) => name === stage)
  if (!wanted) {
    const message = 'Stage must be one of the business'
    throw new DomainError('lead.unknown_stage', { errors: [{ field: 'stage', message }] })
  }
  const changes = { stageId: wanted.id, updatedAt: ctx.clock.now() }
  return ctx.commit({
    statements: [updateLeadColumns(id, changes)],
    result: { ...before, ...changes, stage },
  })
}
