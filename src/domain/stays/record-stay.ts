import { differences } from '#db/database.ts'
import { updateStayColumns } from '#db/stays.ts'
import type { Statement } from '#db/database.ts'
import type { BookingStep } from '#domain/bookings/record-booking.ts'
import type { Stay } from './stay.ts'

/** The columns of a stay beside those that every booking has. */
export function stayColumnsOf(stay: Stay) {
  return {
    bookingId: stay.id,
    businessId: stay.businessId,
    arrivalOn: stay.arrivalOn,
    departureOn: stay.departureOn,
    adults: stay.adults,
    children: stay.children,
    kidsAges: stay.kidsAges,
    rateId: stay.rateId,
    meal: stay.meal,
    checkInTime: stay.checkInTime,
    checkOutTime: stay.checkOutTime,
    doorCode: stay.doorCode,
    color: stay.color,
    roomPriceMinor: stay.roomPriceMinor,
    mealPriceMinor: stay.mealPriceMinor,
    details: stay.details,
  }
}

/** The step that takes a stay from one state to the next, with all that it has beside other bookings. */
export function stayStep(
  before: Stay,
  after: Stay,
  { reason, statements = [] }: { reason?: string; statements?: readonly Statement[] } = {},
): BookingStep<Stay> {
  const own = differences(stayColumnsOf(before), stayColumnsOf(after))
  const behind = Object.keys(own).length > 0 ? [updateStayColumns(after.id, own)] : []
  return { before, after, reason: reason ?? null, statements, behind }
}
