import { differences } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { isOver, statusAt } from '#domain/bookings/booking-status.ts'
import { bookableOf } from '#domain/bookings/booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { contentsAfter } from '#domain/bookings/contents.ts'
import type { ContentsChange } from '#domain/bookings/contents.ts'
import { getBooking } from '#domain/bookings/get-booking.ts'
import type { BookingKey } from '#domain/bookings/get-booking.ts'
import { namedCustomer } from './named-customer.ts'
import { movedTo } from './new-place.ts'
import { changesLength, findTerms, requireOwnTerms, withOwnTerms } from './own-terms.ts'
import type { OwnTerms } from './own-terms.ts'
import { tryAgain } from './try-again.ts'
import { repriced } from '#domain/prices/quote.ts'
import { reminderAfter } from '#domain/reminders/reminder.ts'
import type { Wished } from '#domain/resources/resource.ts'
import type { Reminder } from '#domain/reminders/reminder.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import { mayDecide, requireInTime, requireVersion } from '#domain/bookings/rights.ts'

/** Naming neither somebody nor a room leaves it with whom, or where, it is. */
export interface BookingUpdate extends ContentsChange, Wished {
  id: BookingKey
  ifVersion?: number | undefined
  startAt?: number | undefined
  /** How many seats of a class. */
  units?: number | undefined
  reminder?: Reminder | null | undefined
  /** What only the business may set. */
  own?: OwnTerms | undefined
}

/**
 * Changes a booking's contents, or moves it: a move keeps the id, and the old slot is free only when the new one is
 * taken. Where a service asks for approval, the business approves of a move, too. Throws conflict when the booking is
 * over, it is too late for its customer, or the new slot is taken; invalid for a start that the rules forbid; forbidden
 * for what only the business may set.
 */
export function updateBooking(ctx: Context, update: BookingUpdate): Promise<Booking> {
  return tryAgain(() => updateOnce(ctx, update))
}

async function updateOnce(ctx: Context, update: BookingUpdate): Promise<Booking> {
  const seen = await getBooking(ctx, update.id)
  const { booking: before } = seen
  requireVersion(before, update.ifVersion)
  const now = ctx.clock.now()
  const { own = {} } = update
  if (update.own && !mayDecide(ctx, seen)) throw new DomainError('booking.not_yours_to_decide')
  requireOwnTerms(own)
  requireOfKind(before, update)
  const status = statusAt(before, now)
  if (isOver(status)) {
    const message = `A booking that is ${status} cannot be changed`
    throw new DomainError('booking.invalid_transition', { message })
  }
  const startAt = update.startAt ?? before.startAt
  const resourceId = update.resourceId ?? before.resourceId
  const resourceKind = update.resourceId === undefined ? bookableOf(before) : (update.resourceKind ?? 'staff')
  const { durationMinutes } = own
  const { units = before.units } = update
  const moves =
    startAt !== before.startAt ||
    resourceId !== before.resourceId ||
    units > before.units ||
    changesLength(before, durationMinutes)
  if (moves || units !== before.units) requireInTime(seen, now)
  const [move, found, named] = await Promise.all([
    moves ? movedTo(ctx, seen, { startAt, resourceId, resourceKind, units, durationMinutes }) : { units },
    findTerms(ctx, before.businessId, { own }),
    namedCustomer(ctx, before, update),
  ])
  const seated = { ...before, ...pricedFor(before, units) }
  const { columns, statements, payment } = withOwnTerms(ctx, seated, own, found)

  const after: Booking = {
    ...seated,
    ...move,
    ...columns,
    ...contentsAfter(before, update),
    ...named?.columns,
    ...(update.reminder !== undefined && reminderAfter(before, startAt, update.reminder)),
    version: before.version + 1,
    updatedAt: now,
  }
  const { version: _version, updatedAt: _updatedAt, ...changes } = differences(before, after)
  return Object.keys(changes).length === 0
    ? before
    : recordBooking(ctx, {
        before,
        after,
        statements: [...(named?.statements ?? []), ...statements],
        payment,
      })
}

/** What other seats cost is what these did. */
function pricedFor(before: Booking, units: number): Partial<Booking> {
  if (units === before.units) return {}
  const forSeats = (amountMinor: number) => Math.round((amountMinor * units) / before.units)
  const priced = repriced(before, forSeats(before.priceMinor))
  const { prepaymentMinor, prepaidAt } = before
  const dueMinor = priced.priceMinor - priced.discountMinor
  // What was noted as paid was paid for what there was.
  const asked = prepaymentMinor === null || prepaidAt !== null
  return asked ? priced : { ...priced, prepaymentMinor: Math.min(forSeats(prepaymentMinor), dueMinor) }
}

/** What a stay costs and when it is follows from its nights; a lock is for nobody. Throws invalid. */
function requireOfKind(
  { kind }: Booking,
  { startAt, resourceId, units, own, customer, reminder }: BookingUpdate,
): void {
  const isOfAppointments =
    startAt !== undefined ||
    resourceId !== undefined ||
    units !== undefined ||
    own?.durationMinutes !== undefined ||
    own?.priceMinor !== undefined
  if (kind !== 'appointment' && isOfAppointments) throw new DomainError('booking.not_movable')
  if (kind !== 'block' || (customer === undefined && reminder === undefined && own === undefined)) return
  const message = 'A lock is for nobody: only what is noted of it can be changed'
  throw new DomainError('request.validation_failed', { message, errors: [{ field: 'customer', message }] })
}
