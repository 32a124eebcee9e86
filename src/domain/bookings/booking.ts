import type { bookingHistory } from '#db/bookings/history.ts'
import type { BookingRow, ListedBooking } from '#db/bookings/booking-row.ts'
import type { Row } from '#db/database.ts'
import { DomainError } from '#domain/errors.ts'
import type { Bookable } from '#domain/resources/resource.ts'

/** An appointment, a stay or a block of time; instants in ms since 1970, money in minor units, `source` the name of its source. */
export type Booking = BookingRow

/** The same in a list, which does not say what the things are called that it names. */
export type { ListedBooking }

/** One state that a booking was in. */
export type BookingState = Row<typeof bookingHistory> & Pick<Booking, 'resourceKind'>

/** Of what kind it is what the booking is of, as far as it can be booked by the hour. */
export function bookableOf({ resourceKind }: Pick<Booking, 'resourceKind'>): Bookable {
  return resourceKind === 'room' ? 'room' : 'staff'
}

/** A minute, in ms. */
export const minute = 60_000

/** Characters of a booking's notes. */
export const longestNotes = 2_000
/** Bytes of a booking's custom fields as JSON, and of all that is written freely into it, in UTF-8. */
export const mostCustomBytes = 8 * 1024
const mostTextBytes = 16 * 1024

/** Every change of a booking keeps a copy of it and tells it to others. Throws invalid for one that says too much. */
export function requireModest(booking: Booking): void {
  const { customFields, notes, cancelReason, couponCode, customerName, customerEmail, customerPhone } =
    booking
  if (sizeOf(customFields) > mostCustomBytes) {
    throw tooLarge('customFields', `Maximum ${mostCustomBytes / 1024} KiB in all custom fields together`)
  }
  const texts = [customFields, notes, cancelReason, couponCode, customerName, customerEmail, customerPhone]
  if (texts.reduce((sum, text) => sum + sizeOf(text ?? ''), 0) > mostTextBytes) {
    throw tooLarge('notes', `Maximum ${mostTextBytes / 1024} KiB in all texts of a booking together`)
  }
}

const encoder = new TextEncoder()
function sizeOf(text: string): number {
  return encoder.encode(text).byteLength
}

function tooLarge(field: string, message: string): DomainError {
  return new DomainError('booking.too_large', { message, errors: [{ field, message }] })
}
