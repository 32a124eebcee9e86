import { businessById } from '#db/businesses.ts'
import { insertCustomer } from '#db/customers.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { newCustomer, toCustomer } from './customer.ts'
import type { Customer, CustomerDetails } from './customer.ts'

/** Writes somebody down in a business; for its members and keys. Throws not_found for anybody else's business. */
export async function createCustomer(
  ctx: Context,
  { businessId, ...details }: CustomerDetails & { businessId: number },
): Promise<Customer> {
  const [[business]] = await ctx.read([businessById({ id: businessId })])
  if (!business || !actsInside(ctx.actor, businessId)) throw businessNotFound()
  const row = newCustomer(ctx, { businessId, ...details })
  const result = toCustomer({ ...row, timeZone: business.timeZone })
  return ctx.commit({ statements: [insertCustomer(row)], about: row.id, result })
}
