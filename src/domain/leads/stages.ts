// The stages of a business's leads: a list of its own, or the default one until it sets one.
import { parseOwn } from '#domain/json.ts'

export interface Stage {
  id: number
  name: string
}

export type Stages = readonly [Stage, ...Stage[]]

export const mostStages = 50
export const longestStageName = 100

const unsorted: Stages = [{ id: 1, name: 'Неразобранное' }]

/** The stages in a stored list; the default list when there is none. */
export function toStages(stored: string | null | undefined): Stages {
  const [first, ...others] = parseOwn<[number, string][]>(stored ?? '[]').map(([id, name]) => ({ id, name }))
  return first ? [first, ...others] : unsorted
}

export function toStored(stages: readonly Stage[]): string {
  return JSON.stringify(stages.map(({ id, name }) => [id, name]))
}

/** The stage of a lead: the first one for new leads, and for leads whose stage is not in the list any more. */
export function stageOf(stages: Stages, stageId: number | null): Stage {
  return stages.find(({ id }) => id === stageId) ?? stages[0]
}
