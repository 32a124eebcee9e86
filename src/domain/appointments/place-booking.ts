// Finds who can do it and takes the slot: what a booking and a hold have in common.
import { serviceOffer } from '#db/agendas.ts'
import type { AgendaRow, ServiceOffer } from '#db/agendas.ts'
import { findHoldOf } from '#db/bookings/open-bookings.ts'
import { agendaStatement, placeOf, toAgenda } from '#domain/availability/agenda.ts'
import type { Agenda } from '#domain/availability/agenda.ts'
import { whyNotFree } from '#domain/availability/explain-slot.ts'
import type { SlotRefusal } from '#domain/availability/explain-slot.ts'
import { actorColumns, actsInside, isForeignKey, roleIn } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { customerStatements, nobody, resolveCustomer } from '#domain/customers/resolve-customer.ts'
import type { Contact } from '#domain/customers/resolve-customer.ts'
import { DomainError } from '#domain/errors.ts'
import { leadChanges, leadStatement } from '#domain/leads/lead-of-booking.ts'
import { quote } from '#domain/prices/quote.ts'
import type { Quote } from '#domain/prices/quote.ts'
import { dateAt } from '#domain/schedules/wall-clock.ts'
import { requireUnits, serviceNotFound } from '#domain/services/service.ts'
import { resourceNotFound } from '#domain/resources/resource.ts'
import type { Wished } from '#domain/resources/resource.ts'
import { isBlocking } from '#domain/bookings/booking-status.ts'
import { minute } from '#domain/bookings/booking.ts'
import { newCardToken } from '#domain/bookings/card-token.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import type { InitialState } from './first-state.ts'
import { makerOf, openStatement, requireRoom } from '#domain/bookings/limits.ts'
import { recordBooking, slotTaken } from '#domain/bookings/record-booking.ts'
import { mayDecideIn } from '#domain/bookings/rights.ts'
import { reminderFor } from '#domain/reminders/reminder.ts'
import type { Reminder } from '#domain/reminders/reminder.ts'
import { couponFor, findTerms, offeredFor, reachOf, requireOwnTerms, withOwnTerms } from './own-terms.ts'
import type { OwnTerms } from './own-terms.ts'
import { tryAgain } from './try-again.ts'

/** Where nobody and no room is named, one that is free is chosen fairly. */
export interface BookingRequest extends Wished {
  businessId: number
  serviceId: number
  branchId?: number | undefined
  startAt: number
  /** How many seats of a class; one unless said otherwise. */
  units?: number | undefined
  /** Null, by the business's own hand: nobody. */
  customer?: Contact | null | undefined
  notes?: string | null | undefined
  couponCode?: string | null | undefined
  customFields?: Record<string, unknown> | undefined
  /** The lead that the booking comes from. */
  leadId?: number | undefined
  reminder?: Reminder | null | undefined
  /** What only the business may say: its members, and its keys that may manage bookings. */
  own?: OwnTerms | undefined
  /** It is entered by the business's own hand: each of its keys may speak for it. */
  byHand?: boolean | undefined
}

/** The state that a booking of a service begins in, at what it costs. */
export type Begin = (
  offer: ServiceOffer,
  terms: { isMember: boolean; price: Pick<Quote, 'prepaymentMinor'> },
) => InitialState

/** Makes a new booking, in the state that `begin` says for its service. Throws invalid when the rules forbid that start, conflict when it is taken. */
export function placeBooking(ctx: Context, request: BookingRequest, begin: Begin): Promise<Booking> {
  return tryAgain(() => place(ctx, request, begin))
}

async function place(ctx: Context, request: BookingRequest, begin: Begin): Promise<Booking> {
  const { businessId, serviceId, resourceId, resourceKind, startAt, units = 1, own } = request
  const contact = request.customer ?? undefined
  const [found, terms] = await Promise.all([
    ctx.read({
      offer: serviceOffer({ businessId, serviceId }),
      rows: agendaStatement({
        businessId,
        serviceId,
        resourceId,
        resourceKind,
        fromAt: startAt,
        toAt: startAt + 1 + reachOf(own),
        purpose: 'choose',
      }),
      ...customerStatements(ctx, businessId, contact),
      open: openStatement(ctx, request),
      lead: leadStatement(request),
    }),
    findTerms(ctx, businessId, request),
  ])
  const {
    offer: [asOffered],
    rows,
    account: [account],
    possible: [possible],
    open: [open],
    lead: [lead],
  } = found
  const isMember = speaksForBusiness(ctx, request)
  requireOffered(ctx, asOffered, { businessId, isMember })
  if (own) requireOwnTerms(own)
  requireUnits(asOffered, units)
  const offer = offeredFor(asOffered, own)
  const staff = staffFrom(rows, request)
  const coupon = couponFor(ctx, request, offer, terms.coupon)
  const price = quote(offer, { coupon, isMember, units })
  const state = begin(offer, { isMember, price })
  const isAway = !isBlocking(state, ctx.clock.now())
  const { able: candidates, refusal } = ableStaff(ctx, offer, {
    staff: isAway ? staff.map(withoutTaken) : staff,
    startAt,
    units,
    isMember,
  })
  if (candidates.length === 0 && refusal) {
    throw (refusal.reason === 'held' && (await heldForCaller(ctx, request))) || toSlotError(refusal)
  }
  const makerId = makerOf(ctx, isMember)
  requireRoom(makerId, state.status, open)
  // A key may keep a slot before it knows for whom.
  const mayBeNobodys = request.customer === null || (state.status === 'held' && ctx.actor.type === 'key')
  const customer =
    mayBeNobodys && !contact
      ? nobody
      : resolveCustomer(ctx, { businessId, isMember, contact, account, possible })
  const draft = { ...draftOf(ctx, request, offer, { ...state, ...price }), makerId, ...customer.columns }

  for (const [index, candidate] of candidates.entries()) {
    const booking = { ...draft, ...placeOf(candidate) }
    const { columns, statements, payment } = withOwnTerms(ctx, booking, own ?? {}, terms)
    const after = { ...booking, ...columns }
    const sold = leadChanges(ctx, request, lead, after)
    try {
      return await recordBooking(ctx, {
        after,
        statements: [...customer.statements, ...sold, ...statements],
        payment,
      })
    } catch (error) {
      const isTaken = error instanceof DomainError && error.code === 'booking.slot_taken'
      if (!isTaken || index === candidates.length - 1) throw error
    }
  }
  throw slotTaken()
}

/** Whether it is the business that books: only then may anything be said that is not a customer's to say. */
function speaksForBusiness({ actor }: Context, { businessId, own, byHand }: BookingRequest): boolean {
  if (roleIn(actor, businessId) !== null) return true
  if (!own && !byHand) return false
  const mayDo = byHand ? actsInside(actor, businessId) : mayDecideIn(actor, businessId)
  if (!mayDo && !isForeignKey(actor, businessId)) throw new DomainError('booking.not_yours_to_decide')
  return mayDo
}

/** Throws not_found for a service that the caller cannot book: what is not offered to others, its business can. */
export function requireOffered(
  ctx: Context,
  offer: ServiceOffer | undefined,
  { businessId, isMember }: { businessId: number; isMember: boolean },
): asserts offer is ServiceOffer {
  const isHidden = isForeignKey(ctx.actor, businessId) || (offer?.active === 0 && !isMember)
  if (!offer || offer.archivedAt !== null || isHidden) throw serviceNotFound()
}

/** Who could be asked. Throws conflict when nobody performs the service here, not_found for who was named. */
export function staffFrom(
  rows: readonly AgendaRow[],
  { resourceId, resourceKind, branchId: wanted }: Wished & { branchId?: number | undefined },
): Agenda[] {
  const staff = rows.map(toAgenda).filter(({ branchId }) => branchId === (wanted ?? branchId))
  if (staff.length > 0) return staff
  throw resourceId === undefined ? new DomainError('booking.no_staff') : resourceNotFound(resourceKind)
}

/** What takes no time needs none. */
function withoutTaken(agenda: Agenda): Agenda {
  return { ...agenda, taken: [], busy: [] }
}

/** Who could do it, the one whose turn it is first. */
function ableStaff(
  ctx: Context,
  offer: ServiceOffer,
  { staff, startAt, units, isMember }: { staff: Agenda[]; startAt: number; units: number; isMember: boolean },
) {
  const now = ctx.clock.now()
  const able: Agenda[] = []
  let refusal: SlotRefusal | undefined
  for (const agenda of staff) {
    const found = whyInTheWay(offer, agenda, { startAt, units, isMember, now })
    if (!found) able.push(agenda)
    else refusal = heavier(refusal, found)
  }
  return { able: inTurn(able, startAt), refusal }
}

/** The one whose turn it is first: fewest minutes that day, then longest idle. */
export function inTurn(staff: readonly Agenda[], startAt: number): Agenda[] {
  const turn = (agenda: Agenda) => {
    const day = dateAt(agenda.timeZone, startAt)
    const worked = agenda.worked.filter(([from]) => dateAt(agenda.timeZone, from) === day)
    const minutes = worked.reduce((sum, [from, to]) => sum + (to - from), 0)
    return {
      agenda,
      minutes,
      idleSince: Math.max(0, ...worked.map(([, to]) => to).filter((to) => to <= startAt)),
    }
  }
  return staff
    .map(turn)
    .sort((a, b) => a.minutes - b.minutes || a.idleSince - b.idleSince || a.agenda.id - b.agenda.id)
    .map(({ agenda }) => agenda)
}

/** A slot taken by the caller's own hold is refused with the hold's id. */
async function heldForCaller(ctx: Context, request: BookingRequest): Promise<DomainError | undefined> {
  const { businessId, serviceId, resourceId = null, startAt } = request
  const [[hold]] = await ctx.read([
    findHoldOf({
      ...actorColumns(ctx.caller),
      businessId,
      serviceId,
      resourceId,
      startAt,
      now: ctx.clock.now(),
    }),
  ])
  if (!hold) return undefined
  const until = new Date(hold.expiresAt).toISOString()
  const message = `You hold this slot yourself until ${until}: book it with holdId ${hold.id}`
  return new DomainError('booking.slot_taken', { message })
}

/** The business itself may choose any start within its hours; everybody else one that is offered. */
export function whyInTheWay(
  offer: ServiceOffer,
  agenda: Agenda,
  {
    startAt,
    isMember,
    now,
    units = 1,
    anyStart = isMember,
  }: { startAt: number; isMember: boolean; now: number; units?: number; anyStart?: boolean },
): SlotRefusal | null {
  const service = isMember ? { ...offer, minNoticeMinutes: -Infinity, maxAdvanceDays: null } : offer
  return whyNotFree({ now, startAt, service, staff: agenda, units, anyStart })
}

const messages: Record<SlotRefusal['reason'], string> = {
  no_hours: 'Nobody has working hours yet',
  too_soon: 'Start time is too soon',
  too_far_ahead: 'Start time is too far ahead',
  outside_hours: 'Start time is outside opening hours',
  off_grid: 'Start time is not the start of a slot',
  time_off: 'Nobody is there at this time',
  buffer: 'This slot is already taken',
  booked: 'This slot is already taken',
  held: 'This slot is already taken',
}
const heaviest = Object.keys(messages)

/** Of several people's reasons, the one that tells most about the slot. */
export function heavier(one: SlotRefusal | undefined, other: SlotRefusal): SlotRefusal {
  return !one || weight(other) > weight(one) ? other : one
}

function weight({ reason }: SlotRefusal): number {
  return heaviest.indexOf(reason)
}

export function toSlotError({ reason }: SlotRefusal): DomainError {
  const message = messages[reason]
  if (reason === 'booked' || reason === 'buffer' || reason === 'held') return slotTaken()
  if (reason === 'time_off') return new DomainError('booking.time_off', { message })
  return new DomainError(`booking.${reason}`, { message, errors: [{ field: 'startAt', message }] })
}

type Draft = Omit<
  Booking,
  | keyof ReturnType<typeof placeOf>
  | 'customerId'
  | 'customerName'
  | 'customerEmail'
  | 'customerPhone'
  | 'makerId'
>

/** A new booking, without who it is for and who it is with. */
export function draftOf(
  ctx: Context,
  request: BookingRequest,
  offer: ServiceOffer,
  terms: InitialState & Quote,
): Draft {
  const now = ctx.clock.now()
  const endAt = request.startAt + offer.durationMinutes * minute
  return {
    id: ctx.newId(),
    businessId: request.businessId,
    kind: 'appointment',
    serviceId: request.serviceId,
    serviceName: offer.name,
    startAt: request.startAt,
    endAt,
    blockedFromAt: request.startAt - offer.bufferBeforeMinutes * minute,
    blockedToAt: endAt + offer.bufferAfterMinutes * minute,
    units: request.units ?? 1,
    capacity: offer.capacity,
    ...terms,
    notes: request.notes ?? null,
    sourceId: null,
    source: null,
    customFields: JSON.stringify(request.customFields ?? {}),
    groupId: null,
    cancelReason: null,
    cardToken: newCardToken(),
    enteredBy: null,
    ...reminderFor(request.startAt, request.reminder),
    version: 1,
    removedAt: null,
    forgetAt: null,
    createdAt: now,
    updatedAt: now,
  }
}
