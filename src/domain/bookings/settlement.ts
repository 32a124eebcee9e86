import type { BookingOccupancy } from '#db/bookings/occupancy.ts'
import type { LockedResource, Settlement } from '#domain/slots/slot-locks.ts'
import { isBlocking } from './booking-status.ts'
import type { Booking } from './booking.ts'

/** What the booking means for the lock of the resource it is on. */
export function settlementOf(booking: BookingOccupancy, now: number): Settlement {
  const { id, version, startAt, units, serviceId } = booking
  const occupancy = isBlocking(booking, now)
    ? {
        from: booking.blockedFromAt,
        to: booking.blockedToAt,
        startAt,
        units,
        serviceId,
        until: booking.expiresAt,
      }
    : null
  return { id, version, occupancy }
}

/** The lock that guards the booking, if it is on a resource at all. */
export function lockedResourceOf(booking: Booking): LockedResource | undefined {
  const { businessId, resourceId } = booking
  return resourceId === null ? undefined : { businessId, resourceId }
}
