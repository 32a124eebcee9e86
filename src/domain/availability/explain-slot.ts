// The one rule that removes a start from what can be booked, in the words of whoever asks why.
import { hoursBetween, openOf } from '#domain/schedules/schedule.ts'
import type { Interval, Schedule } from '#domain/schedules/schedule.ts'
import { bookableBetween, isStanding, stepOf, wantedFor } from './free-slots.ts'
import type { ServiceRules, StaffAgenda, Taken } from './free-slots.ts'
import { unitsFree } from './occupancy.ts'

const MINUTE = 60_000

/** Why a start cannot be booked. Instants are epoch ms; it says when, never by whom or what for. */
export type SlotRefusal =
  | { reason: 'no_hours' }
  | { reason: 'outside_hours' }
  | { reason: 'time_off'; fromAt: number; toAt: number }
  | { reason: 'too_soon'; earliestAt: number }
  | { reason: 'too_far_ahead'; latestAt: number }
  | { reason: 'off_grid'; stepMinutes: number }
  | { reason: 'held'; expiresAt: number; seconds: number }
  | { reason: 'buffer' }
  | { reason: 'booked' }

export interface SlotQuestion {
  now: number
  startAt: number
  service: ServiceRules
  staff: StaffAgenda
  /** Lets a start stand that is on no slot boundary, as the business itself may choose one. */
  anyStart?: boolean
  /** How many units are wanted together; one unless said otherwise. */
  units?: number | undefined
}

/**
 * Null when the staff member can be booked at `startAt`, which is exactly when `freeSlots` offers it; else the first rule against it.
 * `held` says when holds alone are in the way and until when; `buffer` that only the time around the service collides.
 */
export function whyNotFree({
  now,
  startAt,
  service,
  staff,
  anyStart = false,
  units = 1,
}: SlotQuestion): SlotRefusal | null {
  const time = { from: startAt, to: startAt + service.durationMinutes * MINUTE }
  const hours = hoursBetween(staff.schedule, staff.timeZone, time.from, time.to)
  if (!covers(openOf(hours, []), time)) {
    return { reason: hasHours(staff.schedule) ? 'outside_hours' : 'no_hours' }
  }
  const off = staff.schedule.timeOff.find(({ from, to }) => from < to && from < time.to && time.from < to)
  if (off) return { reason: 'time_off', fromAt: off.from, toAt: off.to }

  const { earliestAt, latestAt } = bookableBetween(service, now)
  if (startAt < earliestAt) return { reason: 'too_soon', earliestAt }
  if (startAt > latestAt) return { reason: 'too_far_ahead', latestAt }

  const step = stepOf(service)
  const isOnGrid = hours.some(
    ({ from, to }) => from <= startAt && startAt < to && (startAt - from) % step === 0,
  )
  if (!isOnGrid && !anyStart) return { reason: 'off_grid', stepMinutes: step / MINUTE }

  return whyTaken(staff.taken, { service, startAt, units, now })
}

function whyTaken(
  taken: readonly Taken[],
  { service, startAt, units, now }: Pick<SlotQuestion, 'service' | 'startAt' | 'now'> & { units: number },
): SlotRefusal | null {
  const wanted = wantedFor(service, startAt)
  const fits = (entries: readonly Taken[]) => unitsFree(entries, wanted) >= units
  const standing = taken.filter((entry) => isStanding(entry, now))
  if (fits(standing)) return null

  // Free as soon as enough of the holds have lapsed, the shortest-lived first; what lasts until the start is no hold.
  const lapses = standing
    .flatMap(({ expiresAt }) => expiresAt ?? [])
    .filter((at) => at < startAt)
    .sort((one, other) => one - other)
  const expiresAt = lapses.find((at) => fits(standing.filter((entry) => isStanding(entry, at))))
  if (expiresAt !== undefined)
    return { reason: 'held', expiresAt, seconds: Math.ceil((expiresAt - now) / 1000) }

  const lasting = standing
    .filter((entry) => isStanding(entry, startAt - 1))
    .map((entry) => ({ ...entry, from: entry.startAt, to: entry.endAt ?? entry.to }))
  const alone = wantedFor({ ...service, bufferBeforeMinutes: 0, bufferAfterMinutes: 0 }, startAt)
  return { reason: unitsFree(lasting, alone) >= units ? 'buffer' : 'booked' }
}

/** Judged by the days that were read. */
function hasHours({ weekly, overrides }: Schedule): boolean {
  return weekly.length > 0 || overrides.some(({ intervals }) => intervals.length > 0)
}

function covers(open: readonly Interval[], time: Interval): boolean {
  return open.some(({ from, to }) => from <= time.from && time.to <= to)
}
