import { roomTypesAmong } from '#db/room-types.ts'
import { roomsToOffer } from '#db/rooms.ts'
import { takenOfRooms } from '#db/stays.ts'
import type { TakenRow } from '#db/stays.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { datesBetween } from '#domain/schedules/wall-clock.ts'
import { freeNights, nightsBetween } from './free-nights.ts'
import { unknown } from './named.ts'
import { invalid } from './stay.ts'

export interface NightsWanted {
  businessId: number
  /** Nights that begin from one day to another, both included. */
  fromOn: string
  toOn: string
  /** Neither: every room. */
  roomIds?: readonly number[] | undefined
  roomTypeIds?: readonly number[] | undefined
}

/** A room, or a type of them, with how many can be sold for each night. */
export interface NightsFound {
  roomId: number | null
  roomTypeId: number | null
  nights: { on: string; roomsToSell: number }[]
}

/** How many nights one request looks at. */
export const mostNights = 366

/** What can be sold of a business's rooms, night by night, for its members and keys: not_found for everybody else. Throws invalid for a room or a type that is not there. */
export async function findNights(ctx: Context, wanted: NightsWanted): Promise<NightsFound[]> {
  const { businessId, fromOn, toOn, roomIds, roomTypeIds } = wanted
  requireSpan(fromOn, toOn)
  const now = ctx.clock.now()
  // Wherever on earth the rooms are, their days are within these.
  const fromAt = Date.parse(fromOn) - hoursAroundMs
  const toAt = Date.parse(toOn) + dayMs + hoursAroundMs
  const { rooms, types, taken } = await ctx.read({
    rooms: roomsToOffer({ businessId }),
    types: roomTypesAmong({ businessId, ids: JSON.stringify(roomTypeIds ?? []) }),
    taken: takenOfRooms({ businessId, fromAt, toAt, now }),
  })
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  const ofRoom = Map.groupBy(taken, ({ resourceId }: TakenRow) => resourceId)
  // Reading a clock takes longest: it is done once for all rooms by the same one.
  const zones = new Set(rooms.map(({ timeZone }) => timeZone))
  const nightsIn = new Map([...zones].map((zone) => [zone, nightsBetween(zone, fromOn, toOn)]))
  const found = rooms
    .filter(({ id }) => !roomIds || roomIds.includes(id))
    .map(({ id, roomTypeId, timeZone }) => {
      const nights = nightsIn.get(timeZone) ?? []
      const free = freeNights(nights, ofRoom.get(id) ?? [])
      return {
        roomId: id,
        roomTypeId,
        nights: nights.map(({ on }, index) => ({ on, roomsToSell: Number(free[index]) })),
      }
    })
  if (roomIds?.some((id) => !found.some(({ roomId }) => roomId === id))) throw unknown('roomId')
  if (roomTypeIds?.some((id) => !types.some((type) => type.id === id))) throw unknown('typeId')
  return roomTypeIds ? ofTypes(roomTypeIds, found, datesBetween(fromOn, toOn)) : found
}

function ofTypes(
  roomTypeIds: readonly number[],
  rooms: readonly NightsFound[],
  dates: readonly string[],
): NightsFound[] {
  return [...new Set(roomTypeIds)].map((roomTypeId) => {
    const ofType = rooms.filter((room) => room.roomTypeId === roomTypeId)
    return {
      roomId: null,
      roomTypeId,
      nights: dates.map((on, index) => ({
        on,
        roomsToSell: ofType.reduce((sum, room) => sum + (room.nights[index]?.roomsToSell ?? 0), 0),
      })),
    }
  })
}

function requireSpan(fromOn: string, toOn: string): void {
  if (toOn < fromOn) throw invalid([{ field: 'to', message: 'To must not be before from' }])
  const count = (Date.parse(toOn) - Date.parse(fromOn)) / dayMs + 1
  if (count > mostNights) throw invalid([{ field: 'to', message: `Maximum ${mostNights} days` }])
}

const dayMs = 86_400_000
const hoursAroundMs = 26 * 3_600_000
