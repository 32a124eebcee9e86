// What a booking still says once its customer was erased: the database keeps no more of it, whoever writes.
import type { Row } from '#db/database.ts'
import type { bookings } from '#db/bookings.ts'

type Booking = Row<typeof bookings>

/** What told of the person, emptied. */
export const untold = {
  customerName: null,
  customerEmail: null,
  customerPhone: null,
  notes: null,
  customFields: '{}',
  cancelReason: null,
}

/** Whether a booking's customer was erased: every other customer has a name. */
export function isOfErased({ customerId, customerName }: Booking): boolean {
  return customerId !== null && customerName === null
}
