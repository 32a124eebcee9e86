// What businesses may use: a plan is a name, and what it entitles to.
import type { PlanId } from '#db/business-listings.ts'
import { DomainError } from '#domain/errors.ts'

export { planIds } from '#db/business-listings.ts'
export type { PlanId }

/** What not every plan includes, in words for people. */
const entitlements = {
  property_api: 'the REST API for properties',
  request_log: 'the log of API requests',
} as const
export type Entitlement = keyof typeof entitlements

export interface Plan {
  name: string
  includes: readonly Entitlement[]
}

/** The cheapest first. */
export const plans: Readonly<Record<PlanId, Plan>> = {
  basic: { name: 'Basic', includes: [] },
  premium: { name: 'Premium', includes: ['property_api', 'request_log'] },
}

/** What a business begins with: everything, as long as nobody says otherwise. */
export const firstPlanId: PlanId = 'premium'

/** Why a business may not use something, naming its plan and the cheapest that would do; undefined when it may. */
export function lackOf(planId: PlanId, wanted: Entitlement): DomainError | undefined {
  const { name, includes } = plans[planId]
  if (includes.includes(wanted)) return undefined
  const enough = Object.values(plans).find((plan) => plan.includes.includes(wanted))
  const where = enough ? `: ${enough.name} does` : ''
  const message = `The plan ${name} does not include ${entitlements[wanted]}${where}`
  return new DomainError('plan.not_included', { message })
}
