// Where a booking goes when it moves, whoever moves it.
import { serviceOffer } from '#db/agendas.ts'
import type { ServiceOffer } from '#db/agendas.ts'
import { agendaStatement, placeOf, toAgenda } from '#domain/availability/agenda.ts'
import { whyNotFree } from '#domain/availability/explain-slot.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireUnits, serviceNotFound } from '#domain/services/service.ts'
import { resourceNotFound } from '#domain/resources/resource.ts'
import type { Bookable } from '#domain/resources/resource.ts'
import { expiryOf } from '#domain/bookings/booking-status.ts'
import { bookableOf, minute } from '#domain/bookings/booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import type { SeenBooking } from '#domain/bookings/get-booking.ts'
import { mayDecide } from '#domain/bookings/rights.ts'
import { reminderAfter } from '#domain/reminders/reminder.ts'
import { reachOf } from './own-terms.ts'
import { toSlotError } from './place-booking.ts'

export interface Move {
  startAt: number
  resourceId: number | null
  /** Absent: as what has it now is. */
  resourceKind?: Bookable | undefined
  /** Absent: wherever whoever has it works. */
  branchId?: number | undefined
  /** The business itself may choose any start within hours, and leave a booking with somebody who takes no new ones. */
  isMember: boolean
  /** Absent: the service it is of. Another one brings its own length and buffers. */
  serviceId?: number | undefined
  /** Absent: as many as it has. */
  units?: number | undefined
  /** Absent: as long as it was, or as the other service is. */
  durationMinutes?: number | undefined
  /** Bookings that move along with it: none is in the way of another. */
  along?: readonly number[] | undefined
  /** Lets a start stand that is on no slot boundary; the business itself may always choose one. */
  anyStart?: boolean | undefined
  /** What takes no time fits anywhere within hours. */
  takesNoTime?: boolean | undefined
}

/**
 * The columns of the new place, once it is known that the rules allow it; its lock has the last word. Throws conflict
 * `booking.staff_unavailable` when who has it takes no bookings any more, not_found for anybody else who does not.
 */
export async function newPlace(
  ctx: Context,
  before: Booking,
  {
    startAt,
    resourceId,
    branchId,
    isMember,
    durationMinutes,
    along = [],
    anyStart = isMember,
    takesNoTime = false,
    ...move
  }: Move,
): Promise<{ place: Partial<Booking>; offer: ServiceOffer }> {
  const { businessId } = before
  const serviceId = move.serviceId ?? before.serviceId
  if (serviceId === null || resourceId === null) {
    throw new DomainError('booking.not_movable')
  }
  const shift = startAt - before.startAt
  const { resourceKind = bookableOf(before), units = before.units } = move
  const {
    offer: [offer],
    row: [row],
  } = await ctx.read({
    offer: serviceOffer({ businessId, serviceId }),
    row: agendaStatement({
      businessId,
      serviceId,
      resourceId,
      resourceKind,
      fromAt: before.blockedFromAt + shift,
      toAt: before.blockedToAt + shift + reachOf({ durationMinutes }),
      purpose: 'move',
    }),
  })
  const isOther = serviceId !== before.serviceId
  if (!offer || (isOther && offer.archivedAt !== null)) throw serviceNotFound()
  if (units > before.units) requireUnits(offer, units)
  const stays = resourceId === before.resourceId
  // A member may leave it with somebody who takes no new ones.
  const isKept = stays && isMember
  if (!row || (row.active === 0 && !isKept)) throw stays ? staffUnavailable() : resourceNotFound(resourceKind)
  const agenda = toAgenda(isKept ? { ...row, performs: 1 } : row)
  if (agenda.branchId !== (branchId ?? agenda.branchId)) throw resourceNotFound(resourceKind)

  const rules = isOther ? offer : keptRules(before)
  const service = {
    ...offer,
    ...rules,
    durationMinutes: durationMinutes ?? rules.durationMinutes,
    slotIntervalMinutes: offer.slotIntervalMinutes ?? offer.durationMinutes,
    minNoticeMinutes: isMember ? -Infinity : offer.minNoticeMinutes,
    maxAdvanceDays: isMember ? null : offer.maxAdvanceDays,
  }
  const others = takesNoTime ? [] : agenda.taken.filter(({ id }) => id !== before.id && !along.includes(id))
  const staff = { ...agenda, taken: others }
  const refusal = whyNotFree({ now: ctx.clock.now(), startAt, service, staff, units, anyStart })
  if (refusal) throw toSlotError(refusal)

  const endAt = startAt + service.durationMinutes * minute
  return {
    offer,
    place: {
      serviceId,
      serviceName: offer.name,
      ...placeOf(agenda),
      startAt,
      endAt,
      blockedFromAt: startAt - service.bufferBeforeMinutes * minute,
      blockedToAt: endAt + service.bufferAfterMinutes * minute,
      units,
      capacity: service.capacity,
      ...reminderAfter(before, startAt),
    },
  }
}

/** The new place and status of a booking that the caller moves: the business has not approved of this one yet. */
export async function movedTo(
  ctx: Context,
  seen: SeenBooking,
  move: Omit<Move, 'isMember'>,
): Promise<Partial<Booking>> {
  const { booking: before, standing } = seen
  const isMember = standing === 'member' || move.durationMinutes !== undefined
  const { place, offer } = await newPlace(ctx, before, { ...move, isMember })
  const wasAgreed = before.status === 'confirmed' || before.status === 'rescheduling'
  const asksAgain = wasAgreed && offer.confirmation === 'approval' && !mayDecide(ctx, seen)
  const status = asksAgain ? 'pending' : before.status
  return status === 'pending'
    ? { ...place, status, expiresAt: expiryOf(status, move.startAt, ctx.clock.now()) }
    : place
}

/** A booking keeps its own length and buffers, whatever its service has become since; how many have room is the service's to say. */
function keptRules({ startAt, endAt, blockedFromAt, blockedToAt }: Booking) {
  return {
    durationMinutes: (endAt - startAt) / minute,
    bufferBeforeMinutes: (startAt - blockedFromAt) / minute,
    bufferAfterMinutes: (blockedToAt - endAt) / minute,
  }
}

function staffUnavailable(): DomainError {
  const message = 'The staff member of this booking takes no bookings any more: choose somebody else'
  return new DomainError('booking.staff_unavailable', { message })
}
