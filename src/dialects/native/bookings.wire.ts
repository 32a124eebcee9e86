import { z } from '@hono/zod-openapi'
import { longestHoldSeconds } from '#domain/appointments/hold-slot.ts'
import type { SlotRefusal } from '#domain/availability/explain-slot.ts'
import { longestSearchDays } from '#domain/availability/find-slots.ts'
import type { Explanation, ToldRefusal } from '#domain/availability/find-slots.ts'
import type { Slot } from '#domain/availability/free-slots.ts'
import { longestNotes, mostCustomBytes } from '#domain/bookings/booking.ts'
import type { Booking, BookingState, ListedBooking } from '#domain/bookings/booking.ts'
import { cardUrlOf } from '#domain/bookings/card-token.ts'
import { mayHaveCard } from '#domain/bookings/rights.ts'
import { longestMinutes } from '#domain/appointments/own-terms.ts'
import { bookingKinds, bookingStatuses, paymentStatuses, statusAt } from '#domain/bookings/booking-status.ts'
import type { BookingSnapshot } from '#domain/events/event-data.ts'
import type { Page } from '#domain/page.ts'
import type { Occasion } from '#http/endpoint.ts'
import { listBody, toListBody } from './list.wire.ts'
import type { Wished } from '#domain/resources/resource.ts'
import { mostPlaces } from '#domain/services/service.ts'
import { wallClockAt } from '#domain/schedules/wall-clock.ts'
import { parseOwn } from '#domain/json.ts'
import {
  anyText,
  businessId,
  businessIdText,
  email,
  id,
  idText,
  instant,
  instantBody,
  money,
  name,
  nullableInstantBody,
  optionalText,
  phone,
  sample,
  text,
  timeZone,
  toInstant,
  toNullableInstant,
} from './wire.ts'

export const bookingStatus = z.enum(bookingStatuses).openapi('BookingStatus')

const contact = z.strictObject({
  name: name(200),
  email: email.nullable().optional(),
  phone: phone.nullable().optional(),
})

const customFields = z
  .record(anyText(64).min(1), z.union([anyText(2000), z.number(), z.boolean()]).nullable())
  .refine((fields) => Object.keys(fields).length <= 50, 'Maximum 50 entries')
  .openapi({ description: `At most ${mostCustomBytes / 1024} KiB as JSON` })

/** Somebody, or a room: an appointment is with the one or in the other. */
export const notBoth = ({ staffId, roomId }: { staffId?: unknown; roomId?: unknown }): boolean =>
  staffId === undefined || roomId === undefined
export const notBothIssue = { message: 'Name a staff member or a room, not both', path: ['roomId'] }

const units = z.int().min(1).max(mostPlaces)
const unitsText = z
  .string()
  .regex(/^\d{1,4}$/, 'Must be a number')
  .transform(Number)
  .pipe(units)
  .optional()
  .openapi({ type: 'integer', minimum: 1, description: 'Seats of a class, together; 1 when absent' })

const slot = {
  businessId,
  serviceId: id,
  staffId: id.optional().openapi({ description: 'Absent: whoever is free, chosen fairly' }),
  roomId: id.optional().openapi({ description: 'Instead of a staff member, for a service that names rooms' }),
  branchId: id.optional(),
  startTime: instant,
  units: units.optional().openapi({ description: 'Seats of a class, together; 1 when absent' }),
}

export const contents = {
  customer: contact.optional(),
  notes: optionalText(longestNotes),
  couponCode: optionalText(64),
  customFields: customFields.optional(),
}

const reminder = z
  .union([
    z.strictObject({ at: instant }),
    z.strictObject({
      minutesBefore: z
        .int()
        .min(0)
        .max(60 * 24 * 60)
        .openapi({ description: 'Moves along with the start' }),
    }),
  ])
  .nullable()
  .optional()
  .openapi({ description: 'When `booking.reminder` is told, before the booking begins; null: never' })

/** What only the business may say: its members, and keys with bookings:manage. */
const own = {
  price: money
    .optional()
    .openapi({ description: 'For the business only: instead of the price of the service' }),
  durationMinutes: z
    .int()
    .min(1)
    .max(longestMinutes)
    .optional()
    .openapi({ description: 'For the business only: instead of the duration of the service' }),
  source: text(100).optional().openapi({
    description: 'For the business only: where the booking comes from; a new name is written down',
  }),
}

export const newBooking = z
  .strictObject({
    ...slot,
    ...contents,
    holdId: id.optional(),
    leadId: id.optional().openapi({
      description:
        'The lead that the booking comes from: its price is added to the sum. For members and keys of the business',
    }),
    reminder,
    ...own,
  })
  .refine(notBoth, notBothIssue)
  .superRefine(({ holdId, price, durationMinutes, source }, refinement) => {
    if (holdId === undefined) return
    for (const [field, value] of Object.entries({ price, durationMinutes, source })) {
      const message = 'A hold is booked as it is'
      if (value !== undefined) refinement.addIssue({ code: 'custom', message, path: [field] })
    }
  })
  .openapi('NewBooking', {
    example: {
      businessId: sample.businessId,
      serviceId: sample.serviceId,
      staffId: sample.staffId,
      startTime: '2031-03-03T10:00:00+01:00',
      customer: { name: 'Ada Lovelace', email: sample.email },
      notes: 'A window seat, please',
    },
  })
export const newHold = z
  .strictObject({
    ...slot,
    customer: contact.optional(),
    ttlSeconds: z.int().min(10).max(longestHoldSeconds).default(300),
  })
  .refine(notBoth, notBothIssue)
  .openapi('NewHold', {
    example: {
      businessId: sample.businessId,
      serviceId: sample.serviceId,
      startTime: '2031-03-03T14:00:00+01:00',
      ttlSeconds: 300,
    },
  })

export const bookingChanges = z
  .strictObject({
    startTime: instant.optional(),
    staffId: id.optional(),
    roomId: id.optional(),
    units: units.optional().openapi({ description: 'Each at the price of the others' }),
    notes: optionalText(longestNotes),
    customFields: customFields.optional(),
    customer: contact.partial().optional(),
    reminder,
    ...own,
  })
  .refine((changes) => Object.keys(changes).length > 0, 'At least one field is required')
  .refine(notBoth, notBothIssue)
  .openapi('BookingChanges', {
    example: { startTime: '2031-03-03T11:00:00+01:00', notes: 'An hour later than planned' },
  })

export const statusChange = z
  .strictObject({ status: bookingStatus, reason: optionalText(500) })
  .openapi('StatusChange', { example: { status: 'checked_in' } })
export const cancellation = z
  .strictObject({ reason: optionalText(500) })
  .openapi('Cancellation', { example: { reason: 'Caught a cold' } })

export const ifMatch = z.object({
  'if-match': z
    .string()
    .regex(/^(\*|(W\/)?"?\d{1,9}"?)$/, 'If-Match must be a version')
    .transform((tag) => (tag === '*' ? undefined : Number(tag.replace(/\D/g, ''))))
    .optional()
    .openapi({ type: 'string', description: 'The version that the change starts from', example: '"3"' }),
})

export const bookingExample = {
  id: sample.bookingId,
  businessId: sample.businessId,
  branchId: sample.branchId,
  kind: 'appointment',
  serviceId: sample.serviceId,
  staffId: sample.staffId,
  roomId: null,
  customer: { id: sample.customerId, name: 'Ada Lovelace', email: sample.email, phone: null },
  startTime: '2031-03-03T09:00:00.000Z',
  endTime: '2031-03-03T09:45:00.000Z',
  timeZone: 'Europe/Berlin',
  units: 1,
  status: 'confirmed',
  expiresAt: null,
  paymentStatus: 'unpaid',
  price: { amount: 4500, currency: 'EUR' },
  couponCode: null,
  discount: { amount: 0, currency: 'EUR' },
  notes: 'A window seat, please',
  source: 'api',
  customFields: {},
  parentId: null,
  cancelReason: null,
  reminder: { at: '2031-03-02T09:00:00.000Z', minutesBefore: 1440, sentAt: null },
  removedAt: null,
  version: 1,
  cardUrl: 'https://slotkeeper.example.com/card/3q2-7wAAq83vASNFZ4mrzQ',
  createdAt: '2031-03-02T12:00:00.000Z',
  updatedAt: '2031-03-02T12:00:00.000Z',
}

export const bookingBody = z
  .object({
    id,
    businessId: id,
    branchId: id,
    kind: z.enum(bookingKinds).openapi({ description: 'A block keeps a room, and is for nobody' }),
    serviceId: id.nullable(),
    staffId: id.nullable(),
    roomId: id.nullable(),
    customer: z.object({
      id: id.nullable(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
    }),
    startTime: instantBody,
    endTime: instantBody,
    timeZone: z.string(),
    units: z.int().openapi({ description: 'How many seats of a class' }),
    status: bookingStatus,
    expiresAt: nullableInstantBody,
    paymentStatus: z.enum(paymentStatuses),
    price: money,
    couponCode: z.string().nullable(),
    discount: money,
    notes: z.string().nullable(),
    source: z.string(),
    customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable()),
    parentId: id.nullable(),
    cancelReason: z.string().nullable(),
    reminder: z
      .object({ at: instantBody, minutesBefore: z.int().nullable(), sentAt: nullableInstantBody })
      .nullable(),
    removedAt: nullableInstantBody.openapi({
      description: 'Set in the last that is told of a booking that was removed',
    }),
    version: z.int(),
    cardUrl: z.url().nullable().openapi({
      description:
        'A page for whoever the booking is for. Whoever has the address may move and cancel the booking: null for keys that may not',
    }),
    createdAt: instantBody,
    updatedAt: instantBody,
  })
  .openapi('Booking', { example: bookingExample })

export const holdBody = z
  .object({
    holdId: id,
    staffId: id.nullable(),
    roomId: id.nullable(),
    startTime: instantBody,
    units: z.int(),
    expiresAt: instantBody,
    price: money,
  })
  .openapi('Hold', {
    example: {
      holdId: sample.holdId,
      staffId: sample.staffId,
      roomId: null,
      startTime: '2031-03-03T13:00:00.000Z',
      units: 1,
      expiresAt: '2031-03-02T12:05:00.000Z',
      price: { amount: 4500, currency: 'EUR' },
    },
  })

export const bookingsBody = listBody('bookings', bookingBody)

export const businessBookingsQuery = {
  from: instant.optional(),
  to: instant.optional(),
  status: bookingStatus.optional(),
  staffId: idText.optional(),
  roomId: idText.optional(),
  customerId: idText.optional(),
}

export const availabilityQuery = z
  .strictObject({
    businessId: businessIdText,
    serviceId: idText,
    staffId: idText.optional(),
    roomId: idText.optional(),
    units: unitsText,
    from: instant,
    to: instant.openapi({ description: `At most ${longestSearchDays} days after from` }),
    timeZone: timeZone.optional(),
  })
  .refine(notBoth, notBothIssue)
  // An instant that did not parse compares as NaN, and passes here: its own error is enough.
  .refine(({ from, to }) => !(from >= to), { message: 'To must be after from', path: ['to'] })
  .refine(({ from, to }) => !(to - from > longestSearchDays * 86_400_000), {
    message: `Maximum ${longestSearchDays} days`,
    path: ['to'],
  })

export const slotsBody = z
  .object({
    timeZone: z.string(),
    slots: z.array(
      z.object({
        startTime: instantBody,
        endTime: instantBody,
        staffIds: z.array(id),
        roomIds: z.array(id).optional().openapi({ description: 'Rooms that are free then, if any' }),
        available: z.int().openapi({ description: 'How many seats are left' }),
        localStartTime: z.string().optional().openapi({ description: 'In the time zone asked for' }),
      }),
    ),
  })
  .openapi('Slots')

export const explainQuery = z
  .strictObject({
    businessId: businessIdText,
    serviceId: idText,
    staffId: idText.optional(),
    roomId: idText.optional(),
    units: unitsText,
    startTime: instant,
  })
  .refine(notBoth, notBothIssue)

const explained = {
  available: z.boolean(),
  reason: z
    .enum([
      'no_hours',
      'outside_hours',
      'off_grid',
      'time_off',
      'not_available',
      'too_soon',
      'too_far_ahead',
      'booked',
      'buffer',
      'held',
    ])
    .nullable(),
  message: z.string().nullable(),
}

export const explanationBody = z
  .object({
    startTime: instantBody,
    available: z.boolean(),
    reason: z.enum(['no_staff']).nullable().openapi({ description: 'Why nobody could be asked' }),
    message: z.string().nullable(),
    staff: z.array(z.object({ staffId: id, ...explained })),
    rooms: z.array(z.object({ roomId: id, ...explained })),
  })
  .openapi('SlotExplanation')

export const historyBody = z
  .object({
    history: z.array(
      z.object({
        version: z.int(),
        status: bookingStatus,
        staffId: id.nullable(),
        roomId: id.nullable(),
        startTime: instantBody,
        endTime: instantBody,
        reason: z.string().nullable(),
        actor: z.object({ type: z.string(), id: id.nullable() }),
        requestId: z.string(),
        at: instantBody,
      }),
    ),
  })
  .openapi('BookingHistory')

interface Named {
  staffId?: number | undefined
  roomId?: number | undefined
}

/** Who, or which room, is named, in the domain's words. */
export function toWished({ staffId, roomId }: Named): Wished {
  return roomId === undefined ? { resourceId: staffId } : { resourceId: roomId, resourceKind: 'room' }
}

/** What a body says of a slot, in the domain's words. */
export function toSlotWords<Input extends Named & { startTime?: number | undefined }>({
  staffId,
  roomId,
  startTime,
  ...rest
}: Input): Omit<Input, keyof Named | 'startTime'> & Wished & { startAt: Input['startTime'] } {
  return { ...rest, ...toWished({ staffId, roomId }), startAt: startTime }
}

/** What a body says of a booking, in the domain's words: what is the business's alone to say, apart. */
export function toBookingWords<Input extends Own & Parameters<typeof toSlotWords>[0]>({
  price,
  durationMinutes,
  source,
  ...rest
}: Input) {
  const isSaid = price !== undefined || durationMinutes !== undefined || source !== undefined
  const own = { priceMinor: price?.amount, currency: price?.currency, durationMinutes, source }
  return { ...toSlotWords(rest), own: isSaid ? own : undefined }
}

interface Own {
  price?: z.infer<typeof money> | undefined
  durationMinutes?: number | undefined
  source?: string | undefined
}

interface BookingsQuery extends Named {
  from?: number | undefined
  to?: number | undefined
  status?: Booking['status'] | undefined
  customerId?: number | undefined
}

export function toBookingFilter({ from, to, status, staffId, roomId, customerId }: BookingsQuery) {
  return { fromAt: from, toAt: to, status, resourceId: roomId ?? staffId, customerId }
}

/** `now` decides whether a hold has lapsed; `origin` is where the booking's card is served, and `actor` who is shown it. */
export function toBookingBody(
  booking: BookingSnapshot,
  { now, origin, actor }: Pick<Occasion, 'now' | 'origin' | 'actor'>,
): z.infer<typeof bookingBody> {
  const { currency } = booking
  return {
    id: booking.id,
    businessId: booking.businessId,
    branchId: booking.branchId,
    kind: booking.kind,
    serviceId: booking.serviceId,
    ...toResourceBody(booking),
    customer: {
      id: booking.customerId,
      name: booking.customerName,
      email: booking.customerEmail,
      phone: booking.customerPhone,
    },
    startTime: toInstant(booking.startAt),
    endTime: toInstant(booking.endAt),
    timeZone: booking.timeZone,
    units: booking.units,
    status: statusAt(booking, now),
    expiresAt: booking.expiresAt === null ? null : toInstant(booking.expiresAt),
    paymentStatus: booking.paymentStatus,
    price: { amount: booking.priceMinor, currency },
    couponCode: booking.couponCode,
    discount: { amount: booking.discountMinor, currency },
    notes: booking.notes,
    source: booking.source ?? 'api',
    customFields: parseOwn<z.infer<typeof bookingBody>['customFields']>(booking.customFields),
    parentId: booking.groupId === booking.id ? null : booking.groupId,
    cancelReason: booking.cancelReason,
    reminder: toReminderBody(booking),
    removedAt: toNullableInstant(booking.removedAt),
    version: booking.version,
    cardUrl: mayHaveCard(actor()) ? cardUrlOf(booking, origin) : null,
    createdAt: toInstant(booking.createdAt),
    updatedAt: toInstant(booking.updatedAt),
  }
}

/** By whom it is, or in which room. */
export function toResourceBody({
  resourceId,
  resourceKind,
}: Pick<BookingSnapshot, 'resourceId' | 'resourceKind'>) {
  const isRoom = resourceKind === 'room'
  return { staffId: isRoom ? null : resourceId, roomId: isRoom ? resourceId : null }
}

function toReminderBody({ remindAt, reminderMinutes, remindedAt }: BookingSnapshot) {
  return remindAt === null
    ? null
    : { at: toInstant(remindAt), minutesBefore: reminderMinutes, sentAt: toNullableInstant(remindedAt) }
}

/** `list` names the list in its cursors. */
export function toBookingList(
  page: Page<ListedBooking>,
  occasion: Occasion,
  list: string,
): z.infer<typeof bookingsBody> {
  return toListBody('bookings', page, (booking) => toBookingBody(booking, occasion), list)
}

export function etagOf({ version }: Booking): Record<string, string> {
  return { ETag: `"${version}"` }
}

export function toHoldBody(booking: Booking): z.infer<typeof holdBody> {
  return {
    holdId: booking.id,
    ...toResourceBody(booking),
    startTime: toInstant(booking.startAt),
    units: booking.units,
    expiresAt: toInstant(booking.expiresAt ?? booking.updatedAt),
    price: { amount: booking.priceMinor, currency: booking.currency },
  }
}

/** `shownIn` is the time zone that was asked for. */
export function toSlotsBody(found: {
  slots: Slot[]
  timeZone: string
  shownIn: string | undefined
}): z.infer<typeof slotsBody> {
  const zone = found.shownIn
  return {
    timeZone: zone ?? found.timeZone,
    slots: found.slots.map(({ startAt, endAt, staffIds, roomIds, available }) => ({
      startTime: toInstant(startAt),
      endTime: toInstant(endAt),
      staffIds,
      ...(roomIds && { roomIds }),
      available,
      ...(zone && { localStartTime: wallClockAt(zone, startAt).text }),
    })),
  }
}

export function toExplanationBody({
  startAt,
  found,
}: {
  startAt: number
  found: Explanation[]
}): z.infer<typeof explanationBody> {
  return {
    startTime: toInstant(startAt),
    available: found.some(({ refusal }) => !refusal),
    reason: found.length === 0 ? 'no_staff' : null,
    message: found.length === 0 ? 'Nobody performs this service' : null,
    staff: found
      .filter(({ kind }) => kind === 'staff')
      .map(({ resourceId, refusal }) => ({ staffId: resourceId, ...toExplained(refusal) })),
    rooms: found
      .filter(({ kind }) => kind === 'room')
      .map(({ resourceId, refusal }) => ({ roomId: resourceId, ...toExplained(refusal) })),
  }
}

function toExplained(refusal: Explanation['refusal']) {
  return {
    available: !refusal,
    reason: refusal?.reason ?? null,
    message: refusal && wordsFor(refusal),
  }
}

function wordsFor(refusal: SlotRefusal | ToldRefusal): string {
  switch (refusal.reason) {
    case 'no_hours':
      return 'No working hours are set for these days'
    case 'not_available':
      return 'Not available'
    case 'outside_hours':
      return 'Outside opening hours'
    case 'off_grid':
      return `Not the start of a slot: one starts every ${refusal.stepMinutes} minutes from the start of the opening hours`
    case 'time_off':
      return `Time off from ${toInstant(refusal.fromAt)} to ${toInstant(refusal.toAt)}`
    case 'too_soon':
      return `Too soon: bookable from ${toInstant(refusal.earliestAt)}`
    case 'too_far_ahead':
      return `Too far ahead: bookable until ${toInstant(refusal.latestAt)}`
    case 'held':
      return `Held for another ${refusal.seconds} seconds`
    case 'buffer':
      return 'Needed as buffer around another booking'
    case 'booked':
      return 'Booked'
  }
}

export function toHistoryBody(history: BookingState[]): z.infer<typeof historyBody> {
  return {
    history: history.map((entry) => ({
      version: entry.version,
      status: entry.status,
      ...toResourceBody(entry),
      startTime: toInstant(entry.startAt),
      endTime: toInstant(entry.endAt),
      reason: entry.reason,
      actor: { type: entry.actorType, id: entry.actorId },
      requestId: entry.requestId,
      at: toInstant(entry.createdAt),
    })),
  }
}
