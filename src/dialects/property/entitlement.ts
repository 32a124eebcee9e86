import type { Entitlement } from '#domain/plans/plan.ts'

/** What the plan of a business must include for this dialect to be open to it. */
export const entitlement: Entitlement = 'property_api'
