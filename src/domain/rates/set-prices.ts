import { nightsInSpans, upsertNights } from '#db/nightly-prices.ts'
import type { NightRow } from '#db/nightly-prices.ts'
import { ratesOfBusiness } from '#db/rates.ts'
import { roomsAmong } from '#db/resources.ts'
import { roomTypesAmong } from '#db/room-types.ts'
import { businessNotFound, requireHost } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { daysBetween } from '#domain/schedules/wall-clock.ts'
import { Nights, requireFewNights } from './nights.ts'
import type { Place, PriceList } from './nights.ts'
import { over, problemsOf, toRows } from './price-setting.ts'
import type { PriceSetting } from './price-setting.ts'
import { toRate } from './rate.ts'
import type { Rate } from './rate.ts'

/** 50 days of 50 rooms: the answer is kept for a repetition of the request, and must fit into a row. */
const mostNights = 2_500

/**
 * Sets what nights cost, a later setting over an earlier one, and answers what is known of these nights then. Throws not_found
 * for another's business, forbidden, invalid for rates, rooms and room types that the business does not have or does not sell
 * together, and `pricing.too_many_nights`.
 */
export async function setPrices(
  ctx: Context,
  { businessId, prices }: { businessId: number; prices: readonly PriceSetting[] },
): Promise<PriceList[]> {
  const lengths = prices.map(({ fromOn, toOn }) => daysBetween(fromOn, toOn) + 1)
  requireFewNights(
    lengths.reduce((sum, length) => sum + length, 0),
    mostNights,
    'prices',
  )
  const { found, rooms, roomTypes, before } = await ctx.read({
    found: ratesOfBusiness({ businessId }),
    rooms: roomsAmong({ businessId, ids: idsOf(prices, 'room') }),
    roomTypes: roomTypesAmong({ businessId, ids: idsOf(prices, 'roomType') }),
    before: nightsInSpans({ businessId, spans: spansOf(prices) }),
  })
  requireHost(ctx, { businessId }, businessNotFound)
  const rates = found.map(toRate)
  const offer = {
    rates: new Map(rates.map((rate) => [rate.id, rate])),
    places: { room: new Set(rooms.map(({ id }) => id)), roomType: new Set(roomTypes.map(({ id }) => id)) },
  }
  const errors = prices.flatMap((setting, at) => problemsOf(setting, offer, `prices.${at}`))
  if (errors.length > 0) throw new DomainError('request.validation_failed', { errors })

  const now = ctx.clock.now()
  const said = new Map<string, NightRow>()
  for (const setting of prices) {
    for (const row of toRows(setting, offer.rates.get(setting.rateId)!, now)) {
      said.set(keyOf(row), over(said.get(keyOf(row)), row))
    }
  }
  const rows = new Map(before.map((row) => [keyOf(row), row]))
  for (const [key, row] of said) rows.set(key, over(rows.get(key), row))
  const known = new Nights(rates, [...rows.values()])
  const bySetting = Map.groupBy(said.values(), (row) => listKey(row.rateId, row.placeKind, row.placeId))
  const datesOf = ({ id }: Rate, place: Place) =>
    (bySetting.get(listKey(id, place.kind, place.id)) ?? []).map(({ dateOn }) => dateOn).sort()
  return ctx.commit({
    statements: [upsertNights({ businessId, nights: JSON.stringify([...said.values()].map(toTuple)), now })],
    result: known.lists(rates, datesOf),
  })
}

function idsOf(prices: readonly PriceSetting[], kind: Place['kind']): string {
  return JSON.stringify(prices.filter(({ place }) => place.kind === kind).map(({ place }) => place.id))
}

function spansOf(prices: readonly PriceSetting[]): string {
  return JSON.stringify(
    prices.map(({ rateId, place, fromOn, toOn }) => [rateId, place.kind, place.id, fromOn, toOn]),
  )
}

function keyOf({ rateId, placeKind, placeId, dateOn }: NightRow): string {
  return `${listKey(rateId, placeKind, placeId)} ${dateOn}`
}

function listKey(rateId: number, kind: Place['kind'], placeId: number): string {
  return `${rateId} ${kind} ${placeId}`
}

function toTuple(row: NightRow): unknown[] {
  const { rateId, placeKind, placeId, dateOn, basePriceMinor, personPrices, restrictions } = row
  return [rateId, placeKind, placeId, dateOn, basePriceMinor, personPrices, restrictions]
}
