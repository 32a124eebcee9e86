import { ConstraintError } from '#db/database.ts'
import type { services, ServiceRow } from '#db/services.ts'
import type { Row } from '#db/database.ts'
import { DomainError } from '#domain/errors.ts'
import type { ErrorCode } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'

export { confirmations, performers } from '#db/services.ts'

/** What a client books. `staffIds` and `roomIds` are what is assigned to it, nothing when it is performed by everybody. */
export type Service = Row<typeof services> & { staffIds: number[]; roomIds: number[] }

/** What a business says of a service; minutes, money in minor units. */
export interface ServiceDetails {
  name: string
  description?: string | null | undefined
  durationMinutes: number
  priceMinor: number
  currency: string
  bufferBeforeMinutes?: number | undefined
  bufferAfterMinutes?: number | undefined
  capacity?: number | undefined
  slotIntervalMinutes?: number | null | undefined
  minNoticeMinutes?: number | undefined
  changeNoticeMinutes?: number | undefined
  maxAdvanceDays?: number | null | undefined
  confirmation?: Service['confirmation'] | undefined
  prepaymentMinor?: number | null | undefined
  active?: boolean | undefined
  staffIds?: number[] | undefined
  /** Rooms that are let for it by the hour. */
  roomIds?: number[] | undefined
}

export function toService(row: ServiceRow): Service {
  return { ...row, staffIds: parseOwn<number[]>(row.staffIds), roomIds: parseOwn<number[]>(row.roomIds) }
}

/** The most seats that a class can have. */
export const mostPlaces = 1000

/** Naming nobody and no room means everybody. */
export function performedBy({
  staffIds,
  roomIds,
}: Pick<Service, 'staffIds' | 'roomIds'>): Service['performedBy'] {
  return staffIds.length + roomIds.length === 0 ? 'everybody' : 'assigned'
}

/** What a service names of the staff or of the rooms: each once, in order. */
export function namedOnce(ids: readonly number[] = []): number[] {
  return [...new Set(ids)].sort((one, other) => one - other)
}

/** Throws invalid `booking.too_many_units` for more of a service than it has places. */
export function requireUnits({ capacity }: Pick<Service, 'capacity'>, units: number): void {
  if (units <= capacity) return
  const message = `Maximum ${capacity}`
  throw new DomainError('booking.too_many_units', { errors: [{ field: 'units', message }] })
}

export function serviceNotFound(): DomainError {
  return new DomainError('service.not_found')
}

/** What the database refused about a service, in words. */
export function serviceRefusal(error: unknown): unknown {
  if (!(error instanceof ConstraintError)) return error
  if (error.constraint === 'too_many_services') {
    return new DomainError('service.too_many', { cause: error })
  }
  if (error.constraint === 'services.currency') {
    return invalid(
      'service.currency_mismatch',
      'price.currency',
      'Currency must be that of the business',
      error,
    )
  }
  if (error.constraint === 'servicesPrice') {
    return invalid(
      'service.prepayment_too_high',
      'prepayment',
      'Prepayment must not be more than the price',
      error,
    )
  }
  return error
}

function invalid(code: ErrorCode, field: string, message: string, cause: unknown): DomainError {
  return new DomainError(code, { message, errors: [{ field, message }], cause })
}
