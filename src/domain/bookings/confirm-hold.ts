import { serviceOffer } from '#db/agendas.ts'
import { bookingForAccount } from '#db/bookings.ts'
import { accountOf, actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { customerStatement, resolveCustomer } from '#domain/customers/resolve-customer.ts'
import { DomainError } from '#domain/errors.ts'
import { mayBecome, statusAt } from './booking-status.ts'
import type { Booking } from './booking.ts'
import { firstState } from './first-state.ts'
import type { BookingRequest } from './place-booking.ts'
import { recordBooking } from './record-booking.ts'

/** Turns a hold into a booking, at the hold's price. Throws conflict `hold.expired` when its time is up. */
export async function confirmHold(
  ctx: Context,
  request: BookingRequest & { holdId: number },
): Promise<Booking> {
  const { businessId, serviceId, holdId, startAt, resourceId } = request
  const accountId = accountOf(ctx.actor)
  const [[offer], [hold], [possible]] = await ctx.db.read(
    serviceOffer({ businessId, serviceId, accountId }),
    bookingForAccount({ id: holdId, accountId }),
    customerStatement(ctx, businessId, request.customer),
  )
  await ctx.admitted()
  const isOwn =
    hold?.businessId === businessId &&
    (actsInside(ctx.actor, businessId, hold.role) || hold.customerAccountId === accountId)
  if (!offer || !hold || !isOwn) throw new DomainError('not_found', 'hold.not_found', 'Hold not found')
  const { role, customerAccountId, ...before } = hold

  const differs =
    before.serviceId !== serviceId ||
    before.startAt !== startAt ||
    (resourceId !== undefined && before.resourceId !== resourceId)
  if (differs) {
    const message = 'The hold is for another slot'
    throw new DomainError('invalid', 'hold.mismatch', message, { errors: [{ field: 'holdId', message }] })
  }
  const now = ctx.clock.now()
  const status = statusAt(before, now)
  if (status === 'expired') throw expired()
  const state = firstState(ctx, offer)
  if (status !== 'held' || !mayBecome(status, state.status)) {
    throw new DomainError('conflict', 'hold.used', 'The hold was already used or released')
  }

  // A hold made for somebody is for them still, unless the booking names somebody else.
  const customer =
    request.customer || before.customerId === null
      ? resolveCustomer(ctx, { businessId, isMember: role !== null, contact: request.customer, possible })
      : { columns: {}, statements: [] }
  const after: Booking = {
    ...before,
    ...customer.columns,
    ...state,
    notes: request.notes ?? before.notes,
    couponCode: request.couponCode ?? before.couponCode,
    customFields: request.customFields ? JSON.stringify(request.customFields) : before.customFields,
    version: before.version + 1,
    updatedAt: now,
  }
  try {
    return await recordBooking(ctx, { before, after, statements: customer.statements })
  } catch (error) {
    // It lapsed on the way, and somebody else was faster.
    const isLost = error instanceof DomainError && error.code === 'booking.slot_taken'
    throw isLost ? expired() : error
  }
}

function expired(): DomainError {
  return new DomainError('conflict', 'hold.expired', 'The hold has expired')
}
