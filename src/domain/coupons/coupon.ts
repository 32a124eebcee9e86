import type { coupons } from '#db/coupons.ts'
import type { Row } from '#db/database.ts'
import { errorCodes } from '#domain/error-codes.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'

/** `serviceIds` null: for all services. Instants in ms since 1970, money in minor units. */
export type Coupon = Omit<Row<typeof coupons>, 'serviceIds'> & { serviceIds: number[] | null }

export type CouponRow = Row<typeof coupons>

export function toCoupon({ serviceIds, ...row }: CouponRow): Coupon {
  return { ...row, serviceIds: serviceIds === null ? null : parseOwn<number[]>(serviceIds) }
}

/** A code as it is compared: however it is typed. */
export function codeKeyOf(code: string): string {
  return code.normalize('NFKC').trim().toUpperCase()
}

/**
 * The coupon, if it can be used for this now. Throws invalid `coupon.unknown`, `coupon.not_valid_now`,
 * `coupon.not_for_service`, conflict `coupon.used_up`; of two who want the last use, storage decides.
 */
export function requireUsable(
  found: CouponRow | undefined,
  { serviceId, currency, now }: { serviceId: number | null; currency: string; now: number },
): Coupon {
  if (!found) throw couponUnknown()
  const coupon = toCoupon(found)
  const { validFromAt, validToAt, maxUses, uses } = coupon
  if (now < (validFromAt ?? now) || now >= (validToAt ?? Infinity)) throw refused('coupon.not_valid_now')
  const isFor = coupon.serviceIds === null || (serviceId !== null && coupon.serviceIds.includes(serviceId))
  if (!isFor || coupon.currency !== currency) throw refused('coupon.not_for_service')
  if (maxUses !== null && uses >= maxUses) throw couponUsedUp()
  return coupon
}

export function couponUnknown(cause?: unknown): DomainError {
  return refused('coupon.unknown', cause)
}

export function couponUsedUp(cause?: unknown): DomainError {
  return new DomainError('coupon.used_up', { cause })
}

export function couponNotFound(): DomainError {
  return new DomainError('coupon.not_found')
}

function refused(
  code: 'coupon.unknown' | 'coupon.not_valid_now' | 'coupon.not_for_service',
  cause?: unknown,
): DomainError {
  const { message } = errorCodes[code]
  return new DomainError(code, { message, errors: [{ field: 'couponCode', message }], cause })
}
