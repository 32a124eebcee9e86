// The one way a booking is written: the slot is claimed if it is needed, then booking, history and event are
// committed together, then the lock is told. Every verb that makes or changes a booking ends here.
import { insertBooking, updateBookingColumns } from '#db/bookings/writing.ts'
import { insertBookingHistory } from '#db/bookings/history.ts'
import { giveCouponBack, useCoupon } from '#db/coupons.ts'
import { ConstraintError, NotWritten } from '#db/database.ts'
import type { Statement } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { couponUnknown, couponUsedUp } from '#domain/coupons/coupon.ts'
import { DomainError } from '#domain/errors.ts'
import { actorColumns } from '#domain/actor.ts'
import { isOfErased } from '#domain/customers/erased.ts'
import { alone, bookingSnapshot, personal } from '#domain/events/event-data.ts'
import type { Company } from '#domain/events/event-data.ts'
import type { NewEvent } from '#domain/events/event.ts'
import type { Claim, LockedResource } from '#domain/slots/slot-locks.ts'
import { rateGone } from '#domain/rates/rate.ts'
import { staffNotFound } from '#domain/resources/resource.ts'
import { eventsOf, isBlocking, isNews, usedCouponOf } from './booking-status.ts'
import { requireModest } from './booking.ts'
import type { Booking } from './booking.ts'
import { tooManyHolds, tooManyOpen } from './limits.ts'
import { lockedResourceOf, settlementOf } from './settlement.ts'

export interface BookingStep<B extends Booking = Booking> {
  /** Absent when the booking is new. */
  before?: B
  after: B
  /** Why, for the history. */
  reason?: string | null
  /** What must be written with it, before it: a new customer, say. */
  statements?: readonly Statement[]
  /** What must be written with it, behind it: what refers to the booking. */
  behind?: readonly Statement[]
  /** What came in for it. */
  payment?: Payment | undefined
}

/** Money that the business noted as paid to itself. */
export interface Payment {
  amountMinor: number
  paidAt: number
}

/** What a booking takes of its resource: a step that leaves all of it as it is takes nothing. */
const guarded = [
  'resourceId',
  'serviceId',
  'startAt',
  'blockedFromAt',
  'blockedToAt',
  'units',
  'capacity',
  'expiresAt',
] as const

export function slotTaken(cause?: unknown): DomainError {
  return new DomainError('booking.slot_taken', { cause })
}

/** Said by a lock, which knows for which booking it has no time. */
export class TakenByOther extends DomainError {
  readonly bookingId: number

  constructor(bookingId: number) {
    super('booking.slot_taken')
    this.bookingId = bookingId
  }
}

function bookingChanged(cause?: unknown): DomainError {
  const message = 'The booking was changed by somebody else, please try again'
  return new DomainError('booking.changed', { message, cause })
}

const refusals = {
  changed: bookingChanged,
  in_progress: () => new DomainError('request.in_progress', { retryAfterSeconds: 1 }),
  unavailable: () => new DomainError('storage.unavailable', { retryAfterSeconds: 2 }),
}

/**
 * Writes one step in a booking's life and answers the booking. Throws conflict `booking.slot_taken` when the slot is
 * not free, conflict `booking.changed` when somebody else changed the booking in the meantime, invalid when it says too much.
 */
export function recordBooking<B extends Booking>(ctx: Context, step: BookingStep<B>): Promise<B> {
  return recordBookings(ctx, [step], ([booking]) => booking)
}

/**
 * Writes steps of several bookings, all of them or none, and answers what `resultOf` makes of the bookings. Throws as
 * `recordBooking` does, whichever of them it is about.
 */
export async function recordBookings<B extends Booking, Result>(
  ctx: Context,
  wanted: readonly [BookingStep<B>, ...BookingStep<B>[]],
  resultOf: (bookings: [B, ...B[]]) => Result,
): Promise<Result> {
  const [first, ...others] = wanted
  const steps: [BookingStep<B>, ...BookingStep<B>[]] = [withoutErased(first), ...others.map(withoutErased)]
  for (const { after } of steps) requireModest(after)
  const now = ctx.clock.now()
  await ctx.mayAct()
  const claims = await takeAll(ctx, steps, now)

  const written = steps.map((step, index) => ({ step, ...writtenStep(ctx, step, companyOf(steps, index)) }))
  for (const { step, events } of written) {
    const { before, after } = step
    // No event will settle the locks of a slot that comes free silently, should this process die first.
    const isUnheard = before && events.length === 0 && !isBlocking(after, now)
    for (const lock of isUnheard ? [lockedResourceOf(after), leftBy(before, after)] : []) {
      if (lock) ctx.background(() => ctx.locks.recheck(lock, after.id))
    }
  }
  const result = resultOf([steps[0].after, ...steps.slice(1).map(({ after }) => after)])
  try {
    await ctx.commit({
      statements: written.flatMap(({ statements }) => statements),
      events: written.flatMap(({ events }) => events),
      result,
    })
  } catch (error) {
    if (NotWritten.isSaidBy(error)) await releaseAll(ctx, claims)
    else {
      for (const { resource, claims: own } of claims) {
        for (const { id } of own) ctx.background(() => ctx.locks.recheck(resource, id))
      }
    }
    if (error instanceof ConstraintError && error.constraint === 'slot_taken') {
      const resources = steps.flatMap(({ after }) => lockedResourceOf(after) ?? [])
      for (const resource of resources) ctx.background(() => ctx.locks.refill(resource))
    }
    throw toBookingError(error, steps[0])
  }

  await Promise.all(steps.map(({ before, after }) => settle(ctx, before, after, now)))
  return result
}

/** What is written onto the booking of somebody who was erased is not kept: nobody is answered or told that it was. */
function withoutErased<B extends Booking>(step: BookingStep<B>): BookingStep<B> {
  const { before, after } = step
  const isKept = !before || !isOfErased(before) || before.customerId !== after.customerId
  return isKept ? step : { ...step, after: { ...after, ...personal.booking }, reason: null }
}

/** What must be claimed before the step may be written: nothing where the booking keeps what it has. */
function claimOf(ctx: Context, before: Booking | undefined, after: Booking, now: number): Claim | undefined {
  const takes =
    !before || !isBlocking(before, now) || guarded.some((column) => before[column] !== after[column])
  if (!takes || !isBlocking(after, now)) return undefined
  const { id, version, blockedFromAt: from, blockedToAt: to, startAt, units, capacity, serviceId } = after
  const { actorType, actorId } = actorColumns(ctx.caller)
  const caller = actorId === null ? null : `${actorType}:${actorId}`
  const token = crypto.randomUUID()
  return { id, version, token, from, to, startAt, units, capacity, serviceId, caller, owner: ctx.owner }
}

interface Taken {
  resource: LockedResource
  claims: Claim[]
}

/** Claims all that the steps need, in the order of the resources; what was claimed is given back when one is not to be had. */
async function takeAll(ctx: Context, steps: readonly BookingStep[], now: number): Promise<Taken[]> {
  const needed = new Map<number, Taken>()
  for (const { before, after } of steps) {
    const [claim, resource] = [claimOf(ctx, before, after, now), lockedResourceOf(after)]
    if (!claim || !resource) continue
    const known = needed.get(resource.resourceId)
    if (known) known.claims.push(claim)
    else needed.set(resource.resourceId, { resource, claims: [claim] })
  }
  const taken: Taken[] = []
  // One after the other: of those who want the same ones, whoever has the first of them gets the rest.
  for (const next of [...needed.values()].sort((a, b) => a.resource.resourceId - b.resource.resourceId)) {
    try {
      await take(ctx, next)
    } catch (error) {
      await releaseAll(ctx, taken)
      throw error
    }
    taken.push(next)
  }
  return taken
}

async function releaseAll(ctx: Context, taken: readonly Taken[]): Promise<void> {
  const released = taken.flatMap(({ resource, claims }) => {
    return claims.map((claim) => ctx.locks.release(resource, claim).catch(() => undefined))
  })
  await Promise.all(released)
}

async function take(ctx: Context, { resource, claims }: Taken): Promise<void> {
  let answer
  try {
    answer = await ctx.locks.claim(resource, ...claims)
  } catch (error) {
    // The lock may have taken the claims although its answer was lost.
    for (const claim of claims) ctx.background(() => ctx.locks.release(resource, claim))
    throw error
  }
  if (answer.held) return
  throw answer.because === 'taken' ? new TakenByOther(answer.id) : refusals[answer.because]()
}

/** What is written of a step; whoever takes nothing, like time itself, may write several together. */
export function writtenStep(ctx: Context, step: BookingStep, company?: Company) {
  const { before, after, reason, statements = [], behind = [] } = step
  const history = insertBookingHistory({
    bookingId: after.id,
    version: after.version,
    businessId: after.businessId,
    status: after.status,
    resourceId: after.resourceId,
    startAt: after.startAt,
    endAt: after.endAt,
    reason: reason ?? null,
    ...actorColumns(ctx.caller),
    requestId: ctx.requestId,
    createdAt: ctx.clock.now(),
  })
  // Of two steps at once the later one meets the other's history first, and nothing that is no longer as it was.
  const written = before ? [history, updateBookingColumns(before, after)] : [insertBooking(after), history]
  return {
    // The coupon comes last: of two steps at once, the later one is told that the booking has changed, and nothing of a coupon.
    statements: [...statements, ...written, ...behind, ...couponSteps(before, after)],
    events: told(ctx, step, company),
  }
}

/** Who is told of with a step that is one of several: nights and locks are, an appointment is told of by itself everywhere. */
function companyOf(steps: readonly BookingStep[], index: number): Company {
  if (steps[index]?.after.kind === 'appointment') return alone
  const [first, ...others] = steps.map(({ after }) => ({ id: after.id, resourceId: after.resourceId }))
  return index === 0
    ? { companions: others, companionOf: null }
    : { companions: [], companionOf: first?.id ?? null }
}

function told(ctx: Context, { before, after, payment }: BookingStep, company?: Company): NewEvent[] {
  const { id: subjectId, businessId, customerId, currency } = after
  const events: NewEvent[] = eventsOf(before, after).map((type, index) => {
    const data = bookingSnapshot(after, index === 0 && isNews(before), company)
    return { id: ctx.newId(), businessId, subject: 'booking', type, subjectId, data }
  })
  if (payment) {
    const data = { bookingId: subjectId, customerId, currency, method: 'external' as const, ...payment }
    // What was paid elsewhere has no record of its own here: it goes by its booking.
    events.push({
      id: ctx.newId(),
      businessId,
      subject: 'payment',
      type: 'payment.completed',
      subjectId,
      data,
    })
  }
  return events
}

/** A coupon counts as used from when its hold becomes a booking until that is called off unpaid: on whichever path. */
function couponSteps(before: Booking | undefined, after: Booking): Statement[] {
  const was = before && usedCouponOf(before)
  const is = usedCouponOf(after)
  if (was === is) return []
  return [...(was ? [giveCouponBack({ id: was })] : []), ...(is ? [useCoupon({ id: is })] : [])]
}

/** A slot that became free must be free for the caller's next request; one that was taken can be told later. */
async function settle(ctx: Context, before: Booking | undefined, after: Booking, now: number): Promise<void> {
  const is = lockedResourceOf(after)
  const left = before && leftBy(before, after)
  const settlement = settlementOf(after, now)

  const tell = async () => {
    await Promise.all([
      is && ctx.locks.settle(is, settlement),
      left && ctx.locks.settle(left, { ...settlement, occupancy: null }),
    ])
  }
  const frees = before && (left || !settlement.occupancy || leavesSome(before, after))
  if (frees) await tell().catch(() => ctx.background(tell))
  else ctx.background(tell)
}

/** The resource that it was on, if it is not on it any more. */
function leftBy(before: Booking, after: Booking): LockedResource | undefined {
  return before.resourceId === after.resourceId ? undefined : lockedResourceOf(before)
}

/** Whether there is time or a seat that it took before, and does not any more. */
function leavesSome(before: Booking, after: Booking): boolean {
  return (
    after.blockedFromAt > before.blockedFromAt ||
    after.blockedToAt < before.blockedToAt ||
    after.units < before.units ||
    after.startAt !== before.startAt
  )
}

function toBookingError(error: unknown, { before, after }: BookingStep): unknown {
  if (!(error instanceof ConstraintError)) return error
  if (error.constraint === 'slot_taken') return slotTaken(error)
  if (error.constraint === 'too_many_holds') return tooManyHolds(error)
  if (error.constraint === 'too_many_open') return tooManyOpen(error)
  if (error.constraint === 'couponsUses') return couponUsedUp(error)
  if (error.constraint === 'coupons.uses') return couponUnknown(error)
  if (error.constraint === 'too_many_sources') return new DomainError('source.too_many', { cause: error })
  if (error.constraint === 'rate_gone') return rateGone(error)
  if (error.constraint === 'resource_archived') {
    if (after.kind !== 'appointment') return new DomainError('booking.room_gone', { cause: error })
    const isBack = before?.resourceId === after.resourceId
    return isBack ? new DomainError('booking.staff_unavailable', { cause: error }) : staffNotFound(error)
  }
  if (error.constraint === 'group_full') return new DomainError('booking.group_full', { cause: error })
  if (error.constraint === 'customer_gone') return gone('customerId', error)
  const isOfSource = after.sourceId !== (before?.sourceId ?? null)
  // Of all that a booking names, only a source is ever deleted as a row.
  if (error.constraint === 'foreign_key' && isOfSource) return gone('sourceId', error)
  if (error.constraint === 'stay_needs_room')
    return new DomainError('booking.stay_needs_room', { cause: error })
  if (error.constraint.startsWith('bookingHistory.')) return bookingChanged(error)
  return error
}

/** What the caller named was there when it was read, and is not any more. */
function gone(field: string, cause: unknown): DomainError {
  const message = 'There is no such one in this business any more'
  return new DomainError('request.validation_failed', { message, errors: [{ field, message }], cause })
}
