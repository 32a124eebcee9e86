import { z } from '@hono/zod-openapi'
import { isCurrency, toMajor } from '#domain/prices/currency.ts'
import type { BookingState } from '#domain/bookings/booking.ts'
import { isOfErased } from '#domain/customers/erased.ts'
import { discountOf, paidOf, prepaymentDueOnOf } from '#domain/stays/contents.ts'
import type { Paid, StayContents } from '#domain/stays/contents.ts'
import type { StayOrder, StaysWanted } from '#domain/stays/list-stays.ts'
import { mostRooms } from '#domain/stays/place-stays.ts'
import type { NewStays } from '#domain/stays/place-stays.ts'
import { extrasOf, registrationOf } from '#domain/stays/stay.ts'
import type { Extras, meals, Registration, Stay } from '#domain/stays/stay.ts'
import type { StayUpdate } from '#domain/stays/update-stay.ts'
import { dateAt } from '#domain/schedules/wall-clock.ts'
import { directSourceId } from '#domain/sources/source.ts'
import { color } from './rooms.wire.ts'
import { newGuest, toNewCustomer } from './guests.wire.ts'
import {
  day,
  flagText,
  id,
  idText,
  optionalText,
  pageQuery,
  several,
  severalOf,
  toLocalTime,
  unixSeconds,
  wordsFor,
  localTime,
  date,
} from './wire.ts'

const meal = wordsFor({
  none: 'OV',
  breakfast: 'BB',
  half_board: 'HB',
  full_board: 'FB',
  all_inclusive: 'AI',
  dinner: 'DINNER',
  breakfast_supper: 'BREAKFAST_SUPPER',
  dinner_supper: 'DINNER_SUPPER',
  supper: 'SUPPER',
} as const satisfies Record<(typeof meals)[number], string>)

const registration = wordsFor({
  none: 'NONE',
  checked_in: 'CHECKED_IN',
  checked_out: 'CHECKED_OUT',
} as const satisfies Record<Registration, string>)

const paid = wordsFor({
  nothing: 'NO_PAYMENT',
  prepayment: 'PREPAYMENT_PAID',
  all: 'PAID_ALL',
} as const satisfies Record<Paid, string>)

const paymentKind = wordsFor({
  none: 'NONE',
  cash: 'CASH_PAYMENT',
  transfer: 'BANK_TRANSFER_PAYMENT',
  credit_card: 'CREDIT_CARD_PAYMENT',
  virtual_card: 'VIRTUAL_CARD_PAYMENT',
  online: 'ONLINE_PAYMENT',
} as const satisfies Record<Extras['paymentKind'], string>)

const types = ['SINGLE', 'GROUP', 'LOCK'] as const
type Type = (typeof types)[number]

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')
const amount = z.number().min(0).max(10_000_000_000)
const persons = z.int().min(0).max(1_000)
const service = z.strictObject({
  additionalServiceId: id,
  status: z.union([z.literal(0), z.literal(1)]).openapi({ type: 'integer', enum: [0, 1] }),
  price: amount,
  quantity: z.int().min(0).max(10_000),
})

const contents = {
  checkIn: time.nullable().optional(),
  checkOut: time.nullable().optional(),
  adults: persons.optional(),
  children: persons.optional(),
  kidsAge: z.array(z.int().min(0).max(17)).max(100).nullable().optional(),
  registration: z.enum(registration.words).nullable().optional(),
  doorCode: optionalText(40),
  sourceId: id.optional(),
  additionalInfo: optionalText(2_000),
  prepayment: amount.nullable().optional(),
  prepaymentDeadline: day.nullable().optional(),
  paymentStatus: z.enum(paid.words).optional(),
  paymentType: z.enum(paymentKind.words).optional(),
  currency: z.string().refine(isCurrency, 'must be an ISO 4217 code').optional(),
  meal: z.enum(meal.words).optional(),
  adultsPortion: persons.nullable().optional(),
  childrenPortion: persons.nullable().optional(),
  additionalServices: z.array(service).max(50).nullable().optional(),
  color: color.nullable().optional(),
  price: amount.optional(),
  pricePerRoom: amount.nullable().optional(),
  pricePerMeal: amount.nullable().optional(),
  discount: amount.optional(),
  discountType: z
    .union([z.literal(0), z.literal(1)])
    .optional()
    .openapi({ type: 'integer', enum: [0, 1], description: '0: percent, 1: an amount' }),
  rateId: id.nullable().optional(),
}

export const type = z.enum(types)

const neededAsRoom = ({ input }: { input?: unknown }) =>
  input === undefined ? 'Room id is required' : `must be an id, or of a GROUP 1 to ${mostRooms} of them`

const example = {
  type: 'SINGLE',
  roomId: 124862518444544,
  clientId: 124862518444672,
  arrival: '2031-07-04',
  departure: '2031-07-11',
  adults: 2,
  pricePerRoom: 700,
} as const

const reservationToMake = z
  .strictObject({
    type,
    arrival: day,
    departure: day,
    roomId: z.union([id, z.array(id).min(1).max(mostRooms)], { error: neededAsRoom }).openapi({
      description: 'Of a GROUP also several: one reservation for each, all of them or none',
    }),
    clientId: id.nullable().optional(),
    client: newGuest.optional().openapi({ description: 'Somebody new, where there is no clientId' }),
    groupId: id
      .nullable()
      .optional()
      .openapi({ description: 'Of a GROUP: one that is there already, to be joined' }),
    ...contents,
  })
  .refine((given) => given.type === 'GROUP' || !Array.isArray(given.roomId), {
    path: ['roomId'],
    message: 'Only a GROUP takes several rooms',
  })
  .refine((given) => given.type === 'GROUP' || given.groupId == null, {
    path: ['groupId'],
    message: 'Only a GROUP has a group id',
  })

/** A client beside a clientId says nothing, whatever it looks like; on a lock it is refused. */
function withoutUnheeded(given: unknown): unknown {
  const said = z.looseObject({ type: z.enum(['SINGLE', 'GROUP']), clientId: id }).safeParse(given)
  return said.success ? { ...said.data, client: undefined } : given
}

export const newReservation = z
  .preprocess(withoutUnheeded, reservationToMake)
  .openapi('NewReservation', { example })

/** What an answer says beside that, which may come back with a change and says nothing there. */
const unheeded = {
  reservationId: z.unknown().optional(),
  reservationNo: z.unknown().optional(),
  groupId: z.unknown().optional(),
  employeeId: z.unknown().optional(),
  addDate: z.unknown().optional(),
  editDate: z.unknown().optional(),
  status: z.unknown().optional(),
  client: z.unknown().optional(),
}

export const reservationChanges = z
  .strictObject({
    type: type.optional(),
    arrival: day.optional(),
    departure: day.optional(),
    roomId: id.optional(),
    clientId: id.nullable().optional(),
    ...contents,
    ...unheeded,
  })
  .openapi('ReservationChanges', { example: { departure: '2031-07-12', registration: 'CHECKED_IN' } })

type Contents = Pick<z.infer<typeof reservationChanges>, keyof typeof contents>

function toContents(given: Contents): StayContents {
  const { adults, children, doorCode, currency, price, discount, discountType, prepayment, rateId } = given
  return {
    adults,
    children,
    kidsAges: given.kidsAge,
    checkInTime: given.checkIn,
    checkOutTime: given.checkOut,
    doorCode,
    color: given.color?.toLowerCase() ?? given.color,
    notes: given.additionalInfo,
    meal: given.meal && meal.meaning(given.meal),
    rateId,
    adultsPortion: given.adultsPortion,
    childrenPortion: given.childrenPortion,
    services: given.additionalServices,
    currency,
    price,
    roomPrice: given.pricePerRoom,
    mealPrice: given.pricePerMeal,
    discount,
    discountKind: discountType === undefined ? undefined : discountType === 1 ? 'fixed' : 'percent',
    prepayment,
    prepaymentDueOn: given.prepaymentDeadline,
    paid: given.paymentStatus && paid.meaning(given.paymentStatus),
    paymentKind: given.paymentType && paymentKind.meaning(given.paymentType),
  }
}

function toRegistration(given: Contents): Registration | undefined {
  return given.registration ? registration.meaning(given.registration) : undefined
}

export function toNewStays(given: z.infer<typeof newReservation>): Omit<NewStays, 'businessId'> {
  const { arrival, departure, roomId, sourceId } = given
  const [clientId, groupId] = [given.clientId ?? undefined, given.groupId ?? undefined]
  const isLock = given.type === 'LOCK'
  return {
    kind: isLock ? 'block' : 'stay',
    isGroup: given.type === 'GROUP',
    arrivalOn: arrival,
    departureOn: departure,
    roomIds: [roomId].flat(),
    customerId: clientId,
    guest: given.client && toNewCustomer(given.client),
    groupId,
    sourceId,
    registration: toRegistration(given),
    contents: toContents(given),
  }
}

export function toStayUpdate(
  given: z.infer<typeof reservationChanges>,
): Omit<StayUpdate, 'id' | 'businessId'> {
  const { arrival, departure, roomId, clientId, sourceId } = given
  return {
    ...(given.type && {
      kind: given.type === 'LOCK' ? ('block' as const) : ('stay' as const),
      isGroup: given.type === 'GROUP',
    }),
    arrivalOn: arrival,
    departureOn: departure,
    roomId,
    customerId: clientId ?? undefined,
    sourceId,
    registration: toRegistration(given),
    contents: toContents(given),
  }
}

const orders = ['reservationId', 'arrival', 'departure', 'addDate', 'editDate'] as const
const orderColumns: Record<(typeof orders)[number], StayOrder['by']> = {
  reservationId: 'id',
  arrival: 'arrivalOn',
  departure: 'departureOn',
  // Ids are made in the order of time.
  addDate: 'id',
  editDate: 'updatedAt',
}

export const reservationsQuery = z.strictObject({
  ...pageQuery(orders),
  includeLocks: flagText.optional(),
  from: day.optional().openapi({ description: 'Arrival on this day or later' }),
  to: day.optional().openapi({ description: 'Departure on this day or earlier' }),
  arrival: day.optional(),
  departure: day.optional(),
  addDate: day.optional(),
  editDate: day.optional(),
  lastEdit: unixSeconds.optional().openapi({ description: 'Unix seconds' }),
  paymentStatus: z.enum(paid.words).optional(),
  sourceId: idText.optional(),
  ...several('reservationId', idText, 200),
  roomId: idText.optional(),
  groupId: idText.optional(),
})

const { page, limit } = pageQuery(['arrival'])
export const staysQuery = z.strictObject({ page, limit })

type Query = z.infer<typeof reservationsQuery>

const statusesOf: Record<Paid, Stay['paymentStatus'][]> = {
  nothing: ['not_required', 'unpaid', 'refunded', 'failed'],
  prepayment: ['partially_paid'],
  all: ['paid'],
}

export function toStaysWanted(query: Query): Omit<StaysWanted, 'businessId'> {
  const { includeLocks, from, to, arrival, departure, addDate, editDate, lastEdit, paymentStatus } = query
  return {
    includesBlocks: includeLocks,
    ids: severalOf(query, 'reservationId'),
    groupId: query.groupId,
    resourceId: query.roomId,
    sourceId: query.sourceId,
    paymentStatuses: paymentStatus && statusesOf[paid.meaning(paymentStatus)],
    arrivalOn: arrival,
    arrivalFromOn: from,
    departureOn: departure,
    departureToOn: to,
    createdOn: addDate,
    updatedOn: editDate,
    updatedFrom: lastEdit === undefined ? undefined : lastEdit * 1_000,
  }
}

export function toStayOrder({ orderBy, orderType }: Pick<Query, 'orderBy' | 'orderType'>): StayOrder {
  return { by: orderColumns[orderBy], isDescending: orderType === 'DESC' }
}

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

export function typeOf({ kind, groupId }: Pick<Stay, 'kind' | 'groupId'>): Type {
  if (kind === 'block') return 'LOCK'
  return groupId === null ? 'SINGLE' : 'GROUP'
}

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
