// The record: what a client may write of it, all that it is shown, and the translation between both and a booking.
import { z } from '@hono/zod-openapi'
import type { AppointmentChange } from '#domain/appointments/change-appointment.ts'
import type { NewAppointment } from '#domain/appointments/create-appointment.ts'
import { statusAt } from '#domain/bookings/booking-status.ts'
import type { BookingStatus } from '#domain/bookings/booking-status.ts'
import { longestNotes } from '#domain/bookings/booking.ts'
import { cardUrlOf, paymentUrlOf } from '#domain/bookings/card-token.ts'
import { DomainError } from '#domain/errors.ts'
import type { NamedBooking } from '#domain/events/event-data.ts'
import { parseOwn } from '#domain/json.ts'
import { parseDecimal, toDecimal } from '#domain/prices/decimal.ts'
import type { Reminder } from '#domain/reminders/reminder.ts'
import type { Occasion } from '#http/endpoint.ts'
import { highestNumber, numberOf, statusOf, titleOf } from './statuses.ts'
import {
  decimal,
  envelope,
  id,
  optionalId,
  optionalText,
  optionalWallTime,
  nothing,
  optionalWhole,
  rk,
  toInstant,
  toText,
  toWallTime,
  wallTime,
  whole,
} from './wire.ts'
import type { WallTime } from './wire.ts'

/** `reminder` alone is told by the clocks of Moscow. */
const reminderZone = 'Europe/Moscow'
/** What is shown where a booking does not say who entered it, and where it comes from. */
const clientsNumber = 0
const defaultSource = 'api'

const customFieldNames = [
  'custom_field1',
  'custom_field2',
  'custom_field3',
  'custom_field4',
  'custom_field5',
  'custom_field6',
  'custom_field7',
  'custom_field8',
  'custom_field9',
  'custom_field10',
] as const
/** What a record keeps among the booking's custom fields. */
const keptAside = [...customFieldNames, 'prepayment_url'] as const

type CustomFields = Record<string, string | number | boolean | null>

function ofEachCustomField<T>(value: T): Record<(typeof customFieldNames)[number], T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each of the names above, and no other
  return Object.fromEntries(customFieldNames.map((name) => [name, value])) as Record<
    (typeof customFieldNames)[number],
    T
  >
}

const contents = {
  name: optionalText(256),
  email: z.preprocess(
    (given) => (typeof given === 'string' && given.trim() === '' ? null : given),
    z.string().trim().toLowerCase().max(254).pipe(z.email()).nullable().optional(),
  ),
  phone: optionalText(40),
  comment: optionalText(longestNotes),
  price: decimal,
  duration: optionalWhole(1, 1440),
  prepayment: decimal,
  prepayment_date: optionalWallTime,
  prepayment_url: optionalText(1000),
  reminder: optionalWallTime.openapi({ description: 'By the clocks of Moscow' }),
  reminder_minutes: optionalWhole(0, 525_600).openapi({ description: 'Minutes before; reminder wins' }),
  whom: optionalWhole(0, Number.MAX_SAFE_INTEGER).openapi({ description: '0: the client' }),
  source: optionalText(100),
  parent_record: optionalId,
  coupon: optionalText(64),
  ...ofEachCustomField(optionalText(2000)),
}

/** What the examples are about: all tell of one record. */
const sample = {
  rk: 'na_live_…',
  id: 124862518444800,
  branch_id: 124862518444288,
  cooperator_id: 124862518444544,
  service_id: 124862518444416,
  url: 'https://slotkeeper.example.com/card/Zq3kT9xW2vLr8bNfYcPaHg',
}

export const recordRequest = z.strictObject({ rk, id }).openapi({ example: { rk: sample.rk, id: sample.id } })

export const newRecord = z
  .strictObject({
    rk,
    branch_id: id,
    cooperator_id: id,
    service_id: id,
    status: whole(0, highestNumber),
    record: wallTime,
    ...contents,
  })
  .openapi({
    example: {
      rk: sample.rk,
      branch_id: sample.branch_id,
      cooperator_id: sample.cooperator_id,
      service_id: sample.service_id,
      status: 5,
      record: '2031-03-04 10:00:00',
      name: 'Иванов Иван Иванович',
      phone: '+77999999998',
      price: 50.25,
      reminder_minutes: 60,
    },
  })

export const recordChanges = z
  .strictObject({
    rk,
    id,
    branch_id: optionalId,
    cooperator_id: optionalId,
    service_id: optionalId,
    status: optionalWhole(0, highestNumber),
    record: optionalWallTime,
    ...contents,
  })
  .openapi({
    example: {
      rk: sample.rk,
      id: sample.id,
      prepayment: 100,
      prepayment_date: '2031-03-01 10:00:00',
      status: 0,
    },
  })

type Changes = z.output<typeof recordChanges>
type Contents = Omit<Changes, 'rk' | 'id' | 'record' | 'status'>

const text = z.string().nullable()

const record = z.object({
  id: z.int(),
  parent_record: z.int().nullable(),
  whom: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  record: z.string(),
  name: text,
  price: z.string(),
  phone: text,
  email: text,
  comment: text,
  status: z.int(),
  status_title: z.string(),
  cooperator_id: z.int().nullable(),
  cooperator_title: text,
  branch_id: z.int(),
  branch_title: text,
  service_id: z.int().nullable(),
  service_title: text,
  url: z.string(),
  coupon: text,
  coupon_discount: z.string(),
  source: z.string(),
  duration: z.string(),
  prepayment: z.string(),
  prepayment_date: text,
  prepayment_url: z.string(),
  reminder: text,
  ...ofEachCustomField(text),
})
export type RecordBody = z.infer<typeof record>

export const recordBody = envelope(record)
export const createdBody = envelope(z.object({ id: z.int(), url: z.string() })).openapi({
  example: { status: 'ok', message: 'Success', data: { id: sample.id, url: sample.url } },
})
export const removedBody = envelope(nothing)

/** Where wall clocks and prices of a record are to be read: its branch's zone, and the business's currency. */
export interface Place {
  timeZone: string
  currency: string
}

export function toNewAppointment(
  given: z.output<typeof newRecord>,
  businessId: number,
  place: Place,
): NewAppointment {
  const { service_id: serviceId, cooperator_id: resourceId, branch_id: branchId, status } = given
  const { name, email, phone } = given
  return {
    businessId,
    serviceId,
    resourceId,
    branchId,
    startAt: toInstant(given.record, place.timeZone),
    status: statusOf(status),
    ...toTerms(given, place),
    ...((name ?? phone ?? email) && { customer: { name: name ?? null, email, phone } }),
    notes: given.comment,
    customFields: customFieldsAfter({}, given),
  }
}

/** `place` is where the record is to be, in which its times are told, and `now` the instant at which it has its status. */
export function toAppointmentChange(
  changes: Changes,
  { before, place, now }: { before: NamedBooking; place: Place; now: number },
): AppointmentChange {
  const given = withoutShown(changes, before, place)
  const { id: bookingId, status, record: wall, name, email, phone } = given
  const saysWho = name !== undefined || email !== undefined || phone !== undefined
  return {
    id: bookingId,
    ifVersion: before.version,
    serviceId: given.service_id,
    resourceId: given.cooperator_id,
    branchId: given.branch_id,
    startAt: wall ? toInstant(wall, place.timeZone) : undefined,
    status: status === undefined ? undefined : statusAfter(statusAt(before, now), status),
    ...toTerms(given, place),
    ...(saysWho && { customer: { name: name ?? undefined, email, phone } }),
    ...(given.comment !== undefined && { notes: given.comment }),
    ...(keptAside.some((field) => given[field] !== undefined) && {
      customFields: customFieldsAfter(parseOwn<CustomFields>(before.customFields), given),
    }),
  }
}

/**
 * Clients write a record back as they read it: what says no more than was shown changes nothing, though a clock shows an hour
 * twice, a reminder shows no minutes before, and what the booking itself does not say is shown as something.
 */
function withoutShown(given: Changes, before: NamedBooking, { timeZone }: Place): Changes {
  const { startAt, prepaidAt, remindAt } = before
  const isShown = (time: WallTime | null | undefined, at: number | null, zone: string) =>
    at !== null && !!time && toText(time) === toWallTime(at, zone)
  const anew = { ...given }
  // On other clocks the same time is another.
  if (timeZone === before.timeZone && isShown(given.record, startAt, timeZone)) delete anew.record
  if (isShown(given.prepayment_date, prepaidAt, before.timeZone)) delete anew.prepayment_date
  if (isShown(given.reminder, remindAt, reminderZone)) {
    delete anew.reminder
    delete anew.reminder_minutes
  }
  if (before.enteredBy === null && given.whom === clientsNumber) delete anew.whom
  if (before.source === null && given.source === defaultSource) delete anew.source
  if (given.prepayment_url?.endsWith(paymentUrlOf(before, ''))) delete anew.prepayment_url
  return anew
}

function toTerms(given: Contents, { timeZone, currency }: Place) {
  const { prepayment_date: prepaidOn } = given
  // None at all is shown as 0.
  const prepayment = toAmount('prepayment', given.prepayment, currency)
  return {
    durationMinutes: given.duration,
    priceMinor: toAmount('price', given.price, currency),
    prepaymentMinor: prepayment === 0 ? null : prepayment,
    prepaidAt: prepaidOn && toInstant(prepaidOn, timeZone),
    source: given.source,
    enteredBy: given.whom,
    groupWith: given.parent_record,
    couponCode: given.coupon,
    reminder: toReminder(given),
  }
}

function toAmount(field: string, given: string | undefined, currency: string): number | undefined {
  if (given === undefined) return undefined
  const minor = parseDecimal(given, currency)
  if (minor !== undefined) return minor
  const message = 'Not an amount of the currency'
  throw new DomainError('request.validation_failed', { errors: [{ field, message }] })
}

function toReminder({ reminder, reminder_minutes: minutesBefore }: Contents): Reminder | null | undefined {
  if (reminder) return { at: toInstant(reminder, reminderZone) }
  return minutesBefore === undefined ? reminder : { minutesBefore }
}

/** A number that the record has already is no change, whichever of ours is behind it. */
function statusAfter(before: BookingStatus, number: number): BookingStatus | undefined {
  return numberOf(before) === number ? undefined : statusOf(number)
}

function customFieldsAfter(before: CustomFields, given: Contents): CustomFields {
  const fields = { ...before }
  for (const name of keptAside) {
    const value = given[name]
    if (value === null) delete fields[name]
    else if (value !== undefined) fields[name] = value
  }
  return fields
}

/** All of a record, as it is at `now`. */
export function toRecord(
  booking: NamedBooking,
  { now, origin }: Pick<Occasion, 'now' | 'origin'>,
): RecordBody {
  const { timeZone, currency, groupId, prepaidAt, remindAt } = booking
  const status = statusAt(booking, now)
  const isInRoom = booking.resourceKind === 'room'
  const fields = parseOwn<CustomFields>(booking.customFields)
  return {
    id: booking.id,
    parent_record: groupId === booking.id ? null : groupId,
    whom: booking.enteredBy ?? clientsNumber,
    created_at: toWallTime(booking.createdAt, timeZone),
    updated_at: toWallTime(booking.updatedAt, timeZone),
    record: toWallTime(booking.startAt, timeZone),
    name: booking.customerName,
    price: toDecimal(booking.priceMinor, currency),
    phone: booking.customerPhone,
    email: booking.customerEmail,
    comment: booking.notes,
    status: numberOf(status),
    status_title: titleOf(status),
    cooperator_id: isInRoom ? null : booking.resourceId,
    cooperator_title: isInRoom ? null : booking.resourceName,
    branch_id: booking.branchId,
    branch_title: booking.branchName,
    service_id: booking.serviceId,
    service_title: booking.serviceName,
    url: cardUrlOf(booking, origin),
    coupon: booking.couponCode,
    coupon_discount: toDecimal(booking.discountMinor, currency),
    source: booking.source ?? defaultSource,
    duration: String(Math.round((booking.endAt - booking.startAt) / 60_000)),
    prepayment: toDecimal(booking.prepaymentMinor ?? 0, currency),
    prepayment_date: prepaidAt === null ? null : toWallTime(prepaidAt, timeZone),
    prepayment_url: textOf(fields['prepayment_url']) ?? paymentUrlOf(booking, origin),
    reminder: remindAt === null ? null : toWallTime(remindAt, reminderZone),
    ...customFieldsOf(fields),
  }
}

function customFieldsOf(fields: CustomFields): Record<(typeof customFieldNames)[number], string | null> {
  const shown = ofEachCustomField<string | null>(null)
  for (const name of customFieldNames) shown[name] = textOf(fields[name])
  return shown
}

function textOf(value: CustomFields[string] | undefined): string | null {
  return value === undefined || value === null || value === '' ? null : String(value)
}
