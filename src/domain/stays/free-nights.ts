// Which nights of which rooms are free.
import type { TakenRow } from '#db/stays.ts'
import { addDays, instantAt } from '#domain/schedules/wall-clock.ts'

export interface Night {
  /** The day that it begins on. */
  on: string
  /** From midnight to midnight, in ms since 1970. */
  fromAt: number
  toAt: number
}

/** The nights that begin from one day to another, both included, by the clock of a place. */
export function nightsBetween(timeZone: string, fromOn: string, toOn: string): Night[] {
  const nights: Night[] = []
  let [on, fromAt] = [fromOn, instantAt(timeZone, fromOn, 0)]
  while (on <= toOn) {
    const nextOn = addDays(on, 1)
    const toAt = instantAt(timeZone, nextOn, 0)
    nights.push({ on, fromAt, toAt })
    on = nextOn
    fromAt = toAt
  }
  return nights
}

/** For each of the nights, in their order, whether nothing of what is taken touches it. */
export function freeNights(nights: readonly Night[], taken: readonly TakenRow[]): boolean[] {
  const inOrder = taken.toSorted((a, b) => a.blockedFromAt - b.blockedFromAt)
  let next = 0
  /** The end of whatever began before the night was over and lasts longest. */
  let until = -Infinity
  return nights.map(({ fromAt, toAt }) => {
    for (let begun = inOrder[next]; begun && begun.blockedFromAt < toAt; begun = inOrder[++next]) {
      until = Math.max(until, begun.blockedToAt)
    }
    return until <= fromAt
  })
}
