import { customerById } from '#db/customers.ts'
import type { Context } from '#domain/context.ts'
import { requireOwnCustomer } from './customer.ts'
import type { Customer } from './customer.ts'

/** A customer of a business, for its members and keys. Throws not_found for anybody else's, and for who was erased. */
export async function getCustomer(ctx: Context, id: number): Promise<Customer> {
  const [[found]] = await ctx.read([customerById({ id })])
  return requireOwnCustomer(ctx, found)
}
