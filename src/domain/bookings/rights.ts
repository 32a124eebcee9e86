// Who may do what with a booking, and until when.
import { actsInside } from '#domain/actor.ts'
import type { Actor } from '#domain/actor.ts'
import { allows } from '#domain/api-keys/scope.ts'
import type { Context } from '#domain/context.ts'
import { customerRequired } from '#domain/customers/resolve-customer.ts'
import { DomainError } from '#domain/errors.ts'
import { minute } from './booking.ts'
import type { Booking } from './booking.ts'
import type { SeenBooking } from './get-booking.ts'

/** Whether the actor's word is the business's: its members', and its keys' that may manage bookings. */
export function mayDecideIn(actor: Actor, businessId: number): boolean {
  if (actor.type !== 'key') return actsInside(actor, businessId)
  return actor.businessId === businessId && allows(actor.scopes, 'bookings:manage')
}

/** Whether the caller decides about a booking. */
export function mayDecide({ actor }: Context, { booking }: Pick<SeenBooking, 'booking'>): boolean {
  return mayDecideIn(actor, booking.businessId)
}

/** Whether who sees a booking may have its card, which moves and cancels it: a key that may only read would do both by it. */
export function mayHaveCard(actor: Actor): boolean {
  if (actor.type !== 'key') return true
  return allows(actor.scopes, 'bookings:write') || allows(actor.scopes, 'bookings:manage')
}

/** Whether the caller acts for the business: as a member, or with a key of it. Throws forbidden for a customer. */
export function requireBusiness({ standing }: Pick<SeenBooking, 'standing'>): void {
  if (standing === 'customer') throw new DomainError('booking.not_yours_to_decide')
}

/**
 * A customer moves and cancels only before the start, and what was confirmed only before the service's notice. Throws
 * conflict `booking.started`, `booking.change_too_late`.
 */
export function requireInTime(seen: SeenBooking, now: number): void {
  const { booking, changeNoticeMinutes } = seen
  if (isInTime(seen, now)) return
  if (now >= booking.startAt) throw new DomainError('booking.started')
  const message = `This booking can be changed until ${changeNoticeMinutes} minutes before it begins`
  throw new DomainError('booking.change_too_late', { message })
}

/** Whether it is not too late for the caller to move or cancel the booking. */
export function isInTime(seen: SeenBooking, now: number): boolean {
  const { booking, standing } = seen
  if (standing !== 'customer' || booking.status === 'held') return true
  return now < booking.startAt && now <= lastChangeAt(seen)
}

/** The last instant at which its customer may change a booking that has not begun. */
export function lastChangeAt({
  booking,
  changeNoticeMinutes,
}: Pick<SeenBooking, 'booking' | 'changeNoticeMinutes'>): number {
  return booking.startAt - (booking.confirmedAt === null ? 0 : changeNoticeMinutes * minute)
}

/** Throws stale unless the booking is at the version that the change starts from. */
export function requireVersion(booking: Booking, ifVersion: number | undefined): void {
  if (ifVersion !== undefined && ifVersion !== booking.version) {
    throw new DomainError('booking.stale', { message: `The booking is at version ${booking.version}` })
  }
}

/** What was never more than a hold of nobody's is no booking yet. Throws invalid `booking.customer_required`. */
export function requireCustomer({ kind, customerId, confirmedAt }: Booking): void {
  if (kind === 'appointment' && customerId === null && confirmedAt === null) throw customerRequired()
}
