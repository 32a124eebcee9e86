// The one rule about who may be where at the same time: asked by the search, and by the lock that has the last word.
import type { Interval } from '#domain/schedules/schedule.ts'

/**
 * What a booking or a hold takes of one resource, from the start of its buffer before to the end of its buffer after (epoch ms, half-open):
 * `units`, at least one, of the `capacity` its service has. Only bookings of one and the same service share a resource.
 */
export interface Occupancy extends Interval {
  units: number
  capacity: number
  serviceId: number | null
}

/** What somebody would like to take of a resource, however many units of it. */
export type Wanted = Omit<Occupancy, 'units'>

/**
 * Several entries of one booking, told apart by `id`, as it counts while it changes from one to the other: at no instant
 * does it take more than the largest of them.
 */
export function onceEach(entries: readonly (Occupancy & { id: number })[]): Occupancy[] {
  const bookings = Map.groupBy(entries, ({ id, serviceId }) => `${id}/${serviceId}`)
  return [...bookings.values()].flatMap((own) => {
    if (own.length === 1) return own
    const edges = [...new Set(own.flatMap(({ from, to }) => [from, to]))].sort((one, other) => one - other)
    return edges.slice(1).flatMap((to, index) => {
      const from = edges[index]!
      const present = own.filter((entry) => entry.from <= from && to <= entry.to)
      if (present.length === 0) return []
      const units = Math.max(...present.map((entry) => entry.units))
      const capacity = Math.min(...present.map((entry) => entry.capacity))
      return [{ ...present[0]!, from, to, units, capacity }]
    })
  })
}

/**
 * How many units could still be taken of a resource for the whole of `wanted`, 0 when none. At every instant the units of all who are present
 * stay within the smallest capacity present, the wanted one included, and no two services are present at once.
 */
export function unitsFree(existing: readonly Occupancy[], wanted: Wanted): number {
  const arrivals: Occupancy[] = []
  let free = wanted.capacity
  for (const entry of existing) {
    if (entry.from >= wanted.to || wanted.from >= entry.to || entry.from >= entry.to) continue
    if (entry.serviceId !== wanted.serviceId) return 0
    free = Math.min(free, entry.capacity - entry.units, wanted.capacity - entry.units)
    arrivals.push(entry)
  }
  // Never more than beside any one of them alone; with several the instants decide.
  if (free <= 0 || arrivals.length < 2) return Math.max(0, free)

  arrivals.sort((one, other) => one.from - other.from)
  const departures = [...arrivals].sort((one, other) => one.to - other.to)
  const ceilings = ceilingsAt(arrivals, wanted.capacity)

  // Room can only shrink where somebody arrives, so it is enough to look there.
  let taken = 0
  let departed = 0
  for (let index = 0; index < arrivals.length; index++) {
    const { from, units } = arrivals[index]!
    for (; departures[departed]!.to <= from; departed++) taken -= departures[departed]!.units
    taken += units
    free = Math.min(free, ceilings[index]! - taken)
  }
  return Math.max(0, free)
}

/** The smallest capacity present at each arrival (sorted), at most `capacity`. */
function ceilingsAt(arrivals: readonly Occupancy[], capacity: number): number[] {
  const ceilings = arrivals.map(() => capacity)
  if (arrivals.every((arrival) => arrival.capacity >= capacity)) return ceilings

  // From the smallest up, each settles the arrivals during its stay that are still open; `open` leads past the settled ones.
  const open = [...arrivals.keys(), arrivals.length]
  const openFrom = (index: number) => {
    while (open[index] !== index) index = open[index] = open[open[index]!]!
    return index
  }
  const tighter = [...arrivals.entries()].filter(([, arrival]) => arrival.capacity < capacity)
  for (const [guest, { to, capacity: ceiling }] of tighter.sort(
    ([, one], [, other]) => one.capacity - other.capacity,
  )) {
    for (
      let index = openFrom(guest);
      index < arrivals.length && arrivals[index]!.from < to;
      index = openFrom(index)
    ) {
      ceilings[index] = ceiling
      open[index] = index + 1
    }
  }
  return ceilings
}
