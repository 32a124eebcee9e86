import { groupById, insertBookingGroup } from '#db/booking-groups.ts'
import { businessById } from '#db/businesses.ts'
import { roomsToBook } from '#db/rooms.ts'
import { insertStay } from '#db/stays.ts'
import { actsInside } from '#domain/actor.ts'
import { newCardToken } from '#domain/bookings/card-token.ts'
import { recordBookings } from '#domain/bookings/record-booking.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { requireSold, termsOf, termsStatements } from '#domain/rates/stay-terms.ts'
import { dateAt } from '#domain/schedules/wall-clock.ts'
import { directSourceId } from '#domain/sources/source.ts'
import { requireOfLock, withContents } from './contents.ts'
import type { StayContents } from './contents.ts'
import { namedColumns, namedStatements, unknown } from './named.ts'
import type { Named } from './named.ts'
import { stayColumnsOf } from './record-stay.ts'
import { intervalOf, invalid, placeOf, requireMay, requireNights } from './stay.ts'
import type { Registration, Stay } from './stay.ts'

export interface NewStays extends Named {
  kind: 'stay' | 'block'
  arrivalOn: string
  departureOn: string
  roomIds: readonly number[]
  /** Set for what belongs together: one group of all its rooms, or one more in the group that `groupId` names. */
  isGroup: boolean
  groupId?: number | undefined
  registration?: Registration | undefined
  contents: StayContents
}

/** How many rooms one request takes. */
export const mostRooms = 50

/**
 * Takes nights in one room or in several, all of them or none, for members and keys of the business: it may note nights that
 * are past. Answers the first. Throws invalid with the fields at fault, conflict `booking.slot_taken`.
 */
export async function placeStays(ctx: Context, wanted: NewStays): Promise<Stay> {
  const { businessId, kind, arrivalOn, departureOn, roomIds, isGroup, groupId, contents } = wanted
  const isLock = kind === 'block'
  const named = isLock ? { businessId } : { ...wanted, sourceId: wanted.sourceId ?? directSourceId }
  const {
    rooms,
    business: [business],
    group: [group],
    ...found
  } = await ctx.read({
    rooms: roomsToBook({ businessId, ids: JSON.stringify(roomIds) }),
    business: businessById({ id: businessId }),
    group: groupById({ id: groupId ?? 0 }),
    ...namedStatements(named),
    ...termsStatements({ businessId, rateId: contents.rateId ?? 0, roomIds, arrivalOn, departureOn }),
  })
  if (!business || !actsInside(ctx.actor, businessId)) throw businessNotFound()
  requireMay(ctx, kind, 'create')
  if (isLock) {
    const { sourceId, customerId, guest, registration } = wanted
    requireOfLock({ ...contents, sourceId, customerId, guest, registration })
  } else if (wanted.customerId === undefined && !wanted.guest) {
    throw invalid([{ field: 'customerId', message: 'Client id is required' }])
  }
  requireNights(arrivalOn, departureOn)
  requireRooms(roomIds, rooms)
  if (groupId !== undefined && group?.businessId !== businessId) throw unknown('groupId')

  const now = ctx.clock.now()
  const { columns, statements } = namedColumns(ctx, named, found)
  const ids = roomIds.map(() => ctx.newId())
  const [firstId = 0] = ids
  const inGroup = isGroup ? (groupId ?? firstId) : null
  const newGroup =
    inGroup !== null && groupId === undefined
      ? [insertBookingGroup({ id: inGroup, businessId, kind: 'party' as const, rule: null, createdAt: now })]
      : []
  const { rateId } = contents
  const termsFor = rateId == null ? undefined : termsOf(rateId, found)
  const stays = roomIds.map((roomId, index): Stay => {
    const room = rooms.find(({ id }) => id === roomId)!
    const todayOn = dateAt(room.timeZone, now)
    const terms = termsFor?.({ room, arrivalOn, departureOn, todayOn })
    if (terms) requireSold(terms)
    const bare: Stay = {
      ...nothingSaid,
      id: ids[index]!,
      businessId,
      ...placeOf(room),
      kind,
      ...intervalOf(room.timeZone, arrivalOn, departureOn),
      arrivalOn,
      departureOn,
      ...statusOf(wanted.registration),
      confirmedAt: now,
      currency: business.currency,
      ...columns,
      groupId: inGroup,
      cardToken: newCardToken(),
      createdAt: now,
      updatedAt: now,
    }
    return isLock
      ? { ...bare, notes: contents.notes ?? null }
      : withContents({ ...bare, adults: 1 }, said(contents), terms)
  })
  const [first, ...others] = stays.map((after) => ({ after, behind: [insertStay(stayColumnsOf(after))] }))
  if (!first) throw invalid([{ field: 'resourceId', message: 'Room id is required' }])
  // The guest and the group are there before whatever names them.
  const step = { ...first, statements: [...statements, ...newGroup] }
  return recordBookings(ctx, [step, ...others], ([stay]) => stay)
}

/** Children of whom only the ages are said are as many as these. */
function said(contents: StayContents): StayContents {
  return { ...contents, children: contents.children ?? contents.kidsAges?.length }
}

function statusOf(registration: Registration = 'none'): Pick<Stay, 'status'> {
  if (registration === 'none') return { status: 'confirmed' }
  return { status: registration === 'checked_in' ? 'checked_in' : 'completed' }
}

function requireRooms(roomIds: readonly number[], rooms: readonly { id: number }[]): void {
  const known = new Set(rooms.map(({ id }) => id))
  if (roomIds.some((id) => !known.has(id))) throw unknown('resourceId')
  if (new Set(roomIds).size !== roomIds.length) {
    throw invalid([{ field: 'resourceId', message: 'Each room can be named once' }])
  }
  if (roomIds.length > mostRooms)
    throw invalid([{ field: 'resourceId', message: `Maximum ${mostRooms} rooms` }])
}

const nothingSaid = {
  serviceId: null,
  serviceName: null,
  customerId: null,
  customerName: null,
  customerEmail: null,
  customerPhone: null,
  units: 1,
  capacity: 1,
  expiresAt: null,
  paymentStatus: 'not_required',
  priceMinor: 0,
  couponCode: null,
  couponId: null,
  discountMinor: 0,
  discountKind: null,
  discountValue: null,
  paidMinor: 0,
  prepaymentMinor: null,
  prepaymentDueAt: null,
  prepaidAt: null,
  notes: null,
  sourceId: null,
  source: null,
  customFields: '{}',
  cancelReason: null,
  version: 1,
  makerId: null,
  enteredBy: null,
  remindAt: null,
  reminderMinutes: null,
  remindedAt: null,
  removedAt: null,
  forgetAt: null,
  adults: 0,
  children: 0,
  kidsAges: null,
  rateId: null,
  meal: 'none',
  checkInTime: null,
  checkOutTime: null,
  doorCode: null,
  color: null,
  roomPriceMinor: null,
  mealPriceMinor: null,
  // What nobody says a price of costs what its parts cost.
  details: '{"isSummed":true}',
} as const
