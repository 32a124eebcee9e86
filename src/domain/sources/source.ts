import type { Row } from '#db/database.ts'
import type { sources } from '#db/sources.ts'

/** Where bookings come from. */
export type Source = Row<typeof sources>

/** Of what nobody says where it comes from. */
export const directSourceId = 1
