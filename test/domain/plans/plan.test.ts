// What businesses pay for.
import { expect, it } from 'vitest'
import { firstPlanId, lackOf, planIds, plans } from '#domain/plans/plan.ts'

it('a plan includes all that a cheaper one does', () => {
  for (const [at, planId] of planIds.entries()) {
    const cheaper = planIds.slice(0, at).flatMap((other) => plans[other].includes)
    expect(plans[planId].includes).toEqual(expect.arrayContaining(cheaper))
  }
})

it('a business begins with the plan that includes everything', () => {
  const everything = new Set(planIds.flatMap((planId) => plans[planId].includes))
  expect(new Set(plans[firstPlanId].includes)).toEqual(everything)
})

it('what a plan lacks is said with the plan that has it', () => {
  expect(lackOf('premium', 'request_log')).toBeUndefined()
  const lack = lackOf('basic', 'request_log')
  expect([lack?.kind, lack?.message]).toEqual([
    'forbidden',
    'The plan Basic does not include the log of API requests: Premium does',
  ])
})
