// The one rule about who may be where at the same time: asked by the search, and by the lock that has the last word.
import type { Interval } from '#domain/schedules/schedule.ts'

/**
 * What a booking or a hold takes of one resource, from the start of its buffer before to the end of its buffer after (epoch ms, half-open):
 * `units`, at least one, of a session. A session is a service that begins at `startAt`: whoever joins it shares the resource.
 */
export interface Occupancy extends Interval {
  startAt: number
  units: number
  serviceId: number | null
}

/** What somebody would like to take of a resource, however many units of it, where a session has `capacity`. */
export interface Wanted extends Omit<Occupancy, 'units'> {
  capacity: number
}

/** Several entries of one booking, told apart by `id`, as it counts while it changes: once in each session, with all of its time and the most of its units. */
export function onceEach(entries: readonly (Occupancy & { id: number })[]): Occupancy[] {
  const seats = Map.groupBy(entries, ({ id, serviceId, startAt }) => `${id}/${serviceId}/${startAt}`)
  return [...seats.values()].map((own) =>
    own.reduce((one, other) => ({
      ...one,
      from: Math.min(one.from, other.from),
      to: Math.max(one.to, other.to),
      units: Math.max(one.units, other.units),
    })),
  )
}

/**
 * How many units could still be taken of a resource for the whole of `wanted`, 0 when none: what its session has left, and
 * nothing as soon as any other session is there at any time of it, buffers included.
 */
export function unitsFree(existing: readonly Occupancy[], wanted: Wanted): number {
  let free = wanted.capacity
  for (const entry of existing) {
    if (entry.from >= wanted.to || wanted.from >= entry.to || entry.from >= entry.to) continue
    if (entry.serviceId !== wanted.serviceId || entry.startAt !== wanted.startAt) return 0
    free -= entry.units
  }
  return Math.max(0, free)
}
