import { customerById, updateCustomerColumns } from '#db/customers.ts'
import type { Context } from '#domain/context.ts'
import { untilFirst } from '#domain/until-first.ts'
import { requireOwnCustomer, wordsOfCustomer } from './customer.ts'
import type { Customer, CustomerDetails } from './customer.ts'

/**
 * Changes what is named of a customer, for members and keys of the business; whose account it is, and bookings made before,
 * stay as they are. Throws not_found for anybody else's, unavailable `change.busy`.
 */
export function updateCustomer(ctx: Context, id: number, said: Partial<CustomerDetails>): Promise<Customer> {
  return untilFirst(() => attempt(ctx, id, said), { outrunBy: ['customers.words'] })
}

async function attempt(
  ctx: Context,
  id: number,
  { details: changed, ...said }: Partial<CustomerDetails>,
): Promise<Customer> {
  const [[found]] = await ctx.read([customerById({ id })])
  const before = requireOwnCustomer(ctx, found)
  const details = { ...before.details, ...changed }
  const columns = { ...said, updatedAt: ctx.clock.now() }
  const result = { ...before, ...columns, details }
  const kept = { details: JSON.stringify(details), words: wordsOfCustomer(result) }
  return ctx.commit({
    statements: [updateCustomerColumns(found!, { ...columns, ...kept })],
    about: id,
    result,
  })
}
