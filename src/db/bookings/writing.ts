import { eq } from 'drizzle-orm'
import { build, builder, differences, inserting } from '#db/database.ts'
import type { Row, Statement } from '#db/database.ts'
import { bookings } from './bookings.ts'

export const insertBooking = inserting(bookings)

/** Writes only what differs, so that only the indexes concerned are touched. */
export function updateBookingColumns(before: Row<typeof bookings>, after: Row<typeof bookings>): Statement {
  return build(builder.update(bookings).set(differences(before, after)).where(eq(bookings.id, after.id)))
}
