import { businessById } from '#db/businesses.ts'
import { insertCoupon } from '#db/coupons.ts'
import { ConstraintError } from '#db/database.ts'
import { servicesAmong } from '#db/services.ts'
import { businessNotFound, requireManaging } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireAll } from '#domain/resources/resource.ts'
import { codeKeyOf } from './coupon.ts'
import type { Coupon } from './coupon.ts'

/** Either hundredths of a percent, or an amount in minor units of the business's currency. */
export interface NewCoupon {
  businessId: number
  code: string
  percentHundredths?: number | undefined
  amount?: { amountMinor: number; currency: string } | undefined
  maxUses?: number | undefined
  validFromAt?: number | undefined
  validToAt?: number | undefined
  /** Absent: for all services. */
  serviceIds?: number[] | undefined
}

/**
 * Hands out a coupon, for those who manage the business and its keys. Throws not_found, forbidden, invalid for somebody
 * else's services or another currency, conflict `coupon.code_taken`.
 */
export async function createCoupon(ctx: Context, input: NewCoupon): Promise<Coupon> {
  const { businessId, code, amount } = input
  const serviceIds = input.serviceIds ? [...new Set(input.serviceIds)] : null
  const {
    business: [business],
    services,
  } = await ctx.read({
    business: businessById({ id: businessId }),
    services: servicesAmong({ businessId, ids: JSON.stringify(serviceIds ?? []) }),
  })
  requireManaging(ctx, { businessId }, businessNotFound)
  if (!business) throw businessNotFound()
  requireAll(serviceIds ?? [], services, 'serviceIds')
  if (amount && amount.currency !== business.currency) throw otherCurrency()

  const now = ctx.clock.now()
  const coupon: Coupon = {
    id: ctx.newId(),
    businessId,
    code,
    codeKey: codeKeyOf(code),
    percentHundredths: input.percentHundredths ?? null,
    amountMinor: amount?.amountMinor ?? null,
    currency: business.currency,
    maxUses: input.maxUses ?? null,
    uses: 0,
    validFromAt: input.validFromAt ?? null,
    validToAt: input.validToAt ?? null,
    serviceIds,
    endedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const stored = { ...coupon, serviceIds: serviceIds && JSON.stringify(serviceIds) }
  try {
    return await ctx.commit({ statements: [insertCoupon(stored)], result: coupon })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint.startsWith('coupons.'))) throw error
    throw new DomainError('coupon.code_taken', { cause: error })
  }
}

function otherCurrency(): DomainError {
  const message = 'Currency must be that of the business'
  return new DomainError('request.validation_failed', {
    message,
    errors: [{ field: 'amount.currency', message }],
  })
}
