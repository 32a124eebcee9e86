import { differences } from '#db/database.ts'
import { roomsToBook } from '#db/rooms.ts'
import { stayById } from '#db/stays.ts'
import { InvalidTransition, mayBecome } from '#domain/bookings/booking-status.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import type { Context } from '#domain/context.ts'
import { requireSold, termsOf, termsStatements } from '#domain/rates/stay-terms.ts'
import type { StayTerms } from '#domain/rates/stay-terms.ts'
import { dateAt } from '#domain/schedules/wall-clock.ts'
import { requireOfLock, withContents } from './contents.ts'
import type { StayContents } from './contents.ts'
import { standing } from './get-stay.ts'
import { namedColumns, namedStatements, unknown } from './named.ts'
import type { Named } from './named.ts'
import { stayStep } from './record-stay.ts'
import { intervalOf, invalid, placeOf, registrationOf, requireNights } from './stay.ts'
import type { Registration, Stay } from './stay.ts'

export interface StayUpdate extends Omit<Named, 'guest'> {
  id: number
  kind?: Stay['kind'] | undefined
  isGroup?: boolean | undefined
  arrivalOn?: string | undefined
  departureOn?: string | undefined
  roomId?: number | undefined
  registration?: Registration | undefined
  contents: StayContents
}

/**
 * Changes a stay or a lock: what is said of it, whether the guests have come, its nights, its room. The old nights are free
 * only when the new ones are taken. Throws not_found, invalid with the fields at fault, conflict `booking.slot_taken`,
 * `booking.invalid_transition` for guests who would not have come after all.
 */
export async function updateStay(ctx: Context, update: StayUpdate): Promise<Stay> {
  const { id, businessId, roomId, sourceId, customerId, contents, registration } = update
  const {
    found: [stay],
    rooms: [room],
    ...found
  } = await ctx.read({
    found: stayById({ id }),
    rooms: roomsToBook({ businessId, ids: JSON.stringify(roomId === undefined ? [] : [roomId]) }),
    ...namedStatements(update),
  })
  const before = standing(ctx, stay, 'update')
  requireSameKind(before, update)
  const isLock = before.kind === 'block'
  if (isLock) requireOfLock({ ...contents, sourceId, customerId, registration })
  if (roomId !== undefined && !room) throw unknown('resourceId')

  const { arrivalOn = before.arrivalOn, departureOn = before.departureOn } = update
  requireNights(arrivalOn, departureOn)
  const { columns } = namedColumns(ctx, update, found)
  const moved: Stay = {
    ...before,
    ...columns,
    ...(room && placeOf(room)),
    arrivalOn,
    departureOn,
    ...intervalOf(room?.timeZone ?? before.timeZone, arrivalOn, departureOn),
    status: statusAfter(before, registration),
  }
  const wanted = isLock
    ? { ...moved, notes: contents.notes === undefined ? before.notes : contents.notes }
    : withContents(moved, contents, await termsAfter(ctx, before, moved, contents))
  if (Object.keys(differences(before, wanted)).length === 0) return before
  const after = { ...wanted, version: before.version + 1, updatedAt: ctx.clock.now() }
  return recordBooking(ctx, stayStep(before, after))
}

/**
 * The terms of the rate, where the stay has one and something changes that the price of its nights depends on. Throws invalid,
 * also `stay.restricted` where the rate is named for other nights than before.
 */
async function termsAfter(
  ctx: Context,
  before: Stay,
  moved: Stay,
  contents: StayContents,
): Promise<StayTerms | undefined> {
  const { rateId = before.rateId } = contents
  const { businessId, resourceId, arrivalOn, departureOn } = moved
  const isElsewhere =
    rateId !== before.rateId ||
    resourceId !== before.resourceId ||
    arrivalOn !== before.arrivalOn ||
    departureOn !== before.departureOn
  const isOfOthers = (['adults', 'children', 'currency'] as const).some(
    (field) => contents[field] !== undefined && contents[field] !== before[field],
  )
  if (rateId === null || resourceId === null || !(isElsewhere || isOfOthers)) return undefined
  const roomIds = [resourceId]
  const { room, ...found } = await ctx.read({
    room: roomsToBook({ businessId, ids: JSON.stringify(roomIds) }),
    ...termsStatements({ businessId, rateId, roomIds, arrivalOn, departureOn }),
  })
  // A rate that nobody names any more may be gone: then the price stays as it was.
  if (contents.rateId === undefined && found.rates.length === 0) return undefined
  const todayOn = dateAt(moved.timeZone, ctx.clock.now())
  const { roomTypeId = null } = room[0] ?? {}
  const termsFor = termsOf(rateId, found)
  const terms = termsFor({ room: { id: resourceId, roomTypeId }, arrivalOn, departureOn, todayOn })
  if (contents.rateId !== undefined && isElsewhere) requireSold(terms)
  return terms
}

function requireSameKind(before: Stay, { kind, isGroup }: StayUpdate): void {
  const isOther = kind !== undefined && kind !== before.kind
  if (isOther || (isGroup !== undefined && isGroup !== (before.groupId !== null))) {
    throw invalid([{ field: 'type', message: 'Type cannot change' }])
  }
}

/** Guests come and go in this order; who never came to the desk may be noted as gone. */
function statusAfter(before: Stay, registration: Registration | undefined): Stay['status'] {
  if (registration === undefined || registration === registrationOf(before)) return before.status
  const status = ({ none: 'confirmed', checked_in: 'checked_in', checked_out: 'completed' } as const)[
    registration
  ]
  if (!mayBecome(before.status, status)) throw new InvalidTransition(before.status, status)
  return status
}
