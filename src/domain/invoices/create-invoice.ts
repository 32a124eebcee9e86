import { listingByKey } from '#db/business-listings.ts'
import { businessById } from '#db/businesses.ts'
import type { CustomerRow } from '#db/customers.ts'
import { inOrder } from '#db/database.ts'
import { insertInvoice, lastNumber, putInvoiceItems } from '#db/invoices.ts'
import { actsInside } from '#domain/actor.ts'
import type { Business } from '#domain/businesses/business.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { toCustomer } from '#domain/customers/customer.ts'
import { dateAt } from '#domain/schedules/wall-clock.ts'
import {
  invalid,
  invoiceRefusal,
  nameOf,
  nobody,
  requireWhole,
  toColumns,
  toItem,
  untilNumbered,
} from './invoice.ts'
import type { Invoice, InvoiceDetails, ItemDetails, Party } from './invoice.ts'
import { fullNumberOf, isOfSeries, usualFormat } from './numbers.ts'
import type { Numbering } from './numbers.ts'
import { referenceStatements, requireReferences } from './references.ts'

/** Dates that are not said are today, the seller and the currency are the business's own, the buyer is the customer named. */
export type NewInvoice = Partial<InvoiceDetails> & {
  businessId: number
  type: Invoice['type']
  items: ItemDetails[]
  /** A number of the business's own making, outside the series. */
  customNumber?: string | null | undefined
}

/**
 * Makes out an invoice under the next number of its type and month; for members and keys of the business. Throws not_found
 * for anybody else's business, invalid for lines, a form of numbers or references that cannot be, conflict
 * `invoice.number_taken` for a number that another invoice has.
 */
export function createInvoice(ctx: Context, wish: NewInvoice): Promise<Invoice> {
  return untilNumbered(() => attempt(ctx, wish))
}

async function attempt(ctx: Context, { customNumber, items, ...said }: NewInvoice): Promise<Invoice> {
  const { businessId, type } = said
  const now = ctx.clock.now()
  // Whether it is still this month, the business's clock says; it seldom differs.
  const likely = (said.issuedOn ?? dateAt('UTC', now)).slice(0, 7)
  const {
    business: [own],
    listed: [listed],
    last,
    ...references
  } = await ctx.read({
    business: businessById({ id: businessId }),
    listed: listingByKey(businessId),
    last: lastNumber({ businessId, type, month: likely }),
    ...referenceStatements(said),
  })
  if (!own || !actsInside(ctx.actor, businessId)) throw businessNotFound()

  const issuedOn = said.issuedOn ?? dateAt(own.timeZone, now)
  const month = issuedOn.slice(0, 7)
  const numbering = { format: said.format ?? usualFormat, month, extraChar: said.extraChar ?? null }
  if (customNumber && isOfSeries(customNumber, numbering))
    throw invalid('invoice.number_of_series', 'customNumber')
  const [before] = month === likely ? last : (await ctx.read([lastNumber({ businessId, type, month })]))[0]
  const next = (before?.number ?? 0) + 1
  const accountId = ctx.actor.type === 'user' ? ctx.actor.accountId : null
  const currency = said.currency ?? own.currency
  const invoice: Invoice = {
    id: ctx.newId(),
    businessId,
    type,
    ...numbering,
    ...(customNumber ? { number: null, fullNumber: customNumber } : numbered(numbering, next)),
    buyer: said.buyer ?? buyerOf(references.customer[0]),
    seller: said.seller ?? sellerOf(listed),
    receiver: said.receiver ?? null,
    payment: said.payment ?? 'none',
    paymentStatus: said.paymentStatus ?? 'unpaid',
    issuedOn,
    soldOn: said.soldOn ?? issuedOn,
    paymentOn: said.paymentOn ?? issuedOn,
    currency,
    town: said.town ?? null,
    additionalInfo: said.additionalInfo ?? null,
    collectedBy: said.collectedBy ?? null,
    issuedBy: said.issuedBy ?? null,
    goodsCodes: said.goodsCodes ?? [],
    customerId: said.customerId ?? null,
    buyerErasedAt: null,
    bookingId: said.bookingId ?? null,
    prepaymentId: said.prepaymentId ?? null,
    correctionId: said.correctionId ?? null,
    items: items.map((item, index) => toItem(item, { position: index + 1, currency, accountId, index })),
    version: 1,
    createdAt: now,
    updatedAt: now,
    timeZone: own.timeZone,
  }
  requireReferences(invoice, references)
  requireWhole(invoice)
  // An answer that is kept is known before it is written, and so is its number.
  const reach = customNumber || ctx.owner !== null ? 1 : mostAtOnce
  const possible = [invoice, ...numbersAfter(invoice, reach - 1)]
  const statements = {
    made: insertInvoice({ ...toColumns(invoice), names: JSON.stringify(possible.map(nameOf)) }),
    items: putInvoiceItems({ businessId, invoiceId: invoice.id, items: JSON.stringify(invoice.items) }),
  }
  try {
    if (ctx.owner !== null) {
      return await ctx.commit({ statements: inOrder(statements), about: invoice.customerId, result: invoice })
    }
    const { made } = await ctx.commitAside({ statements })
    return possible.find((one) => one.number === made[0]?.number) ?? invoice
  } catch (error) {
    throw invoiceRefusal(error)
  }
}

/** How many of a series can be made out at the same time without one of them being tried again. */
const mostAtOnce = 50

function numbered(numbering: Numbering, number: number) {
  return { number, fullNumber: fullNumberOf(numbering, number) }
}

/** The invoice under so many of the numbers that follow its own. */
function numbersAfter(invoice: Invoice, count: number): Invoice[] {
  return Array.from({ length: count }, (_, index) => ({
    ...invoice,
    ...numbered(invoice, (invoice.number ?? 0) + index + 1),
  }))
}

function sellerOf(listed: Business | undefined): Party {
  const place = [listed?.postalCode, listed?.city].filter(Boolean).join(' ')
  const address = [listed?.street, place, listed?.country].filter(Boolean).join(', ')
  return { name: listed?.name ?? null, address: address || null, taxId: null, bankNumber: null }
}

function buyerOf(found: CustomerRow | undefined): Party {
  if (!found) return nobody
  const { name, forename, companyName, taxId, details } = toCustomer(found)
  const person = [forename, name].filter(Boolean).join(' ')
  return { name: companyName ?? (person || null), address: details.address ?? null, taxId }
}
