// Nights at a rate, out of what was said of it and of the rates that it is derived from.
import type { NightRow } from '#db/nightly-prices.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { derivedPrice, unrestricted } from '#domain/prices/night.ts'
import type { Night, PersonPrice, Restrictions } from '#domain/prices/night.ts'
import type { Rate } from './rate.ts'

/** What is priced: a room by itself, or all the rooms of a type. */
export interface Place {
  kind: NightRow['placeKind']
  id: number
}

/** `editedAt` is when any of it was said last, or a rate that it is derived by was changed. */
export type EditedNight = Night & { editedAt: number }

/** The nights of a room or a room type at a rate, by date. */
export interface PriceList {
  place: Place
  rate: Rate
  nights: EditedNight[]
}

/** A night as far as something was said of it. */
type Said = Omit<EditedNight, 'restrictions'> & { restrictions: Restrictions | null }

/** What was said of the dates of a rate at a place. */
type Calendar = ReadonlyMap<string, Said>

/** All that was said of some nights. */
export class Nights {
  readonly #rates: ReadonlyMap<number, Rate>
  readonly #calendars = new Map<string, Map<string, Said>>()
  /** Whatever something was said of, rooms first, the eldest of them first. */
  readonly places: readonly Place[]

  constructor(rates: readonly Rate[], rows: readonly NightRow[]) {
    this.#rates = new Map(rates.map((rate) => [rate.id, rate]))
    const places = new Map<string, Place>()
    for (const row of rows) {
      const place = { kind: row.placeKind, id: row.placeId }
      const key = calendarKey(row.rateId, place)
      const calendar = this.#calendars.get(key) ?? new Map<string, Said>()
      this.#calendars.set(key, calendar.set(row.dateOn, toSaid(row)))
      places.set(calendarKey(0, place), place)
    }
    this.places = [...places.values()].sort((a, b) =>
      a.kind === b.kind ? a.id - b.id : a.kind < b.kind ? -1 : 1,
    )
  }

  /**
   * Finds the nights of a rate by their dates, where `places` are those that say something of them, the nearest first: a room,
   * and its type. What was said of the rate itself comes first, prices and restrictions each for themselves; the rest is its
   * parent's, by its relation to it. Undefined when nothing was said of any.
   */
  of(rate: Rate, places: readonly Place[]): ((dateOn: string) => EditedNight | undefined) | undefined {
    const lineage = this.#lineageOf(rate).map((one) => ({
      rate: one,
      calendars: this.#calendarsOf(one, places),
    }))
    if (lineage.every(({ calendars }) => calendars.length === 0)) return undefined
    return (dateOn) => {
      let found: Said | undefined
      for (const { rate: one, calendars } of lineage) {
        const own = calendars
          .map((calendar) => calendar.get(dateOn))
          .reduceRight(
            (farther, nearer) => (nearer ? withRestrictionsOf(farther, nearer) : farther),
            undefined,
          )
        found = own ? withRestrictionsOf(found, own) : found && derivedBy(one, found)
      }
      return found && { ...found, restrictions: found.restrictions ?? unrestricted }
    }
  }

  /** All of these rates that say something of the dates, by places and then by the order of the rates. */
  lists(rates: readonly Rate[], datesOf: (rate: Rate, place: Place) => readonly string[]): PriceList[] {
    return this.places.flatMap((place) =>
      rates.flatMap((rate) => {
        const nightOn = this.of(rate, [place])
        const nights = nightOn
          ? datesOf(rate, place)
              .map(nightOn)
              .filter((night) => night !== undefined)
          : []
        return nights.length > 0 ? [{ place, rate, nights }] : []
      }),
    )
  }

  /** The rate and all that it is derived from, the eldest first. */
  #lineageOf(rate: Rate): Rate[] {
    const parent = rate.parentRateId === null ? undefined : this.#rates.get(rate.parentRateId)
    return parent ? [...this.#lineageOf(parent), rate] : [rate]
  }

  #calendarsOf({ id }: Rate, places: readonly Place[]): Calendar[] {
    return places
      .map((place) => this.#calendars.get(calendarKey(id, place)))
      .filter((calendar) => calendar !== undefined)
  }
}

function calendarKey(rateId: number, { kind, id }: Place): string {
  return `${rateId} ${kind} ${id}`
}

function withRestrictionsOf(other: Said | undefined, said: Said): Said {
  if (!other || said.restrictions) return said
  return { ...said, restrictions: other.restrictions, editedAt: Math.max(said.editedAt, other.editedAt) }
}

function derivedBy({ relation, updatedAt }: Rate, from: Said): Said {
  const derive = (priceMinor: number) => (relation ? derivedPrice(priceMinor, relation) : priceMinor)
  return {
    ...from,
    basePriceMinor: derive(from.basePriceMinor),
    personPrices: from.personPrices.map(({ persons, priceMinor }) => ({
      persons,
      priceMinor: derive(priceMinor),
    })),
    editedAt: Math.max(from.editedAt, updatedAt),
  }
}

function toSaid({ dateOn, basePriceMinor, personPrices, restrictions, editedAt }: NightRow): Said {
  return {
    dateOn,
    basePriceMinor,
    personPrices: personPrices === null ? [] : parseOwn<PersonPrice[]>(personPrices),
    restrictions: restrictions === null ? null : parseOwn<Restrictions>(restrictions),
    editedAt,
  }
}

/** Throws invalid on `field` for more nights than one request reads, or writes. */
export function requireFewNights(count: number, most: number, field: string): void {
  if (count <= most) return
  const message = `At most ${most} nights for one request: ask for fewer days, rooms or rates`
  throw new DomainError('pricing.too_many_nights', { message, errors: [{ field, message }] })
}
