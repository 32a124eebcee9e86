import { nightsFound } from '#db/nightly-prices.ts'
import { ratesOfBusiness } from '#db/rates.ts'
import { roomsAmong } from '#db/resources.ts'
import { roomTypesAmong } from '#db/room-types.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { requireAll } from '#domain/resources/resource.ts'
import { datesBetween } from '#domain/schedules/wall-clock.ts'
import { Nights, requireFewNights } from './nights.ts'
import type { PriceList } from './nights.ts'
import { isFor, toRate } from './rate.ts'

export interface PriceQuestion {
  businessId: number
  /** Both ends included. */
  fromOn: string
  toOn: string
  rateIds?: readonly number[] | undefined
  /** Rooms or room types alone; without any of them, all of both. */
  roomIds?: readonly number[] | undefined
  roomTypeIds?: readonly number[] | undefined
  /** Only nights that were edited at this instant or later. */
  editedSince?: number | undefined
}

/** 90 days of 50 rooms at four rates. */
const mostNights = 20_000

/**
 * What nights cost, by rooms and then room types, each by rates: as it was set, and as it is derived from other rates. Throws
 * not_found for another's business, invalid for rooms, types and rates that it does not have, and `pricing.too_many_nights`.
 */
export async function listPrices(ctx: Context, question: PriceQuestion): Promise<PriceList[]> {
  const { businessId, fromOn, toOn, rateIds, roomIds, roomTypeIds, editedSince } = question
  const all = roomIds || roomTypeIds ? '[]' : null
  const { found, rooms, roomTypes, rows } = await ctx.read({
    found: ratesOfBusiness({ businessId }),
    rooms: roomsAmong({ businessId, ids: JSON.stringify(roomIds ?? []) }),
    roomTypes: roomTypesAmong({ businessId, ids: JSON.stringify(roomTypeIds ?? []) }),
    rows: nightsFound(
      {
        businessId,
        fromOn,
        toOn,
        rateIds: rateIds ? JSON.stringify(rateIds) : null,
        roomIds: roomIds ? JSON.stringify(roomIds) : all,
        roomTypeIds: roomTypeIds ? JSON.stringify(roomTypeIds) : all,
      },
      mostNights + 1,
    ),
  })
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  requireAll(roomIds ?? [], rooms, 'roomId')
  requireAll(roomTypeIds ?? [], roomTypes, 'typeId')
  requireAll(rateIds ?? [], found, 'rateId')
  requireFewNights(rows.length, mostNights, 'to')
  const rates = found.map(toRate)
  const wanted = rates.filter(({ id }) => !rateIds || rateIds.includes(id))
  const dates = datesBetween(fromOn, toOn)
  const lists = new Nights(rates, rows).lists(wanted, (rate, place) => (isFor(rate, place) ? dates : []))
  requireFewNights(sumOf(lists), mostNights, 'to')
  return editedSince === undefined ? lists : lists.flatMap((list) => since(editedSince, list))
}

function sumOf(lists: readonly PriceList[]): number {
  return lists.reduce((sum, { nights }) => sum + nights.length, 0)
}

function since(instant: number, list: PriceList): PriceList[] {
  const nights = list.nights.filter(({ editedAt }) => editedAt >= instant)
  return nights.length > 0 ? [{ ...list, nights }] : []
}
