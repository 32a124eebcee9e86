// What a business sets by its own hand, where everybody else takes what the service says.
import { bookingById } from '#db/bookings/booking-row.ts'
import type { BookingRow } from '#db/bookings/booking-row.ts'
import { joinGroup } from '#db/booking-groups.ts'
import { couponByCode } from '#db/coupons.ts'
import type { Row, Statement } from '#db/database.ts'
import { insertSource, sourceByName } from '#db/sources.ts'
import type { sources } from '#db/sources.ts'
import { minute } from '#domain/bookings/booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import type { Payment } from '#domain/bookings/record-booking.ts'
import type { Context } from '#domain/context.ts'
import { codeKeyOf, requireUsable } from '#domain/coupons/coupon.ts'
import type { Coupon, CouponRow } from '#domain/coupons/coupon.ts'
import { DomainError } from '#domain/errors.ts'
import { paymentStatusOf, repriced } from '#domain/prices/quote.ts'
import { notOfBusiness } from '#domain/resources/resource.ts'

export interface OwnTerms {
  /** 1 to 1440. */
  durationMinutes?: number | undefined
  /** Before any discount, in minor units. */
  priceMinor?: number | undefined
  /** Of the price, which is the booking's own: no other one is taken. */
  currency?: string | undefined
  prepaymentMinor?: number | null | undefined
  /** When the prepayment was paid to the business itself; null takes that back. */
  prepaidAt?: number | null | undefined
  /** Where the booking comes from, by name: a new one is written down. */
  source?: string | null | undefined
  /** Who entered it, in the business's own numbers: 0 for the customer. */
  enteredBy?: number | null | undefined
  /** A booking whose group it joins. */
  groupWith?: number | undefined
}

/** What must be known before a coupon and own terms can be taken. */
export interface TermsFound {
  coupon: CouponRow | undefined
  source: Row<typeof sources> | undefined
  groupOf: BookingRow | undefined
}

const nothing: TermsFound = { coupon: undefined, source: undefined, groupOf: undefined }

/** Reads that: nothing where nothing was asked for, and else side by side with whatever is read of the slot. */
export async function findTerms(
  ctx: Context,
  businessId: number,
  { couponCode, own }: { couponCode?: string | null | undefined; own?: OwnTerms | undefined },
): Promise<TermsFound> {
  if (!couponCode && !own?.source && !own?.groupWith) return nothing
  const {
    coupon: [coupon],
    source: [source],
    groupOf: [groupOf],
  } = await ctx.read({
    coupon: couponByCode({ businessId, codeKey: codeKeyOf(couponCode ?? '') }),
    source: sourceByName({ businessId, name: own?.source ?? '' }),
    groupOf: bookingById({ id: own?.groupWith ?? 0 }),
  })
  return { coupon, source, groupOf }
}

/** The coupon asked for, if any. */
export function couponFor(
  ctx: Context,
  { couponCode }: { couponCode?: string | null | undefined },
  { id: serviceId, currency }: { id: number | null; currency: string },
  found: CouponRow | undefined,
): Coupon | undefined {
  return couponCode ? requireUsable(found, { serviceId, currency, now: ctx.clock.now() }) : undefined
}

type Owned = Pick<
  Booking,
  | 'priceMinor'
  | 'discountMinor'
  | 'prepaymentMinor'
  | 'prepaidAt'
  | 'paidMinor'
  | 'paymentStatus'
  | 'sourceId'
  | 'source'
  | 'enteredBy'
  | 'groupId'
>

/** The columns that say what the business set, what must be written for them to be true, and the money that came in. */
export interface OwnColumns {
  columns: Owned
  statements: Statement[]
  payment: Payment | undefined
}

/** A booking with the terms that its business set, as far as it did. Throws invalid. */
export function withOwnTerms(
  ctx: Context,
  before: Booking,
  own: OwnTerms,
  found: Pick<TermsFound, 'source' | 'groupOf'>,
): OwnColumns {
  if (own.currency !== undefined && own.currency !== before.currency) {
    throw invalid('price.currency', `Currency must be ${before.currency}`)
  }
  const source = sourceOf(ctx, before, own, found.source)
  const group = groupOf(ctx, before, own, found.groupOf)
  const { money, payment } = moneyOf(before, own)
  return {
    columns: {
      ...money,
      ...source.columns,
      ...group.columns,
      enteredBy: own.enteredBy === undefined ? before.enteredBy : own.enteredBy,
    },
    statements: [...source.statements, ...group.statements],
    payment,
  }
}

/** A day. */
export const longestMinutes = 1440

/** Throws invalid for terms that nothing can have. */
export function requireOwnTerms({ durationMinutes, enteredBy, source }: OwnTerms): void {
  if (durationMinutes !== undefined && !isWithin(durationMinutes, 1, longestMinutes)) {
    throw invalid('durationMinutes', `Duration must be 1 to ${longestMinutes} minutes`)
  }
  if (enteredBy != null && !isWithin(enteredBy, 0, Number.MAX_SAFE_INTEGER)) {
    throw invalid('enteredBy', 'Entered by must be a number')
  }
  if (source != null && source.length > 100) throw invalid('source', 'Maximum 100 characters')
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

function invalid(field: string, message: string): DomainError {
  return new DomainError('request.validation_failed', { message, errors: [{ field, message }] })
}

function moneyOf(before: Booking, { priceMinor, ...own }: OwnTerms) {
  const priced = priceMinor === undefined ? before : { ...before, ...repriced(before, priceMinor) }
  const { prepaidAt = before.prepaidAt, prepaymentMinor = before.prepaymentMinor } = own
  // What came in by other ways stays; what was noted as paid elsewhere is the prepayment, or nothing any more.
  const wasNoted = before.prepaidAt === null ? 0 : (before.prepaymentMinor ?? 0)
  const isNoted = prepaidAt === null ? 0 : (prepaymentMinor ?? 0)
  const paidMinor = Math.max(0, before.paidMinor - wasNoted) + isNoted
  const amountMinor = paidMinor - before.paidMinor
  const { discountMinor } = priced
  const money = {
    priceMinor: priced.priceMinor,
    discountMinor,
    prepaymentMinor,
    prepaidAt,
    paidMinor,
    paymentStatus: amountMinor === 0 ? priced.paymentStatus : paymentStatusOf({ ...priced, paidMinor }),
  }
  const payment = prepaidAt !== null && amountMinor > 0 ? { amountMinor, paidAt: prepaidAt } : undefined
  return { money, payment }
}

function sourceOf(ctx: Context, before: Booking, { source }: OwnTerms, found: TermsFound['source']) {
  const { businessId } = before
  if (source === undefined || source === before.source) {
    return { columns: { sourceId: before.sourceId, source: before.source }, statements: [] }
  }
  if (!source) return { columns: { sourceId: null, source: null }, statements: [] }
  if (found) return { columns: { sourceId: found.id, source: found.name }, statements: [] }
  const id = ctx.newId()
  const statements = [insertSource({ businessId, id, name: source, isCustom: 1 })]
  return { columns: { sourceId: id, source }, statements }
}

function groupOf(ctx: Context, before: Booking, { groupWith }: OwnTerms, found: TermsFound['groupOf']) {
  if (groupWith === undefined) return { columns: { groupId: before.groupId }, statements: [] }
  const isHere = found?.businessId === before.businessId && found.removedAt === null
  if (!isHere) throw notOfBusiness([groupWith], 'groupWith')
  const groupId = found.groupId ?? found.id
  const statements = joinGroup({ groupId, businessId: before.businessId, now: ctx.clock.now() })
  return { columns: { groupId }, statements }
}

/** How a service is offered where the business says itself how long it takes. */
export function offeredFor<Offer extends { durationMinutes: number }>(
  offer: Offer,
  { durationMinutes = offer.durationMinutes }: OwnTerms = {},
): Offer {
  return { ...offer, durationMinutes }
}

/** How much longer than the service it takes at most, in ms: what is looked at of a day reaches so much further. */
export function reachOf({ durationMinutes = 0 }: OwnTerms = {}): number {
  return durationMinutes * minute
}

/** Whether a length of time is another than the booking's. */
export function changesLength({ startAt, endAt }: Booking, durationMinutes: number | undefined): boolean {
  return durationMinutes !== undefined && durationMinutes * minute !== endAt - startAt
}
