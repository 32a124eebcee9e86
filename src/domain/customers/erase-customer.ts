import { customerById } from '#db/customers.ts'
import type { Context } from '#domain/context.ts'
import { hasAccount, requireOwnCustomer } from './customer.ts'
import { eraseCustomers } from './erasure.ts'

/**
 * Erases somebody whom a business wrote down; for its members and keys. Throws not_found for anybody else's customer,
 * conflict `customer.has_account` for one who has an account: that is theirs to delete.
 */
export async function eraseCustomer(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([customerById({ id })])
  const { accountId } = requireOwnCustomer(ctx, found)
  if (accountId !== null) throw hasAccount()
  await eraseCustomers(ctx, { accountId: 0, customerId: id })
}
