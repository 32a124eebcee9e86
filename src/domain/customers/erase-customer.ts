import { customerById } from '#db/customers.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { eraseCustomers } from './erasure.ts'

/**
 * Erases somebody whom a business wrote down; for its members and keys. Throws not_found for anybody else's customer,
 * conflict `customer.has_account` for one who has an account: that is theirs to delete.
 */
export async function eraseCustomer(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([customerById({ id })])
  if (!found || !actsInside(ctx.actor, found.businessId)) {
    throw new DomainError('customer.not_found')
  }
  if (found.accountId !== null) {
    const message = 'This customer has an account, which only they can delete'
    throw new DomainError('customer.has_account', { message })
  }
  await eraseCustomers(ctx, { accountId: 0, customerId: id })
}
