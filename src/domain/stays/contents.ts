// What is said of a stay beside where and when it is: how many come, what they eat, and what it costs.
import type { FieldError } from '#domain/errors.ts'
import { paymentStatusOf } from '#domain/prices/quote.ts'
import { toMajor, toMinor } from '#domain/prices/currency.ts'
import type { StayTerms } from '#domain/rates/stay-terms.ts'
import { addDays, dateAt, instantAt } from '#domain/schedules/wall-clock.ts'
import { extrasOf, invalid } from './stay.ts'
import type { Extras, Service, Stay } from './stay.ts'

/** What can be said. Amounts are in the currency's own unit: 120.5 euros; a field that is absent stays as it is. */
export interface StayContents {
  adults?: number | undefined
  children?: number | undefined
  kidsAges?: readonly number[] | null | undefined
  /** HH:MM */
  checkInTime?: string | null | undefined
  checkOutTime?: string | null | undefined
  doorCode?: string | null | undefined
  color?: string | null | undefined
  notes?: string | null | undefined
  meal?: Stay['meal'] | undefined
  rateId?: number | null | undefined
  adultsPortion?: number | null | undefined
  childrenPortion?: number | null | undefined
  services?: readonly Service[] | null | undefined
  currency?: string | undefined
  price?: number | undefined
  roomPrice?: number | null | undefined
  mealPrice?: number | null | undefined
  discount?: number | undefined
  discountKind?: 'percent' | 'fixed' | undefined
  prepayment?: number | null | undefined
  /** The last day on which it can be paid. */
  prepaymentDueOn?: string | null | undefined
  paid?: Paid | undefined
  paymentKind?: Extras['paymentKind'] | undefined
}

/** How far a stay is paid, as a house notes it. */
export type Paid = 'nothing' | 'prepayment' | 'all'

export function paidOf({ paymentStatus }: Pick<Stay, 'paymentStatus'>): Paid {
  if (paymentStatus === 'paid') return 'all'
  return paymentStatus === 'partially_paid' ? 'prepayment' : 'nothing'
}

/** The last day on which the prepayment can be paid. */
export function prepaymentDueOnOf({ prepaymentDueAt, timeZone }: Stay): string | null {
  return prepaymentDueAt === null ? null : dateAt(timeZone, prepaymentDueAt - 1)
}

/**
 * The stay once this was said of it; `terms` are those of its rate, where it has one that must be asked. Throws invalid with the
 * fields at fault.
 */
export function withContents(before: Stay, said: StayContents, terms?: StayTerms): Stay {
  const faults: FieldError[] = []
  const persons = personsAfter(before, said, faults)
  const nightsMinor = nightsAfter(before, said, persons.adults + persons.children, terms)
  const extras = { ...extrasAfter(before, said), nightsMinor }
  const stay: Stay = {
    ...before,
    ...persons,
    ...moneyAfter(before, said, extras, faults),
    checkInTime: orBefore(said.checkInTime, before.checkInTime),
    checkOutTime: orBefore(said.checkOutTime, before.checkOutTime),
    doorCode: orBefore(said.doorCode, before.doorCode),
    color: orBefore(said.color, before.color),
    notes: orBefore(said.notes, before.notes),
    meal: said.meal ?? before.meal,
    rateId: orBefore(said.rateId, before.rateId),
    details: JSON.stringify(extras),
  }
  if (faults.length > 0) throw invalid(faults)
  return stay
}

function orBefore<T>(said: T | undefined, before: T): T {
  return said === undefined ? before : said
}

function extrasAfter(before: Stay, said: StayContents): Omit<Extras, 'nightsMinor'> {
  const extras = extrasOf(before)
  return {
    paymentKind: said.paymentKind ?? extras.paymentKind,
    adultsPortion: orBefore(said.adultsPortion, extras.adultsPortion),
    childrenPortion: orBefore(said.childrenPortion, extras.childrenPortion),
    services: said.services === undefined ? extras.services : said.services && [...said.services],
    isSummed: extras.isSummed && said.price === undefined,
  }
}

/** What the nights cost now; what they did before, as long as nothing better is known of the same rate. */
function nightsAfter(
  before: Stay,
  said: StayContents,
  persons: number,
  terms: StayTerms | undefined,
): number | null {
  const currency = said.currency ?? before.currency
  const rateId = orBefore(said.rateId, before.rateId)
  const isAsBefore = rateId === before.rateId && currency === before.currency
  const known = rateId !== null && isAsBefore ? extrasOf(before).nightsMinor : null
  return (terms?.currency === currency ? terms.priceFor(persons) : null) ?? known
}

function personsAfter(before: Stay, said: StayContents, faults: FieldError[]) {
  const adults = said.adults ?? before.adults
  const children = said.children ?? before.children
  const { kidsAges } = said
  if (adults < 1) faults.push({ field: 'adults', message: 'Minimum 1' })
  if (kidsAges && kidsAges.length !== children) {
    faults.push({ field: 'kidsAges', message: 'Kids age must have one entry for each child' })
  }
  // Ages of other children say nothing of these.
  const kept = children === before.children ? before.kidsAges : null
  return { adults, children, kidsAges: kidsAges === undefined ? kept : kidsAges && JSON.stringify(kidsAges) }
}

function moneyAfter(before: Stay, said: StayContents, extras: Extras, faults: FieldError[]) {
  const currency = said.currency ?? before.currency
  const minor = (amount: number | null) => (amount === null ? null : toMinor(amount, currency))
  const was = (amountMinor: number | null) =>
    amountMinor === null ? null : toMajor(amountMinor, before.currency)
  const roomPrice = orBefore(said.roomPrice, was(before.roomPriceMinor))
  const mealPrice = orBefore(said.mealPrice, was(before.mealPriceMinor))
  const services = (extras.services ?? []).filter(({ status }) => status === 1)
  const sum = services.reduce((total, { price, quantity }) => total + price * quantity, 0)
  const { isSummed, nightsMinor } = extras
  const parts = (roomPrice ?? 0) + (mealPrice ?? 0) + sum
  const summed = nightsMinor === null ? parts : toMajor(nightsMinor, currency)
  const price = isSummed ? summed : (said.price ?? toMajor(before.priceMinor, before.currency))
  const priceMinor = toMinor(price, currency)

  const discountKind = said.discountKind ?? before.discountKind ?? 'percent'
  const discount = said.discount ?? discountOf(before)
  const isFixed = discountKind === 'fixed'
  const discountValue = isFixed ? toMinor(discount, currency) : Math.round(discount * 100)
  if (!isFixed && discount > 100) faults.push({ field: 'discount', message: 'Maximum 100' })
  if (isFixed && discountValue > priceMinor) {
    faults.push({ field: 'discount', message: 'Discount must not be more than the price' })
  }
  const discountMinor = isFixed ? discountValue : Math.round((priceMinor * discountValue) / 10_000)

  const prepaymentMinor = minor(orBefore(said.prepayment, was(before.prepaymentMinor)))
  const paidMinor = {
    nothing: 0,
    prepayment: prepaymentMinor ?? 0,
    all: Math.max(0, priceMinor - discountMinor),
  }
  const paid = said.paid ?? paidOf(before)
  return {
    currency,
    roomPriceMinor: minor(roomPrice),
    mealPriceMinor: minor(mealPrice),
    priceMinor,
    discountKind,
    discountValue,
    discountMinor,
    prepaymentMinor,
    prepaymentDueAt: dueAtAfter(before, said),
    paidMinor: paidMinor[paid],
    paymentStatus: statusOf(paid, { priceMinor, discountMinor }),
  }
}

function statusOf(paid: Paid, price: { priceMinor: number; discountMinor: number }): Stay['paymentStatus'] {
  if (paid === 'nothing') return paymentStatusOf({ ...price, paidMinor: 0 })
  return paid === 'all' ? 'paid' : 'partially_paid'
}

/** The discount as it was given: percent, or an amount. */
export function discountOf({ discountKind, discountValue, currency }: Stay): number {
  if (discountValue === null) return 0
  return discountKind === 'fixed' ? toMajor(discountValue, currency) : discountValue / 100
}

function dueAtAfter({ prepaymentDueAt, timeZone }: Stay, { prepaymentDueOn }: StayContents): number | null {
  if (prepaymentDueOn === undefined) return prepaymentDueAt
  return prepaymentDueOn === null ? null : instantAt(timeZone, addDays(prepaymentDueOn, 1), 0)
}

/** All that a lock can say. */
const ofLocks: ReadonlySet<string> = new Set(['notes'])

/** Throws invalid for whatever is said that a lock has not. */
export function requireOfLock(said: object): void {
  const others = Object.entries(said).filter(([field, value]) => value !== undefined && !ofLocks.has(field))
  if (others.length === 0) return
  throw invalid(others.map(([field]) => ({ field, message: 'A lock takes only a room, dates and a text' })))
}
