import type { bookingHistory, bookings } from '#db/bookings.ts'
import type { Row } from '#db/database.ts'

/** An appointment, a stay or a block of time; instants in ms since 1970, money in minor units. */
export type Booking = Row<typeof bookings>

/** One state that a booking was in. */
export type BookingState = Row<typeof bookingHistory>

/** A minute, in ms. */
export const minute = 60_000
