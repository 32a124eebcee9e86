import { serviceOffer } from '#db/agendas.ts'
import { agendaStatement, toAgenda } from '#domain/availability/agenda.ts'
import { whyNotFree } from '#domain/availability/explain-slot.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { staffNotFound } from '#domain/staff/staff.ts'
import { isBlocking, statusAt } from './booking-status.ts'
import { minute } from './booking.ts'
import type { Booking } from './booking.ts'
import { requireVersion } from './change-booking-status.ts'
import { getBooking } from './get-booking.ts'
import type { Standing } from './get-booking.ts'
import { refused } from './place-booking.ts'
import { recordBooking } from './record-booking.ts'

export interface BookingUpdate {
  id: number
  ifVersion?: number | undefined
  startAt?: number | undefined
  resourceId?: number | undefined
  notes?: string | null | undefined
  customFields?: Record<string, unknown> | undefined
  customer?:
    | { name?: string | undefined; email?: string | null | undefined; phone?: string | null | undefined }
    | undefined
}

/**
 * Changes a booking's contents, or moves it: a move keeps the id, and the old slot is free only when the new one is
 * taken. Throws conflict when the booking is over or the new slot is taken, invalid for a start that the rules forbid.
 */
export async function updateBooking(ctx: Context, update: BookingUpdate): Promise<Booking> {
  const { booking: before, standing } = await getBooking(ctx, update.id)
  requireVersion(before, update.ifVersion)
  const now = ctx.clock.now()
  const startAt = update.startAt ?? before.startAt
  const resourceId = update.resourceId ?? before.resourceId
  const moves = startAt !== before.startAt || resourceId !== before.resourceId
  if (moves && !isBlocking(before, now)) {
    const message = `A booking that is ${statusAt(before, now)} cannot be moved`
    throw new DomainError('conflict', 'booking.invalid_transition', message)
  }
  const place = moves ? await newPlace(ctx, before, standing, startAt, resourceId) : {}
  await ctx.admitted()

  const { customer } = update
  const after: Booking = {
    ...before,
    ...place,
    customerName: customer?.name ?? before.customerName,
    customerEmail: customer?.email === undefined ? before.customerEmail : customer.email,
    customerPhone: customer?.phone === undefined ? before.customerPhone : customer.phone,
    notes: update.notes === undefined ? before.notes : update.notes,
    customFields: update.customFields ? JSON.stringify(update.customFields) : before.customFields,
    version: before.version + 1,
    updatedAt: now,
  }
  const isSame = Object.entries(after).every(([key, value]) => {
    return key === 'version' || key === 'updatedAt' || before[key as keyof Booking] === value
  })
  return isSame ? before : recordBooking(ctx, { before, after })
}

/** The columns of the new place, once it is known that the rules allow it; its lock has the last word. */
async function newPlace(
  ctx: Context,
  before: Booking,
  standing: Standing,
  startAt: number,
  resourceId: number | null,
): Promise<Partial<Booking>> {
  const { businessId, serviceId } = before
  if (serviceId === null || resourceId === null) {
    throw new DomainError(
      'invalid',
      'booking.not_movable',
      'Only an appointment with a staff member can be moved',
    )
  }
  const shift = startAt - before.startAt
  const [[offer], [row]] = await ctx.db.read(
    serviceOffer({ businessId, serviceId, accountId: 0 }),
    agendaStatement({
      businessId,
      serviceId,
      resourceId,
      fromAt: before.blockedFromAt + shift,
      toAt: before.blockedToAt + shift,
    }),
  )
  if (!offer || !row) throw staffNotFound()
  const agenda = toAgenda(row)

  // The booking keeps its own length and buffers, whatever the service has become since.
  const isMember = standing === 'member'
  const service = {
    ...offer,
    durationMinutes: (before.endAt - before.startAt) / minute,
    bufferBeforeMinutes: (before.startAt - before.blockedFromAt) / minute,
    bufferAfterMinutes: (before.blockedToAt - before.endAt) / minute,
    slotIntervalMinutes: offer.slotIntervalMinutes ?? offer.durationMinutes,
    capacity: before.capacity,
    minNoticeMinutes: isMember ? -Infinity : offer.minNoticeMinutes,
    maxAdvanceDays: isMember ? null : offer.maxAdvanceDays,
  }
  const staff = { ...agenda, taken: agenda.taken.filter(({ id }) => id !== before.id) }
  const refusal = whyNotFree({ now: ctx.clock.now(), startAt, service, staff, anyStart: isMember })
  if (refusal) throw refused(refusal)

  return {
    resourceId,
    branchId: agenda.branchId,
    timeZone: agenda.timeZone,
    startAt,
    endAt: before.endAt + shift,
    blockedFromAt: before.blockedFromAt + shift,
    blockedToAt: before.blockedToAt + shift,
  }
}
