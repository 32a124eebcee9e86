// What can be booked out, whatever it is.
import type { Bookable } from '#db/resources.ts'
import { DomainError } from '#domain/errors.ts'

export type { Bookable }

/** Who performs a service, or the room in which it takes place: each is named by its own word. */
export interface Wished {
  /** Absent: whoever is free. */
  resourceId?: number | undefined
  /** Staff when absent. */
  resourceKind?: Bookable | undefined
}

export function resourceNotFound(kind: Bookable = 'staff'): DomainError {
  return kind === 'staff' ? staffNotFound() : new DomainError('room.not_found')
}

/** What was asked for and is not performed by whom, or where, it was asked for. */
export function notPerforming(kind: Bookable): DomainError {
  return new DomainError(kind === 'staff' ? 'staff.not_performing' : 'room.not_performing')
}

export function staffNotFound(cause?: unknown): DomainError {
  return new DomainError('staff.not_found', { cause })
}

/** Throws invalid on `field` unless every id is among the business's own. */
export function requireAll(ids: readonly number[], own: readonly { id: number }[], field: string): void {
  const known = new Set(own.map(({ id }) => id))
  const strangers = ids.filter((id) => !known.has(id))
  if (strangers.length > 0) throw notOfBusiness(strangers, field)
}

export function notOfBusiness(ids: readonly number[], field: string): DomainError {
  const message = `${ids.join(', ')} not found in this business`
  return new DomainError('request.validation_failed', { message, errors: [{ field, message }] })
}
