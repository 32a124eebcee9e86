// Which starts can be booked: opening hours, stepped, less everything that is taken.
import { DomainError } from '#domain/errors.ts'
import { hoursBetween, openOf } from '#domain/schedules/schedule.ts'
import type { Interval, Schedule } from '#domain/schedules/schedule.ts'
import type { Bookable } from '#domain/resources/resource.ts'
import { unitsFree } from './occupancy.ts'
import type { Occupancy, Wanted } from './occupancy.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** What of a service decides where it fits. */
export interface ServiceRules {
  id: number
  durationMinutes: number
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  capacity: number
  /** Minutes from one start to the next; null: the duration, or five minutes when it is shorter. */
  slotIntervalMinutes: number | null
  minNoticeMinutes: number
  /** Days of 24 hours; null: no limit. */
  maxAdvanceDays: number | null
}

/** An occupancy that ends by itself at `expiresAt` (epoch ms) when it is a hold or waits for a payment. */
export interface Taken extends Occupancy {
  expiresAt?: number | null
  /** Its end without the buffer, where that is known. */
  endAt?: number
}

/** A staff member or a room as the search sees them; `taken` in any order, at least all that touches the range and its buffers. */
export interface StaffAgenda {
  id: number
  /** Staff when absent. */
  kind?: Bookable
  timeZone: string
  schedule: Schedule
  taken: readonly Taken[]
  /** Times in which there is no room for anybody: from, to, from, to, …, sorted, none touching the next. */
  busy?: readonly number[]
  /** Those who say the same here work the same hours, which are then worked out once. */
  sameHours?: string
}

/** A start that can be booked, with everybody who has room then and every room that is free, in the order they were given, and their free units together. */
export interface Slot {
  startAt: number
  endAt: number
  staffIds: number[]
  /** Only where there are some. */
  roomIds?: number[]
  available: number
}

export interface SlotSearch {
  /** How many units are wanted together; one unless said otherwise. */
  units?: number | undefined
  fromAt: number
  toAt: number
  now: number
  service: ServiceRules
  staff: readonly StaffAgenda[]
}

/** Starts in one answer, and times that somebody is named in it. */
const mostStarts = 5_000
const mostNames = 100_000

function tooManySlots(): DomainError {
  const message = `More than ${mostStarts} slots: ask for fewer days at a time, or for one staff member`
  return new DomainError('availability.too_many_slots', { message, errors: [{ field: 'to', message }] })
}

/** Every slot that starts within [fromAt, toAt), sorted by start. All instants are epoch ms. Throws invalid when they are too many. */
export function freeSlots({ fromAt, toAt, now, service, staff, units = 1 }: SlotSearch): Slot[] {
  const { earliestAt, latestAt } = bookableBetween(service, now)
  const range = { from: Math.max(fromAt, earliestAt), to: Math.min(toAt, latestAt + 1) }
  const { id: serviceId, capacity } = service
  const duration = service.durationMinutes * MINUTE
  const before = service.bufferBeforeMinutes * MINUTE
  const after = service.bufferAfterMinutes * MINUTE
  const slots = new Map<number, Slot>()
  let names = 0
  if (range.from >= range.to) return []

  const grids = new Map<string, Grid>()
  for (const { id, kind, timeZone, schedule, taken, busy = [], sameHours = String(id) } of staff) {
    let grid = grids.get(sameHours)
    if (!grid) {
      const hours = hoursBetween(schedule, timeZone, range.from, range.to + duration)
      grid = { hours, open: openOf(hours, []), starts: startsWithin(hours, stepOf(service), range) }
      grids.set(sameHours, grid)
    }
    const open = schedule.timeOff.length === 0 ? grid.open : openOf(grid.hours, schedule.timeOff)
    const arrivals = taken
      .filter((entry) => isStanding(entry, now))
      .sort((one, other) => one.from - other.from)
    let present: Taken[] = []
    let arrived = 0
    let stretch = 0
    let gone = 0
    for (const startAt of grid.starts) {
      const endAt = startAt + duration
      while (stretch < open.length && open[stretch]!.to < endAt) stretch++
      if (stretch === open.length) break
      if (startAt < open[stretch]!.from) continue

      const from = startAt - before
      const to = endAt + after
      while (gone < busy.length && busy[gone + 1]! <= from) gone += 2
      if (gone < busy.length && busy[gone]! < to) continue
      while (arrived < arrivals.length && arrivals[arrived]!.from < to) present.push(arrivals[arrived++]!)
      if (present.some((entry) => entry.to <= from)) present = present.filter((entry) => from < entry.to)
      const wanted = { from, to, startAt, capacity, serviceId }
      const free = present.length === 0 ? capacity : unitsFree(present, wanted)
      if (free < units) continue
      if (++names > mostNames) throw tooManySlots()

      let slot = slots.get(startAt)
      if (!slot) {
        if (slots.size === mostStarts) throw tooManySlots()
        slots.set(startAt, (slot = { startAt, endAt, staffIds: [], available: 0 }))
      }
      if (kind === 'room') (slot.roomIds ??= []).push(id)
      else slot.staffIds.push(id)
      slot.available += free
    }
  }
  return [...slots.values()].sort((one, other) => one.startAt - other.startAt)
}

/** The hours of a group of staff, and the starts in them. */
interface Grid {
  hours: Interval[]
  open: Interval[]
  starts: number[]
}

/** What a booking of the service at `startAt` asks of a resource: its time with both buffers. */
export function wantedFor(service: ServiceRules, startAt: number): Wanted {
  return {
    from: startAt - service.bufferBeforeMinutes * MINUTE,
    to: startAt + (service.durationMinutes + service.bufferAfterMinutes) * MINUTE,
    startAt,
    capacity: service.capacity,
    serviceId: service.id,
  }
}

/** The first and the last start (both included) that notice and booking window allow at `now`; `latestAt` is Infinity without a window. */
export function bookableBetween(
  service: ServiceRules,
  now: number,
): { earliestAt: number; latestAt: number } {
  return {
    earliestAt: now + service.minNoticeMinutes * MINUTE,
    latestAt: service.maxAdvanceDays === null ? Infinity : now + service.maxAdvanceDays * DAY,
  }
}

/** Milliseconds from one start to the next, counted from the start of the hours they fall into: never less than five minutes. */
export function stepOf(service: ServiceRules): number {
  return Math.max(5, service.slotIntervalMinutes ?? service.durationMinutes) * MINUTE
}

/** Whether it still takes its time at `now`: a hold that has lapsed does not. */
export function isStanding(taken: Taken, now: number): boolean {
  return taken.expiresAt == null || taken.expiresAt > now
}

/** Every start of the hours' grids that lies within the range, sorted, each once. */
function startsWithin(hours: readonly Interval[], step: number, range: Interval): number[] {
  const starts: number[] = []
  let latest = Number.NEGATIVE_INFINITY
  let isSorted = true
  for (const { from, to } of hours) {
    const until = Math.min(to, range.to)
    const first = from + Math.max(0, Math.ceil((range.from - from) / step)) * step
    if (first < until && first <= latest) isSorted = false
    for (let startAt = first; startAt < until; startAt += step) starts.push((latest = startAt))
  }
  // Hours overlap only where a clock change pushes one window into another.
  return isSorted ? starts : [...new Set(starts)].sort((one, other) => one - other)
}
