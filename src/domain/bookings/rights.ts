// Who may do what with a booking, and until when.
import { allows } from '#domain/api-keys/scope.ts'
import type { Context } from '#domain/context.ts'
import { customerRequired } from '#domain/customers/resolve-customer.ts'
import { DomainError } from '#domain/errors.ts'
import { minute } from './booking.ts'
import type { Booking } from './booking.ts'
import type { SeenBooking } from './get-booking.ts'

/** Whether the caller's word is the business's: its members', and its keys' that may manage bookings. */
export function mayDecide({ actor }: Context, { standing }: Pick<SeenBooking, 'standing'>): boolean {
  const mayManage = actor.type === 'key' && allows(actor.scopes, 'bookings:manage')
  return standing === 'member' || (standing === 'partner' && mayManage)
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
