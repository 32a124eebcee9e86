// Whom a booking of nobody's is for, once somebody says so.
import type { Booking } from '#domain/bookings/booking.ts'
import type { ContentsChange } from '#domain/bookings/contents.ts'
import type { Context } from '#domain/context.ts'
import { customerStatements, resolveCustomer } from '#domain/customers/resolve-customer.ts'
import type { ResolvedCustomer } from '#domain/customers/resolve-customer.ts'

/** Undefined where the booking is somebody's already, or still nobody's: what is then said is kept on the booking only. */
export async function namedCustomer(
  ctx: Context,
  { businessId, customerId }: Booking,
  { customer }: ContentsChange,
): Promise<ResolvedCustomer | undefined> {
  if (customerId !== null || !customer?.name) return undefined
  const contact = { ...customer, name: customer.name }
  const {
    account: [account],
    possible: [possible],
  } = await ctx.read(customerStatements(ctx, businessId, contact))
  return resolveCustomer(ctx, { businessId, isMember: true, contact, account, possible })
}
