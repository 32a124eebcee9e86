import { differences } from '#db/database.ts'
import {
  forgetAtOf,
  InvalidTransition,
  isBlocking,
  mayBecome,
  mayBeRestored,
  ownExpiryOf,
  statusAt,
} from '#domain/bookings/booking-status.ts'
import type { BookingStatus } from '#domain/bookings/booking-status.ts'
import { bookableOf } from '#domain/bookings/booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { contentsAfter } from '#domain/bookings/contents.ts'
import type { ContentsChange } from '#domain/bookings/contents.ts'
import { getBooking } from '#domain/bookings/get-booking.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import { requireBusiness, requireVersion } from '#domain/bookings/rights.ts'
import type { Context } from '#domain/context.ts'
import { codeKeyOf } from '#domain/coupons/coupon.ts'
import { DomainError } from '#domain/errors.ts'
import { discountBy, repriced } from '#domain/prices/quote.ts'
import { reminderAfter } from '#domain/reminders/reminder.ts'
import type { Reminder } from '#domain/reminders/reminder.ts'
import { namedCustomer } from './named-customer.ts'
import { newPlace } from './new-place.ts'
import { changesLength, couponFor, findTerms, requireOwnTerms, withOwnTerms } from './own-terms.ts'
import type { OwnTerms } from './own-terms.ts'
import { tryAgain } from './try-again.ts'

export interface AppointmentChange extends OwnTerms, ContentsChange {
  id: number
  /** Refused as stale unless the booking is at this version. */
  ifVersion?: number | undefined
  startAt?: number | undefined
  /** A staff member; a room it keeps as long as nobody is named. */
  resourceId?: number | undefined
  /** Where whoever has it must work. */
  branchId?: number | undefined
  serviceId?: number | undefined
  status?: BookingStatus | undefined
  /** Why it was called off. */
  reason?: string | null | undefined
  /** Null takes the coupon away. */
  couponCode?: string | null | undefined
  reminder?: Reminder | null | undefined
}

/**
 * Changes an appointment by the business's own hand, all at once or not at all: its time, its contents, its terms, and one
 * step of its status. What comes to keep a slot takes it like a new booking. Throws not_found for what is no appointment,
 * forbidden for customers, stale, `InvalidTransition`, conflict `booking.slot_taken`, invalid as `createAppointment` does.
 */
export function changeAppointment(ctx: Context, change: AppointmentChange): Promise<Booking> {
  return tryAgain(() => changeOnce(ctx, change))
}

async function changeOnce(ctx: Context, change: AppointmentChange): Promise<Booking> {
  const seen = await getBooking(ctx, change.id)
  const { booking: before } = seen
  if (before.kind !== 'appointment') throw new DomainError('booking.not_found')
  requireBusiness(seen)
  requireVersion(before, change.ifVersion)
  requireOwnTerms(change)

  const state = stateAfter(ctx, before, change)
  const couponCode = isItsCoupon(before, change) ? undefined : change.couponCode
  const [{ place, offer }, found, named] = await Promise.all([
    placeAfter(ctx, before, change, state),
    findTerms(ctx, before.businessId, { couponCode, own: change }),
    namedCustomer(ctx, before, change),
  ])
  const moved: Booking = { ...before, ...place, ...state }
  const coupon = couponFor(
    ctx,
    { couponCode },
    { id: moved.serviceId, currency: moved.currency },
    found.coupon,
  )
  const discounted = couponCode === undefined ? moved : { ...moved, ...discountBy(coupon) }
  const isPriced = offer !== undefined || discounted !== moved
  const priced = isPriced
    ? { ...discounted, ...repriced(discounted, offer ? offer.priceMinor * moved.units : moved.priceMinor) }
    : moved
  const { columns, statements, payment } = withOwnTerms(ctx, priced, change, found)
  const after: Booking = {
    ...priced,
    ...columns,
    ...contentsAfter(before, change),
    ...named?.columns,
    ...(change.reminder !== undefined && reminderAfter(before, moved.startAt, change.reminder)),
  }
  if (Object.keys(differences(before, after)).length === 0) return before
  const written = { ...after, version: before.version + 1, updatedAt: ctx.clock.now() }
  return recordBooking(ctx, {
    before,
    after: written,
    reason: change.reason ?? null,
    statements: [...(named?.statements ?? []), ...statements],
    payment,
  })
}

/** Its own coupon is used by it already, and needs not be usable once more. */
function isItsCoupon({ couponId, couponCode: own }: Booking, { couponCode }: AppointmentChange): boolean {
  return couponId !== null && !!own && !!couponCode && codeKeyOf(own) === codeKeyOf(couponCode)
}

type State = Pick<Booking, 'status' | 'expiresAt' | 'confirmedAt' | 'cancelReason' | 'forgetAt'>

/** The step that is asked for, if any: what was called off can come back. */
function stateAfter(ctx: Context, before: Booking, change: AppointmentChange): State {
  const { status, reason, startAt = before.startAt } = change
  const { expiresAt, confirmedAt, cancelReason, forgetAt } = before
  const now = ctx.clock.now()
  const from = statusAt(before, now)
  if (status === undefined || status === from) {
    // What waits for the business waits until it begins.
    const waits = from === 'pending' && startAt !== before.startAt
    const until = waits ? ownExpiryOf(from, startAt, now) : expiresAt
    return { status: before.status, expiresAt: until, confirmedAt, cancelReason, forgetAt }
  }
  const comesBack = mayBeRestored(from) && restored.has(status)
  if ((!mayBecome(from, status) && !comesBack) || status === 'expired')
    throw new InvalidTransition(from, status)
  const isCalledOff = mayBeRestored(status)
  return {
    status,
    expiresAt: ownExpiryOf(status, startAt, now),
    confirmedAt: confirmedAt ?? (status === 'confirmed' ? now : null),
    cancelReason: isCalledOff ? (reason ?? null) : comesBack ? null : cancelReason,
    forgetAt: forgetAtOf(before, status, now),
  }
}

/** As what something can come back: as anything that it could begin as. */
const restored: ReadonlySet<BookingStatus> = new Set(['pending', 'awaiting_payment', 'confirmed'])

/** Where it is from now on, once it is known that the rules allow it, and what the service asks when that is another. */
async function placeAfter(ctx: Context, before: Booking, change: AppointmentChange, state: State) {
  const { startAt = before.startAt, resourceId = before.resourceId, branchId, durationMinutes } = change
  const isOther = change.serviceId !== undefined && change.serviceId !== before.serviceId
  const moves =
    isOther ||
    startAt !== before.startAt ||
    resourceId !== before.resourceId ||
    (branchId !== undefined && branchId !== before.branchId) ||
    changesLength(before, durationMinutes)
  if (!moves) return { place: {}, offer: undefined }
  const takesNoTime = !isBlocking(state, ctx.clock.now())
  const { serviceId } = change
  const resourceKind = change.resourceId === undefined ? bookableOf(before) : 'staff'
  const move = {
    startAt,
    resourceId,
    resourceKind,
    branchId,
    serviceId,
    durationMinutes,
    isMember: true,
    takesNoTime,
  }
  const { place, offer } = await newPlace(ctx, before, move)
  return { place, offer: isOther ? offer : undefined }
}
