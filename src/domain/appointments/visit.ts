// Several services in one visit, one after the other. Each part is a booking of its own, on the calendar of whoever does it,
// so that every lock, event and dialect knows it as it knows all others; their group, named by the first of them, ties them.
import { bookingsOfGroup } from '#db/bookings/booking-row.ts'
import { isOver, statusAt } from '#domain/bookings/booking-status.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { toSeen } from '#domain/bookings/get-booking.ts'
import type { SeenBooking } from '#domain/bookings/get-booking.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'

/** The parts in the order in which they begin. */
export type Visit = readonly [Booking, ...Booking[]]

export function toVisit([first, ...others]: readonly [Booking, ...Booking[]]): Visit {
  const [earliest = first, ...rest] = [first, ...others].sort(
    (one, other) => one.startAt - other.startAt || one.id - other.id,
  )
  return [earliest, ...rest]
}

/** The parts of a visit, all of which the caller may see. Throws not_found. */
export async function getParts(ctx: Context, id: number): Promise<[SeenBooking, ...SeenBooking[]]> {
  const { found } = await ctx.read({ found: bookingsOfGroup({ groupId: id }) })
  const isVisit = found.length > 0 && found.every(({ kind }) => kind === 'appointment')
  const [first, ...others] = isVisit ? found.map((part) => toSeen(ctx, part)) : []
  if (!first) throw new DomainError('visit.not_found')
  return [first, ...others]
}

/** The visit as it is once some of its parts have become others. */
export function visitWith(
  [first, ...others]: readonly [SeenBooking, ...SeenBooking[]],
  changed: readonly Booking[],
): Visit {
  const now = new Map(changed.map((booking) => [booking.id, booking]))
  const present = ({ booking }: SeenBooking) => now.get(booking.id) ?? booking
  return toVisit([present(first), ...others.map(present)])
}

/** Whether a part is still to come, or under way. */
export function isToCome({ booking }: SeenBooking, now: number): boolean {
  return !isOver(statusAt(booking, now))
}
