// A stay: nights in a room. A lock is one without anybody, for days on which a room is not to be had.
import type { StayRow } from '#db/stays.ts'
import { scopeMissing } from '#domain/api-keys/key-credential.ts'
import { allows } from '#domain/api-keys/scope.ts'
import { isBlocking } from '#domain/bookings/booking-status.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { FieldError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { instantAt } from '#domain/schedules/wall-clock.ts'

export { meals } from '#db/stays.ts'

/** Dates are the property's own, instants in ms since 1970, money in minor units. */
export type Stay = StayRow

/** What is only kept and shown. */
export interface Extras {
  paymentKind: (typeof paymentKinds)[number]
  adultsPortion: number | null
  childrenPortion: number | null
  services: Service[] | null
  /** Nobody said the price: it is what its nights cost at its rate, or else the sum of its parts, and follows them. */
  isSummed: boolean
  /** What the nights cost at the rate when they were asked for it last; null without one, or as long as it is not known. */
  nightsMinor: number | null
}

export const paymentKinds = ['none', 'cash', 'transfer', 'credit_card', 'virtual_card', 'online'] as const

/** Something that is bought with a stay, in whatever numbers the business has for it; the price is in its currency's own unit. */
export interface Service {
  additionalServiceId: number
  status: 0 | 1
  price: number
  quantity: number
}

export function extrasOf({ details }: Pick<Stay, 'details'>): Extras {
  const plain: Extras = {
    paymentKind: 'none',
    adultsPortion: null,
    childrenPortion: null,
    services: null,
    isSummed: false,
    nightsMinor: null,
  }
  return { ...plain, ...parseOwn<Partial<Extras>>(details) }
}

/** Whether the guests have come yet, and gone. */
export type Registration = 'none' | 'checked_in' | 'checked_out'

export function registrationOf({ status }: Pick<Stay, 'status'>): Registration {
  if (status === 'completed') return 'checked_out'
  return status === 'checked_in' ? 'checked_in' : 'none'
}

/** Whether it was neither called off nor taken out of sight. */
export function isStanding(stay: Stay, now: number): boolean {
  const tookPlace = stay.status === 'completed' || stay.status === 'no_show'
  return stay.removedAt === null && (tookPlace || isBlocking(stay, now))
}

/** The columns of a booking that say when it is: from the midnight of its arrival to that of its departure, in the room's zone. */
export function intervalOf(timeZone: string, arrivalOn: string, departureOn: string) {
  const startAt = instantAt(timeZone, arrivalOn, 0)
  const endAt = instantAt(timeZone, departureOn, 0)
  return { timeZone, startAt, endAt, blockedFromAt: startAt, blockedToAt: endAt }
}

/** The columns of a booking that say where it is. */
export function placeOf(room: { id: number; name: string; branchId: number; branchName: string }) {
  const { id: resourceId, name: resourceName, branchId, branchName } = room
  return { resourceId, resourceKind: 'room' as const, resourceName, branchId, branchName }
}

/** Throws invalid unless at least one night lies between the dates, and at most a year. */
export function requireNights(arrivalOn: string, departureOn: string): void {
  if (departureOn <= arrivalOn)
    throw invalid([{ field: 'departureOn', message: 'Departure must be after arrival' }])
  const [year = '', ...rest] = arrivalOn.split('-')
  // The day after 28 February stands for a 29th that the next year does not have.
  if (departureOn > [Number(year) + 1, ...rest].join('-')) {
    throw invalid([{ field: 'departureOn', message: 'Maximum one year' }])
  }
}

/** What is done with a stay or a lock: a key has a scope for each. */
export type Doing = 'read' | 'create' | 'update' | 'delete'

/** Throws forbidden `key.scope_missing` for a key that may do this with stays, but not with locks, or the other way round. */
export function requireMay({ actor }: Pick<Context, 'actor'>, kind: Stay['kind'], doing: Doing): void {
  const scope = `${kind === 'block' ? 'locks' : 'reservations'}.${doing}` as const
  if (actor.type === 'key' && !allows(actor.scopes, scope)) throw scopeMissing(scope)
}

export function stayNotFound(): DomainError {
  return new DomainError('stay.not_found')
}

export function invalid(errors: readonly FieldError[]): DomainError {
  return new DomainError('request.validation_failed', { message: errors[0]?.message ?? '', errors })
}
