// What a stay costs at the rate that it names, and whether the rate is sold for it.
import { nightsOfStay } from '#db/nightly-prices.ts'
import type { RowsOf } from '#db/database.ts'
import { rateWithAncestors } from '#db/rates.ts'
import { DomainError } from '#domain/errors.ts'
import type { FieldError } from '#domain/errors.ts'
import { brokenRestriction, priceOfStay } from '#domain/prices/stay-price.ts'
import type { Span } from '#domain/prices/stay-price.ts'
import type { Night } from '#domain/prices/night.ts'
import { addDays, datesBetween } from '#domain/schedules/wall-clock.ts'
import { Nights } from './nights.ts'
import type { Place } from './nights.ts'
import { isFor, rateGone, rateRefused, toRate } from './rate.ts'

export interface StayAtRate extends Span {
  businessId: number
  /** Nobody's where a stay names none. */
  rateId: number
  roomIds: readonly number[]
}

/** What must be read before anything can be said of a stay at a rate. */
export function termsStatements({ businessId, rateId, roomIds, ...span }: StayAtRate) {
  const { arrivalOn } = span
  const lastOn = addDays(arrivalOn, longestStay)
  const departureOn = span.departureOn < lastOn ? span.departureOn : lastOn
  const ids = JSON.stringify(roomIds)
  return {
    rates: rateWithAncestors({ businessId, id: rateId }),
    nights: nightsOfStay({ businessId, rateId, roomIds: ids, arrivalOn, departureOn }),
  }
}

/** In nights; no more than that is read, whatever was asked for. */
const longestStay = 366

/** A stay in one room; `todayOn` is the date at the property on which it is booked. */
export interface StayInRoom extends Span {
  room: { id: number; roomTypeId: number | null }
  todayOn: string
}

/** What a rate says of a stay. */
export interface StayTerms {
  /** The currency of the price. */
  currency: string
  /** What so many persons pay, in minor units; null while not all of the nights have a price. */
  priceFor: (persons: number) => number | null
  /** What forbids its arrival or its departure, if anything does. */
  broken: FieldError | undefined
}

/**
 * The terms of a rate for stays in the rooms that were read. Throws invalid for a rate that the business does not have; what it
 * answers does for a room in which the rate is not sold.
 */
export function termsOf(
  rateId: number,
  found: RowsOf<ReturnType<typeof termsStatements>>,
): (stay: StayInRoom) => StayTerms {
  const rates = found.rates.map(toRate)
  const rate = rates.find(({ id }) => id === rateId)
  if (!rate) throw rateGone()
  const said = new Nights(rates, found.nights)
  return ({ room, todayOn, ...span }) => {
    const all: Place[] = [{ kind: 'room', id: room.id }]
    if (room.roomTypeId !== null) all.push({ kind: 'roomType', id: room.roomTypeId })
    const places = all.filter((place) => isFor(rate, place))
    if (places.length === 0) throw rateRefused('Rate is not sold in this room')
    const nights = nightsOf(span, said.of(rate, places))
    return {
      currency: rate.currency,
      priceFor: (persons) => priceOfStay(span, persons, nights),
      broken: brokenRestriction(span, todayOn, nights),
    }
  }
}

/** What is known of the nights of a stay and of the date of its departure, by date. */
function nightsOf(
  { arrivalOn, departureOn }: Span,
  nightOn: (date: string) => Night | undefined = () => undefined,
): Map<string, Night> {
  const known = datesBetween(arrivalOn, departureOn).map(nightOn)
  return new Map(known.filter((night) => night !== undefined).map((night) => [night.dateOn, night]))
}

/** Throws invalid `stay.restricted`, naming arrival or departure, where a restriction of the rate forbids them. */
export function requireSold({ broken }: StayTerms): void {
  if (broken) throw new DomainError('stay.restricted', { message: broken.message, errors: [broken] })
}
