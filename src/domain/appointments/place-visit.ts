import { serviceOffer } from '#db/agendas.ts'
import type { ServiceOffer } from '#db/agendas.ts'
import { insertBookingGroup } from '#db/booking-groups.ts'
import { roleIn } from '#domain/actor.ts'
import { agendaStatement, placeOf } from '#domain/availability/agenda.ts'
import type { Agenda } from '#domain/availability/agenda.ts'
import type { SlotRefusal } from '#domain/availability/explain-slot.ts'
import { longestVisitMs, mostParts, visitPlanner } from '#domain/availability/visit-plan.ts'
import type { WishedPart } from '#domain/availability/find-visits.ts'
import { minute } from '#domain/bookings/booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { makerOf, openStatement, requireRoom } from '#domain/bookings/limits.ts'
import { recordBookings, slotTaken, TakenByOther } from '#domain/bookings/record-booking.ts'
import type { Context } from '#domain/context.ts'
import { toCoupon } from '#domain/coupons/coupon.ts'
import type { Coupon, CouponRow } from '#domain/coupons/coupon.ts'
import { customerStatements, resolveCustomer } from '#domain/customers/resolve-customer.ts'
import { DomainError } from '#domain/errors.ts'
import { quote } from '#domain/prices/quote.ts'
import { firstState } from './first-state.ts'
import { couponFor, findTerms } from './own-terms.ts'
import {
  draftOf,
  heavier,
  inTurn,
  requireOffered,
  staffFrom,
  toSlotError,
  whyInTheWay,
} from './place-booking.ts'
import type { BookingRequest } from './place-booking.ts'
import { tryAgain } from './try-again.ts'
import { toVisit } from './visit.ts'
import type { Visit } from './visit.ts'

export interface VisitRequest extends Pick<
  BookingRequest,
  'businessId' | 'branchId' | 'startAt' | 'notes' | 'couponCode' | 'customFields'
> {
  /** In the order in which they are wanted. */
  parts: readonly WishedPart[]
  customer?: Exclude<BookingRequest['customer'], null>
}

/** How often others are looked for when somebody was faster. */
const mostTries = 8

/**
 * Books several services one after the other, all of them or none. Where nobody is named, whoever can do it in turn. Throws
 * not_found for a service that cannot be booked, invalid for a start that the rules forbid, conflict `booking.slot_taken`
 * when no choice of people is free for all of it.
 */
export function placeVisit(ctx: Context, request: VisitRequest): Promise<Visit> {
  return tryAgain(() => place(ctx, request))
}

async function place(ctx: Context, request: VisitRequest): Promise<Visit> {
  const { businessId, branchId, parts, startAt, customer: contact } = request
  const [firstPart] = parts
  if (!firstPart || parts.length > mostParts) throw invalid('services', `1 to ${mostParts} services`)
  const [found, offers, rows, terms] = await Promise.all([
    ctx.read({
      ...customerStatements(ctx, businessId, contact),
      open: openStatement(ctx, { businessId, serviceId: firstPart.serviceId, startAt }),
    }),
    ctx.read(parts.map(({ serviceId }) => serviceOffer({ businessId, serviceId }))),
    ctx.read(
      parts.map((part) => {
        const span = { fromAt: startAt, toAt: startAt + longestVisitMs }
        return agendaStatement({ ...part, businessId, ...span, purpose: 'choose' })
      }),
    ),
    findTerms(ctx, businessId, request),
  ])
  const isMember = roleIn(ctx.actor, businessId) !== null
  const wanted = parts.map((part, index) => {
    const [offer] = offers[index] ?? []
    requireOffered(ctx, offer, { businessId, isMember })
    return { offer, staff: inTurn(staffFrom(rows[index] ?? [], { ...part, branchId }), startAt) }
  })
  requireLength(wanted)

  const coupons = sharesOf(ctx, request, wanted, terms.coupon)
  const customer = resolveCustomer(ctx, {
    businessId,
    isMember,
    contact,
    account: found.account[0],
    possible: found.possible[0],
  })
  const makerId = makerOf(ctx, isMember)
  const drafts = wanted.map(({ offer }, index) => {
    const { coupon, isCounted } = coupons[index] ?? {}
    const price = quote(offer, { coupon, isMember })
    // One visit is one use of its coupon.
    const couponId = isCounted ? price.couponId : null
    const state = firstState(ctx, offer, { startAt, isMember, price })
    requireRoom(makerId, state.status, found.open[0])
    const { customer: _customer, parts: _parts, ...said } = request
    const draft = draftOf(ctx, { ...said, serviceId: offer.id }, offer, { ...state, ...price, couponId })
    return { ...draft, makerId, ...customer.columns }
  })
  const groupId = drafts[0]?.id ?? 0
  const group = { id: groupId, businessId, kind: 'visit' as const, rule: null, createdAt: ctx.clock.now() }

  // Whom somebody else was faster to take, and for what.
  const lost = new Set<string>()
  for (let tried = 0; tried < mostTries; tried++) {
    const plan = planOf(ctx, wanted, { startAt, isMember, lost })
    const bookings = plan.map(({ agenda, ...times }, index): Booking => {
      const { offer } = wanted[index]!
      return { ...drafts[index]!, ...placeOf(agenda), ...takenAt(offer, times.startAt), groupId }
    })
    const [first, ...others] = bookings.map((after) => ({ after }))
    if (!first) throw slotTaken()
    const step = { ...first, statements: [...customer.statements, insertBookingGroup(group)] }
    try {
      return await recordBookings(ctx, [step, ...others], toVisit)
    } catch (error) {
      if (!(error instanceof TakenByOther)) throw error
      const index = bookings.findIndex(({ id }) => id === error.bookingId)
      lost.add(`${index} ${bookings[index]?.resourceId}`)
    }
  }
  throw slotTaken()
}

interface Wanted {
  offer: ServiceOffer
  staff: Agenda[]
}

/** By whom each part is done, and when. Throws what is in the way of the part that cannot be done. */
function planOf(
  ctx: Context,
  wanted: readonly Wanted[],
  { startAt, isMember, lost }: { startAt: number; isMember: boolean; lost: ReadonlySet<string> },
) {
  const now = ctx.clock.now()
  let furthest = 0
  let refusal: SlotRefusal | undefined
  const parts = wanted.map(({ offer, staff }) => ({ service: offer, staff }))
  const planAt = visitPlanner(parts, (part, agenda, at) => {
    // Only its beginning is on the grid: the other parts follow.
    const rules = { startAt: at, isMember, now, anyStart: isMember || part > 0 }
    const isLater = at >= startAt + longestVisitMs
    const found = isLater ? null : whyInTheWay(wanted[part]!.offer, agenda, rules)
    if (found && part >= furthest) {
      refusal = part > furthest ? found : heavier(refusal, found)
      furthest = part
    }
    return !found && !isLater && !lost.has(`${part} ${agenda.id}`)
  })
  const plan = planAt(startAt)
  if (plan) return plan
  throw refusal && lost.size === 0 ? toSlotError(refusal) : slotTaken()
}

function takenAt(
  { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes }: ServiceOffer,
  startAt: number,
) {
  const endAt = startAt + durationMinutes * minute
  return {
    startAt,
    endAt,
    blockedFromAt: startAt - bufferBeforeMinutes * minute,
    blockedToAt: endAt + bufferAfterMinutes * minute,
  }
}

/**
 * What a coupon gives on each part that it is for: a percentage on every one, an amount on one after the other until it is
 * given. It counts as used by the first of them.
 */
function sharesOf(
  ctx: Context,
  request: VisitRequest,
  wanted: readonly Wanted[],
  found: CouponRow | undefined,
): { coupon: Coupon | undefined; isCounted: boolean }[] {
  const serviceIds = found ? toCoupon(found).serviceIds : null
  const isFor = ({ offer }: Wanted) => serviceIds?.includes(offer.id) ?? true
  const counted = wanted.find(isFor) ?? wanted[0]
  const coupon = counted && couponFor(ctx, request, counted.offer, found)
  let leftMinor = coupon?.amountMinor ?? 0
  return wanted.map((part) => {
    const isCounted = part === counted
    if (!coupon || !isFor(part)) return { coupon: undefined, isCounted }
    if (coupon.amountMinor === null) return { coupon, isCounted }
    const amountMinor = Math.min(leftMinor, part.offer.priceMinor)
    leftMinor -= amountMinor
    return { coupon: amountMinor > 0 || isCounted ? { ...coupon, amountMinor } : undefined, isCounted }
  })
}

function requireLength(wanted: readonly Wanted[]): void {
  const minutes = wanted.reduce((sum, { offer }) => sum + offer.durationMinutes, 0)
  if (minutes * minute > longestVisitMs) throw new DomainError('visit.too_long')
}

function invalid(field: string, message: string): DomainError {
  return new DomainError('request.validation_failed', { message, errors: [{ field, message }] })
}
