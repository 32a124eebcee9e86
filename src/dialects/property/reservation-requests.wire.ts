// What is said of a reservation to make it, and to change it.
import { z } from '@hono/zod-openapi'
import { isCurrency } from '#domain/prices/currency.ts'
import type { StayContents } from '#domain/stays/contents.ts'
import { mostRooms } from '#domain/stays/place-stays.ts'
import type { NewStays } from '#domain/stays/place-stays.ts'
import type { Registration } from '#domain/stays/stay.ts'
import type { StayUpdate } from '#domain/stays/update-stay.ts'
import { newGuest, toNewCustomer } from './guests.wire.ts'
import { meal, paid, paymentKind, registration, type } from './reservation-words.ts'
import { color } from './rooms.wire.ts'
import { day, id, optionalText } from './wire.ts'

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
    color: given.color,
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
