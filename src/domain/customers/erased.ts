// What a booking still says once its customer was erased: the database keeps no more of it, whoever writes.
import type { Row } from '#db/database.ts'
import type { bookings } from '#db/bookings/bookings.ts'

type Booking = Row<typeof bookings>

/** Whether a booking's customer was erased: every other customer has a name. */
export function isOfErased({ customerId, customerName }: Booking): boolean {
  return customerId !== null && customerName === null
}
