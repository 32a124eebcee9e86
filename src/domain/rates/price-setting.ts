import type { NightRow } from '#db/nightly-prices.ts'
import type { FieldError } from '#domain/errors.ts'
import { toMinor } from '#domain/prices/currency.ts'
import { derivedPrice, mostPerNightMinor } from '#domain/prices/night.ts'
import type { PersonPrice, Restrictions } from '#domain/prices/night.ts'
import { datesBetween } from '#domain/schedules/wall-clock.ts'
import type { Place } from './nights.ts'
import { isFor } from './rate.ts'
import type { Rate } from './rate.ts'

/** What so many persons pay: an amount of its own, or the base price with a part of it in percent and an amount added. */
export interface PersonPricing {
  persons: number
  price?: number | undefined
  percentage?: number | null | undefined
  additional?: number | null | undefined
}

/** What is said of nights, both ends included; amounts in decimals of the business's currency. */
export interface PriceSetting {
  place: Place
  rateId: number
  fromOn: string
  toOn: string
  basePrice: number
  /** In place of all restrictions before; without any, those stay. */
  restrictions?: Restrictions | undefined
  /** The same. */
  personPrices?: readonly PersonPricing[] | undefined
}

/** What a business has to set prices for. */
export interface Offer {
  rates: ReadonlyMap<number, Rate>
  places: Readonly<Record<Place['kind'], ReadonlySet<number>>>
}

/** What is wrong with a setting, as far as the business's own things tell; `field` is where it stands. */
export function problemsOf(
  { place, rateId, basePrice, personPrices = [] }: PriceSetting,
  { rates, places }: Offer,
  field: string,
): FieldError[] {
  const rate = rates.get(rateId)
  if (!rate) return [{ field: `${field}.rateId`, message: 'Rate not found' }]
  const placeField = `${field}.${place.kind === 'room' ? 'roomId' : 'typeId'}`
  const noun = place.kind === 'room' ? 'Room' : 'Room type'
  if (!places[place.kind].has(place.id)) return [{ field: placeField, message: `${noun} not found` }]
  if (!isFor(rate, place)) return [{ field: placeField, message: `${noun} is not sold at this rate` }]
  const amounts = [basePrice, ...personPrices.map(({ price = 0 }) => price)]
  const isTooMuch = amounts.some((amount) => toMinor(amount, rate.currency) > mostPerNightMinor)
  return isTooMuch ? [{ field: `${field}.basePrice`, message: 'Price is too high' }] : []
}

/** The nights as the setting alone has them: what it does not speak of is null. */
export function toRows(setting: PriceSetting, { businessId, currency }: Rate, editedAt: number): NightRow[] {
  const { place, rateId, fromOn, toOn, restrictions, personPrices } = setting
  const basePriceMinor = toMinor(setting.basePrice, currency)
  const priceOf = ({ price, percentage, additional }: PersonPricing) =>
    price === undefined
      ? derivedPrice(basePriceMinor, {
          basisPoints: Math.round((percentage ?? 0) * 100),
          additionalMinor: toMinor(additional ?? 0, currency),
        })
      : toMinor(price, currency)
  const prices = personPrices?.map((one): PersonPrice => ({ persons: one.persons, priceMinor: priceOf(one) }))
  const night = {
    businessId,
    rateId,
    placeKind: place.kind,
    placeId: place.id,
    basePriceMinor,
    personPrices: prices ? JSON.stringify(prices) : null,
    restrictions: restrictions ? JSON.stringify(restrictions) : null,
    editedAt,
  }
  return datesBetween(fromOn, toOn).map((dateOn) => ({ ...night, dateOn }))
}

/** What is said now over what was said before; what it does not speak of stays. */
export function over(before: NightRow | undefined, row: NightRow): NightRow {
  return {
    ...row,
    personPrices: row.personPrices ?? before?.personPrices ?? null,
    restrictions: row.restrictions ?? before?.restrictions ?? null,
  }
}
