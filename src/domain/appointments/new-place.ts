// Where a booking goes when it moves, whoever moves it.
import { serviceOffer } from '#db/agendas.ts'
import type { ServiceOffer } from '#db/agendas.ts'
import { agendaStatement, toAgenda } from '#domain/availability/agenda.ts'
import { whyNotFree } from '#domain/availability/explain-slot.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { serviceNotFound } from '#domain/services/service.ts'
import { staffNotFound } from '#domain/resources/resource.ts'
import { minute } from '#domain/bookings/booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { toSlotError } from './place-booking.ts'

export interface Move {
  startAt: number
  resourceId: number | null
  /** The business itself may choose any start within hours, and leave a booking with somebody who takes no new ones. */
  isMember: boolean
}

/**
 * The columns of the new place, once it is known that the rules allow it; its lock has the last word. Throws conflict
 * `booking.staff_unavailable` when who has it takes no bookings any more, not_found for anybody else who does not.
 */
export async function newPlace(
  ctx: Context,
  before: Booking,
  { startAt, resourceId, isMember }: Move,
): Promise<{ place: Partial<Booking>; offer: ServiceOffer }> {
  const { businessId, serviceId } = before
  if (serviceId === null || resourceId === null) {
    throw new DomainError('booking.not_movable')
  }
  const shift = startAt - before.startAt
  const {
    offer: [offer],
    row: [row],
  } = await ctx.read({
    offer: serviceOffer({ businessId, serviceId }),
    row: agendaStatement({
      businessId,
      serviceId,
      resourceId,
      fromAt: before.blockedFromAt + shift,
      toAt: before.blockedToAt + shift,
      purpose: 'move',
    }),
  })
  if (!offer) throw serviceNotFound()
  const stays = resourceId === before.resourceId
  // A member may leave it with somebody who takes no new ones.
  const isKept = stays && isMember
  if (!row || (row.active === 0 && !isKept)) throw stays ? staffUnavailable() : staffNotFound()
  const agenda = toAgenda(isKept ? { ...row, performs: 1 } : row)

  // The booking keeps its own length and buffers, whatever the service has become since.
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
  if (refusal) throw toSlotError(refusal)

  return {
    offer,
    place: {
      resourceId,
      branchId: agenda.branchId,
      timeZone: agenda.timeZone,
      startAt,
      endAt: before.endAt + shift,
      blockedFromAt: before.blockedFromAt + shift,
      blockedToAt: before.blockedToAt + shift,
    },
  }
}

function staffUnavailable(): DomainError {
  const message = 'The staff member of this booking takes no bookings any more: choose somebody else'
  return new DomainError('booking.staff_unavailable', { message })
}
