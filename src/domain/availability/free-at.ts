// Whether somebody is free at one start after another: what of their calendar does not depend on the start is worked out once.
import { hoursBetween, openOf } from '#domain/schedules/schedule.ts'
import { bookableBetween, isStanding, wantedFor } from './free-slots.ts'
import type { ServiceRules, StaffAgenda } from './free-slots.ts'
import { unitsFree } from './occupancy.ts'

const minute = 60_000

/**
 * For starts in [fromAt, toAt): whether one unit of the service can be had of this person or room, on the grid of its starts or
 * not. Says what `whyNotFree` says.
 */
export function freeAt(
  service: ServiceRules,
  { schedule, timeZone, taken, busy = [] }: StaffAgenda,
  { fromAt, toAt, now }: { fromAt: number; toAt: number; now: number },
): (startAt: number) => boolean {
  const duration = service.durationMinutes * minute
  const { earliestAt, latestAt } = bookableBetween(service, now)
  const open = openOf(hoursBetween(schedule, timeZone, fromAt, toAt + duration), schedule.timeOff)
  const entries = taken.filter((entry) => isStanding(entry, now)).sort((one, other) => one.from - other.from)
  // The latest end of all that begins no later: before it, nothing further back can matter.
  let latestEnd = -Infinity
  const ends = entries.map(({ to }) => (latestEnd = Math.max(latestEnd, to)))

  return (startAt) => {
    if (startAt < fromAt || startAt >= toAt || startAt < earliestAt || startAt > latestAt) return false
    const hours = open[countWhile(open.length, (index) => open[index]!.from <= startAt) - 1]
    if (!hours || hours.to < startAt + duration) return false
    const wanted = wantedFor(service, startAt)
    // Borders come in pairs: with an odd number of them behind its beginning, it begins in the middle of something.
    const border = countWhile(busy.length, (index) => busy[index]! <= wanted.from)
    if (border % 2 === 1 || (busy[border] ?? Infinity) < wanted.to) return false
    let index = countWhile(entries.length, (each) => entries[each]!.from < wanted.to)
    const present = []
    while (index > 0 && ends[index - 1]! > wanted.from) present.push(entries[--index]!)
    return unitsFree(present, wanted) > 0
  }
}

/** How many of the first of so many things are so, where all that are come before all that are not. */
function countWhile(count: number, isSo: (index: number) => boolean): number {
  let [least, most] = [0, count]
  while (least < most) {
    const middle = (least + most) >>> 1
    if (isSo(middle)) least = middle + 1
    else most = middle
  }
  return least
}
