import type { Booking } from '#domain/bookings/booking.ts'
import { minute } from '#domain/bookings/booking.ts'

/** When a booking is told once more before it begins: at an instant (ms since 1970), or so long before. Of both, the instant counts. */
export interface Reminder {
  at?: number | undefined
  minutesBefore?: number | undefined
}

type Reminding = Pick<Booking, 'remindAt' | 'reminderMinutes' | 'remindedAt'>

const none: Reminding = { remindAt: null, reminderMinutes: null, remindedAt: null }

/** The reminder of a new booking. */
export function reminderFor(startAt: number, wanted: Reminder | null | undefined): Reminding {
  return reminderAfter({ ...none, startAt }, startAt, wanted ?? null)
}

/**
 * The reminder of a booking that begins at `startAt` from now on: as `wanted`, or as it was when that is undefined. One that
 * is so long before moves along, and what comes at another time than it was told at is told again.
 */
export function reminderAfter(
  before: Reminding & Pick<Booking, 'startAt'>,
  startAt: number,
  wanted?: Reminder | null,
): Reminding {
  const { at, minutesBefore } =
    wanted === undefined
      ? { at: undefined, minutesBefore: before.reminderMinutes ?? undefined }
      : (wanted ?? {})
  const isKept = wanted === undefined && before.reminderMinutes === null
  if (isKept) {
    return {
      remindAt: before.remindAt,
      reminderMinutes: null,
      remindedAt: before.remindedAt,
    }
  }
  if (at === undefined && minutesBefore === undefined) return none
  const isRelative = at === undefined
  const remindAt = at ?? startAt - (minutesBefore ?? 0) * minute
  return {
    remindAt,
    reminderMinutes: isRelative ? (minutesBefore ?? null) : null,
    remindedAt: remindAt === before.remindAt ? before.remindedAt : null,
  }
}
