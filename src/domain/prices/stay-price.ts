import type { FieldError } from '#domain/errors.ts'
import { datesBetween, daysBetween } from '#domain/schedules/wall-clock.ts'
import { priceFor } from './night.ts'
import type { Night } from './night.ts'

/** Dates of the property's own calendar; the night that begins on the departure is not stayed. */
export interface Span {
  arrivalOn: string
  departureOn: string
}

/** What the nights of a stay cost so many persons, in minor units; null as long as one of them has no price. */
export function priceOfStay(span: Span, persons: number, nights: ReadonlyMap<string, Night>): number | null {
  let sum = 0
  for (const date of nightsOf(span)) {
    const night = nights.get(date)
    if (!night) return null
    sum += priceFor(persons, night)
  }
  return sum
}

/**
 * What keeps a stay that is booked on `todayOn` from being sold, if anything does: every night of it must be open, and the
 * restrictions of its first one and of the date of departure must allow it. A date of which nothing was said allows everything.
 */
export function brokenRestriction(
  span: Span,
  todayOn: string,
  nights: ReadonlyMap<string, Night>,
): FieldError | undefined {
  const { arrivalOn, departureOn } = span
  const first = nights.get(arrivalOn)?.restrictions
  if (first) {
    const { isClosed, mayArrive, minAdvanceDays, maxAdvanceDays } = first
    const ahead = daysBetween(todayOn, arrivalOn)
    if (isClosed) return at('arrival', `${arrivalOn} is closed`)
    if (!mayArrive) return at('arrival', `No arrival on ${arrivalOn}`)
    if (minAdvanceDays !== null && ahead < minAdvanceDays) {
      return at('arrival', `To be booked at least ${minAdvanceDays} days ahead`)
    }
    if (maxAdvanceDays !== null && ahead > maxAdvanceDays) {
      return at('arrival', `To be booked at most ${maxAdvanceDays} days ahead`)
    }
    const length = daysBetween(arrivalOn, departureOn)
    const { minStay, maxStay } = first
    if (minStay !== null && length < minStay) return at('departure', `At least ${minStay} nights`)
    if (maxStay !== null && length > maxStay) return at('departure', `At most ${maxStay} nights`)
  }
  const closed = nightsOf(span).find((date) => nights.get(date)?.restrictions.isClosed)
  if (closed !== undefined) return at('departure', `${closed} is closed`)
  if (nights.get(departureOn)?.restrictions.mayDepart === false) {
    return at('departure', `No departure on ${departureOn}`)
  }
  return undefined
}

function at(field: 'arrival' | 'departure', message: string): FieldError {
  return { field, message }
}

function nightsOf({ arrivalOn, departureOn }: Span): string[] {
  return datesBetween(arrivalOn, departureOn).slice(0, -1)
}
