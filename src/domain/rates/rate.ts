import { ConstraintError } from '#db/database.ts'
import type { Row } from '#db/database.ts'
import { plainRate } from '#db/rates.ts'
import type { CancellationPolicy, RateRow, rates } from '#db/rates.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import type { PriceRelation } from '#domain/prices/night.ts'

export { meals } from '#db/stays.ts'
export type { CancellationPolicy }

/** On what terms rooms are sold. `roomIds` and `roomTypeIds` say for which, null for all of them. */
export interface Rate {
  id: number
  businessId: number
  /** That of its business, in which its amounts are. */
  currency: string
  name: string
  meal: RateRow['meal']
  parentRateId: number | null
  /** How each price comes from that of the parent; null without one. */
  relation: PriceRelation | null
  roomIds: readonly number[] | null
  roomTypeIds: readonly number[] | null
  cancellation: CancellationPolicy
  createdAt: number
  updatedAt: number
}

/** What a business says of a rate: percents, and decimals of its currency. */
export interface RateDetails {
  name: string
  meal?: Rate['meal'] | undefined
  parentRateId?: number | null | undefined
  relation?:
    | { percentage?: number | null | undefined; additional?: number | null | undefined }
    | null
    | undefined
  roomIds?: readonly number[] | null | undefined
  roomTypeIds?: readonly number[] | null | undefined
  cancellation?: Partial<CancellationPolicy> | undefined
}

/** How many times over prices may be derived. */
export const mostDerivations = 3

/** A rate of which nothing has been said but its name. */
export function blankRate(columns: Pick<Rate, 'id' | 'businessId' | 'currency' | 'name'>, now: number): Rate {
  return toRate({ ...plainRate, ...columns, createdAt: now, updatedAt: now })
}

export function toRate(row: RateRow): Rate {
  const { basisPoints, additionalMinor, roomIds, roomTypeIds, cancellation, archivedAt: _, ...plain } = row
  return {
    ...plain,
    relation: plain.parentRateId === null ? null : { basisPoints, additionalMinor },
    roomIds: roomIds === null ? null : parseOwn<number[]>(roomIds),
    roomTypeIds: roomTypeIds === null ? null : parseOwn<number[]>(roomTypeIds),
    cancellation: parseOwn<CancellationPolicy>(cancellation),
  }
}

export function toRow({
  relation,
  roomIds,
  roomTypeIds,
  cancellation,
  currency: _,
  ...plain
}: Rate): Row<typeof rates> {
  return {
    ...plain,
    basisPoints: relation?.basisPoints ?? null,
    additionalMinor: relation?.additionalMinor ?? null,
    roomIds: roomIds && JSON.stringify(roomIds),
    roomTypeIds: roomTypeIds && JSON.stringify(roomTypeIds),
    cancellation: JSON.stringify(cancellation),
    archivedAt: null,
  }
}

/** Whether prices at the rate may be set, and asked, for a room or a room type. */
export function isFor(
  rate: Pick<Rate, 'roomIds' | 'roomTypeIds'>,
  { kind, id }: { kind: 'room' | 'roomType'; id: number },
): boolean {
  const those = kind === 'room' ? rate.roomIds : rate.roomTypeIds
  return those === null || those.includes(id)
}

/**
 * Throws invalid unless the rate, with all that is derived from it, stands well among the business's others: no rate is derived
 * from itself, nor more than so many times over.
 */
export function requireDerivable(rate: Pick<Rate, 'id' | 'parentRateId'>, others: readonly Rate[]): void {
  const parents = new Map(others.map(({ id, parentRateId }) => [id, parentRateId]))
  parents.set(rate.id, rate.parentRateId)
  if (rate.parentRateId !== null && !parents.has(rate.parentRateId))
    throw parentRefused('Parent rate not found')
  for (const id of parents.keys()) {
    let derivations = 0
    for (let at = parents.get(id) ?? null; at !== null; at = parents.get(at) ?? null) {
      derivations++
      if (derivations > mostDerivations) {
        throw parentRefused(`Prices can be derived ${mostDerivations} times over, and never from themselves`)
      }
    }
  }
}

function parentRefused(message: string, cause?: unknown): DomainError {
  return new DomainError('request.validation_failed', {
    message,
    errors: [{ field: 'parentRateId', message }],
    cause,
  })
}

export function rateNotFound(): DomainError {
  return new DomainError('rate.not_found')
}

/** For a stay that names a rate it cannot be at. */
export function rateRefused(message: string, cause?: unknown): DomainError {
  return new DomainError('request.validation_failed', {
    message,
    errors: [{ field: 'rateId', message }],
    cause,
  })
}

export function rateGone(cause?: unknown): DomainError {
  return rateRefused('Rate not found', cause)
}

/** What the database refused about a rate, in words. */
export function rateRefusal(error: unknown): unknown {
  if (!(error instanceof ConstraintError)) return error
  const { constraint } = error
  if (constraint === 'too_many_rates') return new DomainError('rate.too_many', { cause: error })
  if (constraint === 'rate_has_derived') return new DomainError('rate.has_derived', { cause: error })
  if (constraint === 'rate_in_use') return new DomainError('rate.in_use', { cause: error })
  if (constraint === 'rate_parent') return parentRefused('Parent rate not found', error)
  return error
}
