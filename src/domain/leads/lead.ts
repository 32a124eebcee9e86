import type { Lead as LeadRow } from '#db/leads.ts'
import { DomainError } from '#domain/errors.ts'
import { stageOf, toStages } from './stages.ts'
import type { Stages } from './stages.ts'

export { leadStatuses } from '#db/leads.ts'

/** A lead with the name of its stage. */
export type Lead = LeadRow & { stage: string }

export function withStage(lead: LeadRow, stages: Stages): Lead {
  return { ...lead, stage: stageOf(stages, lead.stageId).name }
}

/** From a row with the business's list of stages. */
export function toLead({ stages, ...lead }: LeadRow & { stages: string | null }): Lead {
  return withStage(lead, toStages(stages))
}

export function leadNotFound(): DomainError {
  return new DomainError('lead.not_found')
}
