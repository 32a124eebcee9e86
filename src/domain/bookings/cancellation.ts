// A cancellation may have been a slip of the finger: whoever cancelled can take it back for a while.
import type { BookingStatus } from './booking-status.ts'
import { minute } from './booking.ts'
import type { Booking, BookingState } from './booking.ts'

const undoMs = 15 * minute

/** What comes back as it was; a hold and a wait for payment had their time, and a new one begins with a new booking. */
const comesBack: ReadonlySet<BookingStatus> = new Set(['pending', 'confirmed', 'rescheduling'])

export interface Undo {
  /** What the booking is again. */
  status: BookingStatus
  /** Until when; ms since 1970. */
  untilAt: number
}

/**
 * How a booking's cancellation can be taken back by whom `by` names; undefined when it cannot. `states` are the latest two
 * of the booking, the later one first.
 */
export function undoOf(
  booking: Booking,
  [last, earlier]: readonly Omit<BookingState, 'resourceKind'>[],
  { by, now }: { by: Pick<BookingState, 'actorType' | 'actorId'>; now: number },
): Undo | undefined {
  if (booking.status !== 'cancelled' || !last || !earlier || !comesBack.has(earlier.status)) return undefined
  const isTheirs =
    last.status === 'cancelled' && last.actorType === by.actorType && last.actorId === by.actorId
  const untilAt = Math.min(last.createdAt + undoMs, booking.startAt)
  return isTheirs && now < untilAt ? { status: earlier.status, untilAt } : undefined
}
