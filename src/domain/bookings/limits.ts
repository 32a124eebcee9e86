// How much somebody may keep of a business's time before anybody has confirmed or paid it. The triggers on bookings have
// the last word, so that requests at the same time cannot pass together; what is said here is said sooner.
import { openOfMaker } from '#db/bookings/open-bookings.ts'
import type { Statement } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { minute } from './booking.ts'
import type { BookingStatus } from './booking-status.ts'

export const mostHolds = 3
export const mostHoldsOfKeys = 200
export const mostOpen = 10
/** How long a slot that was held and let go of is not held again. */
const pauseMs = 15 * minute

type OpenOfMaker = NonNullable<ReturnType<typeof openOfMaker>['row']>

/** What must be read before `requireRoom` can decide. */
export function openStatement(
  ctx: Context,
  slot: { businessId: number; serviceId: number; startAt: number },
): Statement<OpenOfMaker> {
  const { businessId, serviceId, startAt } = slot
  const now = ctx.clock.now()
  return openOfMaker({
    businessId,
    serviceId,
    startAt,
    makerId: ctx.accountId,
    now,
    since: now - pauseMs,
  })
}

/** Whose limits a new booking counts against; the business itself has none. */
export function makerOf({ actor, accountId }: Context, isMember: boolean): number | null {
  if (isMember || actor.type === 'system' || actor.type === 'anonymous') return null
  return accountId
}

/** Throws conflict `booking.too_many_holds`, `booking.held_lately` or `booking.too_many_open`. */
export function requireRoom(
  makerId: number | null,
  status: BookingStatus,
  found: OpenOfMaker | undefined,
): void {
  if (makerId === null || !found) return
  const isKey = makerId === 0
  if (status === 'held') {
    if (found.letLapse) throw heldLately()
    if (found.holds >= (isKey ? mostHoldsOfKeys : mostHolds)) throw tooManyHolds()
  } else if (status !== 'confirmed' && !isKey && found.open >= mostOpen) {
    throw tooManyOpen()
  }
}

export function tooManyHolds(cause?: unknown): DomainError {
  const message = 'Too many slots are held already, please book or release one first'
  return new DomainError('booking.too_many_holds', { message, cause })
}

export function tooManyOpen(cause?: unknown): DomainError {
  const message = 'Too many bookings here wait to be confirmed or paid already'
  return new DomainError('booking.too_many_open', { message, cause })
}

function heldLately(): DomainError {
  const message = 'You held this slot a short while ago: book it, or hold it again in a quarter of an hour'
  return new DomainError('booking.held_lately', { message })
}
