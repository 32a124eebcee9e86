// What is answered of a reservation, and of each state that it was in.
import { z } from '@hono/zod-openapi'
import type { BookingState } from '#domain/bookings/booking.ts'
import { isOfErased } from '#domain/customers/erased.ts'
import { toMajor } from '#domain/prices/currency.ts'
import { dateAt } from '#domain/schedules/wall-clock.ts'
import { directSourceId } from '#domain/sources/source.ts'
import { discountOf, paidOf, prepaymentDueOnOf } from '#domain/stays/contents.ts'
import { extrasOf, registrationOf } from '#domain/stays/stay.ts'
import type { Stay } from '#domain/stays/stay.ts'
import { meal, paid, paymentKind, registration, type, typeOf } from './reservation-words.ts'
import { date, id, localTime, toLocalTime } from './wire.ts'

export const reservationBody = z
  .object({
    type,
    reservationId: id,
    reservationNo: z.string(),
    groupId: id.nullable(),
    clientId: id.nullable(),
    roomId: id.nullable(),
    arrival: date,
    departure: date,
    checkIn: z.string().nullable(),
    checkOut: z.string().nullable(),
    adults: z.int(),
    children: z.int(),
    kidsAge: z.array(z.int()).nullable(),
    registration: z.enum(registration.words),
    doorCode: z.string().nullable(),
    sourceId: id,
    employeeId: id.nullable(),
    additionalInfo: z.string().nullable(),
    prepayment: z.number().nullable(),
    prepaymentDeadline: date.nullable(),
    paymentStatus: z.enum(paid.words),
    paymentType: z.enum(paymentKind.words),
    currency: z.string(),
    meal: z.enum(meal.words),
    adultsPortion: z.int().nullable(),
    childrenPortion: z.int().nullable(),
    additionalServices: z
      .array(z.object({ additionalServiceId: id, status: z.int(), price: z.number(), quantity: z.int() }))
      .nullable(),
    color: z.string().nullable(),
    price: z.number(),
    pricePerRoom: z.number().nullable(),
    pricePerMeal: z.number().nullable(),
    discount: z.number(),
    discountType: z.int(),
    rateId: id.nullable(),
    addDate: localTime,
    editDate: localTime,
  })
  .openapi('Reservation')

export function toReservationBody(stay: Stay): z.infer<typeof reservationBody> {
  const { id: reservationId, currency, timeZone } = stay
  const extras = extrasOf(stay)
  const major = (minor: number | null) => (minor === null ? null : toMajor(minor, currency))
  return {
    type: typeOf(stay),
    reservationId,
    reservationNo: String(reservationId),
    groupId: stay.groupId,
    clientId: isOfErased(stay) ? null : stay.customerId,
    roomId: stay.resourceId,
    arrival: stay.arrivalOn,
    departure: stay.departureOn,
    checkIn: stay.checkInTime,
    checkOut: stay.checkOutTime,
    adults: stay.adults,
    children: stay.children,
    kidsAge: stay.kidsAges === null ? null : z.array(z.int()).parse(JSON.parse(stay.kidsAges)),
    registration: registration.word(registrationOf(stay)),
    doorCode: stay.doorCode,
    sourceId: stay.sourceId ?? directSourceId,
    employeeId: null,
    additionalInfo: stay.notes,
    prepayment: major(stay.prepaymentMinor),
    prepaymentDeadline: prepaymentDueOnOf(stay),
    paymentStatus: paid.word(paidOf(stay)),
    paymentType: paymentKind.word(extras.paymentKind),
    currency,
    meal: meal.word(stay.meal),
    adultsPortion: extras.adultsPortion,
    childrenPortion: extras.childrenPortion,
    additionalServices: extras.services,
    color: stay.color,
    price: toMajor(stay.priceMinor, currency),
    pricePerRoom: major(stay.roomPriceMinor),
    pricePerMeal: major(stay.mealPriceMinor),
    discount: discountOf(stay),
    discountType: stay.discountKind === 'fixed' ? 1 : 0,
    rateId: stay.rateId,
    addDate: toLocalTime(timeZone, stay.createdAt),
    editDate: toLocalTime(timeZone, stay.updatedAt),
  }
}

export const stateBody = z
  .object({
    status: z.string(),
    registration: z.enum(registration.words),
    arrival: date,
    departure: date,
    roomId: id.nullable(),
    at: localTime,
    by: z.object({ type: z.string(), id: id.nullable() }),
    ruid: z.string(),
  })
  .openapi('ReservationState')

export function toStateBody(state: BookingState & Pick<Stay, 'timeZone'>): z.infer<typeof stateBody> {
  const { status, startAt, endAt, resourceId, createdAt, actorType, actorId, requestId, timeZone } = state
  return {
    status,
    registration: registration.word(registrationOf({ status })),
    arrival: dateAt(timeZone, startAt),
    departure: dateAt(timeZone, endAt),
    roomId: resourceId,
    at: toLocalTime(timeZone, createdAt),
    by: { type: actorType, id: actorId },
    ruid: requestId,
  }
}
