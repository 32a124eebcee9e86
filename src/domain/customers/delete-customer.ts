import { liveBookingOf, requireNoLiveBooking } from '#db/bookings/of-customer.ts'
import { ConstraintError } from '#db/database.ts'
import { customerById } from '#db/customers.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { hasAccount, requireOwnCustomer } from './customer.ts'
import { eraseCustomers } from './erasure.ts'

/**
 * Deletes somebody whom a business wrote down and has no more to do with: erased, and nobody's in the bookings that are
 * over. Throws not_found for anybody else's, conflict `customer.has_account`, `customer.has_bookings` while there are
 * bookings that are not over.
 */
export async function deleteCustomer(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([customerById({ id })])
  const { businessId, accountId } = requireOwnCustomer(ctx, found)
  if (accountId !== null) throw hasAccount()
  const whose = { businessId, customerId: id, now: ctx.clock.now() }
  const [[live]] = await ctx.read([liveBookingOf(whose)])
  if (live) throw hasBookings()
  try {
    await eraseCustomers(ctx, { accountId: 0, customerId: id }, [requireNoLiveBooking(whose)])
  } catch (error) {
    // One was made meanwhile.
    const isBooked = error instanceof ConstraintError && error.constraint === 'customers.updatedAt'
    throw isBooked ? hasBookings(error) : error
  }
}

function hasBookings(cause?: unknown): DomainError {
  return new DomainError('customer.has_bookings', { cause })
}
