// What a business says of a rate, as the rate that comes of it.
import type { RowsOf } from '#db/database.ts'
import { ratesOfBusiness } from '#db/rates.ts'
import { roomsAmong } from '#db/resources.ts'
import { roomTypesAmong } from '#db/room-types.ts'
import { DomainError } from '#domain/errors.ts'
import { toMinor } from '#domain/prices/currency.ts'
import type { PriceRelation } from '#domain/prices/night.ts'
import { requireAll } from '#domain/resources/resource.ts'
import { requireDerivable, toRate } from './rate.ts'
import type { Rate, RateDetails } from './rate.ts'

/** What must be known before a rate can be said to be good. */
export function groundsOf(businessId: number, { roomIds, roomTypeIds }: Partial<RateDetails>) {
  return {
    rates: ratesOfBusiness({ businessId }),
    rooms: roomsAmong({ businessId, ids: JSON.stringify(roomIds ?? []) }),
    roomTypes: roomTypesAmong({ businessId, ids: JSON.stringify(roomTypeIds ?? []) }),
  }
}

type Grounds = RowsOf<ReturnType<typeof groundsOf>>

/**
 * The rate with what is said of it now. Throws invalid for rooms, types or a parent that the business does not have, a relation
 * without a parent, or one that leads back to the rate.
 */
export function withTerms(before: Rate, said: Partial<RateDetails>, grounds: Grounds): Rate {
  const { currency } = before
  const { name = before.name, meal = before.meal, parentRateId = before.parentRateId } = said
  const roomIds = said.roomIds === undefined ? before.roomIds : said.roomIds && distinct(said.roomIds)
  const roomTypeIds =
    said.roomTypeIds === undefined ? before.roomTypeIds : said.roomTypeIds && distinct(said.roomTypeIds)
  if (said.roomIds) requireAll(said.roomIds, grounds.rooms, 'rooms')
  if (said.roomTypeIds) requireAll(said.roomTypeIds, grounds.roomTypes, 'types')
  if (parentRateId !== null) {
    const others = grounds.rates.map(toRate).filter(({ id }) => id !== before.id)
    requireDerivable({ id: before.id, parentRateId }, others)
  }
  const relation = relationOf(before, said, { parentRateId, currency })
  const cancellation = { ...before.cancellation, ...said.cancellation }
  return { ...before, name, meal, parentRateId, relation, roomIds, roomTypeIds, cancellation }
}

function relationOf(
  before: Rate,
  { relation }: Partial<RateDetails>,
  { parentRateId, currency }: { parentRateId: number | null; currency: string },
): PriceRelation | null {
  if (parentRateId === null) {
    if (!relation) return null
    const message = 'Only a rate with a parent has a relation to it'
    throw new DomainError('request.validation_failed', {
      message,
      errors: [{ field: 'rateRelation', message }],
    })
  }
  if (relation === undefined) return before.relation ?? { basisPoints: null, additionalMinor: null }
  const { percentage = null, additional = null } = relation ?? {}
  return {
    basisPoints: percentage === null ? null : Math.round(percentage * 100),
    additionalMinor: additional === null ? null : toMinor(additional, currency),
  }
}

function distinct(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((one, other) => one - other)
}
