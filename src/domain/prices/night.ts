// What a night costs, and who may stay it.

/** Of the night that begins on a date: lengths in nights, advances in days between the booking and the arrival. */
export interface Restrictions {
  /** For stays that begin on this date. */
  minStay: number | null
  maxStay: number | null
  minAdvanceDays: number | null
  maxAdvanceDays: number | null
  /** Nobody stays this night. */
  isClosed: boolean
  mayArrive: boolean
  mayDepart: boolean
}

export const unrestricted: Restrictions = {
  minStay: null,
  maxStay: null,
  minAdvanceDays: null,
  maxAdvanceDays: null,
  isClosed: false,
  mayArrive: true,
  mayDepart: true,
}

export interface PersonPrice {
  persons: number
  priceMinor: number
}

export interface Night {
  dateOn: string
  basePriceMinor: number
  /** Whoever is of another number pays the base price. */
  personPrices: readonly PersonPrice[]
  restrictions: Restrictions
}

/** How a price comes from another: hundredths of a percent of it are added, and then minor units. */
export interface PriceRelation {
  basisPoints: number | null
  additionalMinor: number | null
}

/** The most that a night may cost, in minor units, and the most that may be added to a price, in hundredths of a percent. */
export const mostPerNightMinor = 10_000_000_000
export const mostBasisPoints = 30_000

/** A price derived from another, exactly: rounded to whole units once, halves up, and never below 0. */
export function derivedPrice(priceMinor: number, { basisPoints, additionalMinor }: PriceRelation): number {
  const factor = 10_000 + (basisPoints ?? 0)
  // In two parts, as the product might not fit: whole ten thousands are multiplied without a rest.
  const whole = Math.floor(priceMinor / 10_000) * factor
  const rest = Math.floor(((priceMinor % 10_000) * factor + 5_000) / 10_000)
  return Math.max(0, whole + rest + (additionalMinor ?? 0))
}

export function priceFor(
  persons: number,
  { basePriceMinor, personPrices }: Omit<Night, 'restrictions'>,
): number {
  return personPrices.find((price) => price.persons === persons)?.priceMinor ?? basePriceMinor
}
