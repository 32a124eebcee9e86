// The port to the per-resource lock. Its calls answer what they found; they do not throw for a taken slot.
import type { Occupancy } from '#domain/availability/occupancy.ts'

/** How long a claim waits for its booking to be written before the database is asked about it. */
export const claimLifeMs = 60_000

/** A resource's lock is named by its tenant and itself. */
export interface LockedResource {
  businessId: number
  resourceId: number
}

/** Which step of which booking, and by which try of it: two tries of one step are two claims. */
export interface ClaimName {
  id: number
  version: number
  token: string
}

/** A wish to take an interval, for the state that the booking will have at `version`. */
export interface Claim extends ClaimName, Occupancy {
  /** How many units its session has. */
  capacity: number
  /** The caller: an unanswered claim of their own does not refuse their next try. */
  caller: string | null
  /** Set when the same request may be sent twice: it then recognises its own claim. */
  owner: string | null
}

/**
 * taken: the slot is not free; in_progress: it is kept by a request with the same Idempotency-Key; changed: somebody
 * else changed this booking, or is about to; unavailable: the lock could not read what it guards. `id` is of the booking
 * whose claim was refused first.
 */
export type ClaimAnswer =
  | { held: true }
  | { held: false; because: 'taken' | 'in_progress' | 'changed'; id: number }
  | { held: false; because: 'unavailable' }

/** What the database has of a booking. `occupancy` is null when it blocks nothing here. */
export interface Settlement {
  id: number
  version: number
  occupancy: (Occupancy & { until: number | null }) | null
}

export interface SlotLocks {
  /** Takes all of them or none, of different bookings, which look past what they leave to one another. */
  claim(resource: LockedResource, ...claims: readonly Claim[]): Promise<ClaimAnswer>
  /** Idempotent, in any order: the highest version wins. */
  settle(resource: LockedResource, settlement: Settlement): Promise<void>
  /** Takes back a claim that came to nothing. */
  release(resource: LockedResource, claim: ClaimName): Promise<void>
  /**
   * The outcome of a step of this booking is unknown to the caller: the lock asks the database within seconds, and
   * again if needed.
   */
  recheck(resource: LockedResource, bookingId: number): Promise<void>
  /** Makes the lock look at all of the database again before its next answer. */
  refill(resource: LockedResource): Promise<void>
}
