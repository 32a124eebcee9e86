import { expect, it } from 'vitest'
import { insertMember, membershipsOf } from '#db/members.ts'
import { aPerson, query, write } from '../world.ts'

it('nobody belongs to more businesses than the first read of each of their requests can bear', async () => {
  const { id: accountId } = await aPerson()
  const join = (businessId: number) =>
    write(insertMember({ businessId, accountId, role: 'staff', resourceId: null, createdAt: 1 }))
  for (let businessId = 1; businessId <= 100; businessId++) await join(businessId)
  await expect(join(101)).rejects.toMatchObject({ constraint: 'too_many_memberships' })

  const { text, values } = membershipsOf({ accountId })
  expect(await query(text, ...values)).toHaveLength(100)
  const plan = await query<{ detail: string }>(`explain query plan ${text}`, ...values)
  expect(plan.map(({ detail }) => detail)).toEqual([
    'SEARCH members USING COVERING INDEX membersByAccount (accountId=?)',
  ])
})
