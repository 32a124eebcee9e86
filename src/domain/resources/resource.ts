// What can be booked out, whatever it is.
import { DomainError } from '#domain/errors.ts'

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
