import { putStages, stagesOfBusiness } from '#db/lead-stages.ts'
import { businessNotFound, requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { mostStages, toStages, toStored } from './stages.ts'
import type { Stage } from './stages.ts'

/** A stage of the new list: an existing one, by its id or else by its name, or a new one. */
export type WantedStage = Pick<Stage, 'name'> & { id?: number | undefined }

/**
 * Replaces the list of a business's stages. Stages that stay keep their leads, renamed or not; the leads of the others
 * count as at the first stage. Throws not_found, forbidden, and invalid for an unknown id and for a list that is empty,
 * too long, or repeats a name.
 */
export async function setLeadStages(
  ctx: Context,
  { businessId, stages: wanted }: { businessId: number; stages: readonly WantedStage[] },
): Promise<readonly Stage[]> {
  const [[stored]] = await ctx.read([stagesOfBusiness({ businessId })])
  requireManager(ctx, { businessId }, businessNotFound)
  const before = toStages(stored?.stages)
  const named = new Set(wanted.flatMap(({ id }) => id ?? []))
  const stages = wanted.map(({ id, name }, index) => {
    if (id !== undefined && !before.some((stage) => stage.id === id)) {
      throw unfit(`stages.${index}.id`, 'Id must be one of the present stages')
    }
    const same = before.find((stage) => stage.name === name && !named.has(stage.id))
    return { id: id ?? same?.id ?? ctx.newId(), name }
  })
  const isUnique = (of: (stage: Stage) => unknown) => new Set(stages.map(of)).size === stages.length
  if (!isUnique(({ id }) => id) || !isUnique(({ name }) => name))
    throw unfit('stages', 'Stages must not repeat')
  if (stages.length === 0 || stages.length > mostStages)
    throw unfit('stages', `Between 1 and ${mostStages} stages`)
  const put = putStages({ businessId, stages: toStored(stages), updatedAt: ctx.clock.now() })
  return ctx.commit({ statements: [put], result: stages })
}

function unfit(field: string, message: string): DomainError {
  return new DomainError('request.validation_failed', { errors: [{ field, message }] })
}
