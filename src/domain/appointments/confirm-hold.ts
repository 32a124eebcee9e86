import { serviceOffer } from '#db/agendas.ts'
import { bookingById } from '#db/bookings/booking-row.ts'
import { actsInside, roleIn } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { customerStatements, resolveCustomer } from '#domain/customers/resolve-customer.ts'
import { DomainError } from '#domain/errors.ts'
import { leadChanges, leadStatement } from '#domain/leads/lead-of-booking.ts'
import { mayBecome, statusAt } from '#domain/bookings/booking-status.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { firstState } from './first-state.ts'
import { openStatement, requireRoom } from '#domain/bookings/limits.ts'
import type { BookingRequest } from './place-booking.ts'
import { quote } from '#domain/prices/quote.ts'
import { reminderAfter } from '#domain/reminders/reminder.ts'
import { couponFor, findTerms } from './own-terms.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import { isOfAnother, tryAgain } from './try-again.ts'

type HoldRequest = BookingRequest & { holdId: number }

/** Turns a hold into a booking, at the hold's price. Throws conflict `hold.expired` when its time is up. */
export function confirmHold(ctx: Context, request: HoldRequest): Promise<Booking> {
  return tryAgain(
    () => confirm(ctx, request),
    // The hold itself may have changed between read and write.
    (error) => (error instanceof DomainError && error.code === 'booking.changed') || isOfAnother(error),
  )
}

async function confirm(ctx: Context, request: HoldRequest): Promise<Booking> {
  const { businessId, serviceId, holdId, startAt, resourceId, units } = request
  const contact = request.customer ?? undefined
  const [found, terms] = await Promise.all([
    ctx.read({
      offer: serviceOffer({ businessId, serviceId }),
      hold: bookingById({ id: holdId }),
      ...customerStatements(ctx, businessId, contact),
      open: openStatement(ctx, request),
      lead: leadStatement(request),
    }),
    findTerms(ctx, businessId, request),
  ])
  const {
    offer: [offer],
    hold: [hold],
    account: [account],
    possible: [possible],
    open: [open],
    lead: [lead],
  } = found
  const isHere = hold?.businessId === businessId && hold.removedAt === null
  if (!offer || !isHere || !mayUse(ctx, hold)) throw new DomainError('hold.not_found')
  const isMember = roleIn(ctx.actor, businessId) !== null
  const { customerAccountId, changeNoticeMinutes, ...before } = hold

  const differs =
    before.serviceId !== serviceId ||
    before.startAt !== startAt ||
    (resourceId !== undefined && before.resourceId !== resourceId) ||
    (units !== undefined && before.units !== units)
  if (differs) {
    const message = 'The hold is for another slot'
    throw new DomainError('hold.mismatch', { message, errors: [{ field: 'holdId', message }] })
  }
  const now = ctx.clock.now()
  const status = statusAt(before, now)
  if (status === 'expired') throw holdExpired()
  // The hold keeps its price, of which a coupon takes its part.
  const coupon = couponFor(ctx, request, offer, terms.coupon)
  const { priceMinor, currency } = before
  const prepaymentMinor = offer.prepaymentMinor && offer.prepaymentMinor * before.units
  const price = quote({ priceMinor, currency, prepaymentMinor }, { coupon, isMember })
  const state = firstState(ctx, offer, { startAt, isMember, price })
  if (status !== 'held' || !mayBecome(status, state.status)) {
    throw new DomainError('hold.used')
  }
  requireRoom(before.makerId, state.status, open)

  // A hold made for somebody is for them still, unless the booking names somebody else.
  const customer =
    contact || before.customerId === null
      ? resolveCustomer(ctx, { businessId, isMember, contact, account, possible })
      : { columns: {}, statements: [] }
  const after: Booking = {
    ...before,
    ...customer.columns,
    ...state,
    ...price,
    ...reminderAfter(before, startAt, request.reminder),
    notes: request.notes ?? before.notes,
    customFields: request.customFields ? JSON.stringify(request.customFields) : before.customFields,
    version: before.version + 1,
    updatedAt: now,
  }
  const sold = leadChanges(ctx, request, lead, after)
  try {
    return await recordBooking(ctx, { before, after, statements: [...customer.statements, ...sold] })
  } catch (error) {
    // The hold lapsed meanwhile, and somebody else took the slot.
    const isLost = error instanceof DomainError && error.code === 'booking.slot_taken'
    throw isLost ? holdExpired() : error
  }
}

/** A hold is its customer's and the business's; a key's only if a key made it, or the business, for whoever comes. */
function mayUse(
  { actor, accountId }: Context,
  { businessId, customerAccountId, makerId }: NonNullable<ReturnType<typeof bookingById>['row']>,
): boolean {
  if (actor.type === 'key') return actor.businessId === businessId && !makerId
  return actsInside(actor, businessId) || (customerAccountId !== null && customerAccountId === accountId)
}

function holdExpired(): DomainError {
  return new DomainError('hold.expired')
}
