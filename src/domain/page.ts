import { DomainError } from './errors.ts'

/** Which part of a list: a page by its number, or what comes after a sort key. */
export interface PageRequest {
  page: number
  limit: number
  /** The sort key of the last entry seen; when it is there, `page` does not matter. */
  after?: readonly (number | string)[] | undefined
}

export interface Page<T> {
  entries: T[]
  /** Exact up to `countedUpTo`. */
  total: number
  /** Set when the count stopped before the end, whatever it came to. */
  totalIsLowerBound?: boolean
  page: number
  limit: number
  /** The sort key of the last entry, when more follow. */
  next: readonly (number | string)[] | undefined
}

/** Counting stops here: beyond it, a total is a lower bound. */
export const countedUpTo = 10_000

/** A page from one entry more than it holds, and the count. */
export function toPage<T>(
  { page, limit }: PageRequest,
  found: T[],
  total: number,
  keyOf: (entry: T) => readonly (number | string)[],
): Page<T> {
  const entries = found.slice(0, limit)
  const last = entries.at(-1)
  return { entries, total, page, limit, next: found.length > limit && last ? keyOf(last) : undefined }
}

/** Throws malformed for a page so deep that skipping to it would read more than counting does: from there on a cursor is needed. */
export function requireShallow(wanted: PageRequest): PageRequest {
  const { page, limit, after } = wanted
  if (after || page * limit <= countedUpTo) return wanted
  const message = `Beyond ${countedUpTo} entries a cursor is needed`
  throw new DomainError('request.invalid', { message, errors: [{ field: 'page', message }] })
}
