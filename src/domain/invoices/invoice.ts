import { ConstraintError } from '#db/database.ts'
import type { InvoiceItem, InvoiceName, InvoiceRow } from '#db/invoices.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { errorCodes } from '#domain/error-codes.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { parseDecimal } from '#domain/prices/decimal.ts'
import { wordsOf } from '#domain/search-words.ts'
import { untilFirst } from '#domain/until-first.ts'
import { isFormat } from './numbers.ts'
import { grossOf } from './totals.ts'
import type { Line } from './totals.ts'

export { invoicePayments, invoicePaymentStatuses, invoiceTypes } from '#db/invoices.ts'
export type { InvoiceItem } from '#db/invoices.ts'

/** Somebody whom an invoice names. */
export interface Party {
  name: string | null
  address: string | null
  taxId: string | null
  bankNumber?: string | null
}

export const nobody: Party = { name: null, address: null, taxId: null }

/** An invoice; `timeZone` is by whose clock the business dates what it writes. */
export interface Invoice extends Omit<
  InvoiceRow,
  'buyer' | 'seller' | 'receiver' | 'goodsCodes' | 'items' | 'words'
> {
  buyer: Party
  seller: Party
  receiver: Party | null
  goodsCodes: string[]
  items: InvoiceItem[]
}

/** A line as it is said. */
export interface ItemDetails extends Omit<Line, 'unitPriceMinor'> {
  name: string
  /** A decimal in the currency of the invoice, with tax. */
  unitPrice: string
  unit?: string | null | undefined
  symbol?: string | null | undefined
}

/** What a business says of an invoice; dates are its own days. */
export interface InvoiceDetails {
  buyer: Party
  seller: Party
  receiver: Party | null
  format: string
  extraChar: string | null
  payment: Invoice['payment']
  paymentStatus: Invoice['paymentStatus']
  issuedOn: string
  soldOn: string
  paymentOn: string
  currency: string
  town: string | null
  additionalInfo: string | null
  collectedBy: string | null
  issuedBy: string | null
  goodsCodes: string[]
  customerId: number | null
  bookingId: number | null
  prepaymentId: number | null
  correctionId: number | null
}

export const mostItems = 100
/** Of one line, minor units. */
const mostMinor = 1_000_000_000_000

export function toInvoice({ words: _, ...row }: InvoiceRow): Invoice {
  return {
    ...row,
    buyer: parseOwn<Party>(row.buyer),
    seller: parseOwn<Party>(row.seller),
    receiver: row.receiver === null ? null : parseOwn<Party>(row.receiver),
    goodsCodes: parseOwn<string[]>(row.goodsCodes),
    items: parseOwn<InvoiceItem[]>(row.items),
  }
}

/** Where a line stands, in what it is reckoned, and who says it: `index` is its place in what is said. */
interface Place {
  position: number
  currency: string
  accountId: number | null
  index: number
}

/** Throws invalid `invoice.invalid_price` for a price that is finer than its currency. */
export function toItem(said: ItemDetails, { position, currency, accountId, index }: Place): InvoiceItem {
  const { name, unitPrice, quantityThousandths, unit = null, rate, symbol = null } = said
  const size = parseDecimal(unitPrice.replace('-', ''), currency)
  if (size === undefined) {
    throw invalid(
      'invoice.invalid_price',
      `items.${index}.unitPrice`,
      `Must be an amount of ${currency}, no finer than its coins`,
    )
  }
  const unitPriceMinor = unitPrice.startsWith('-') ? -size : size
  return { position, name, unitPriceMinor, quantityThousandths, unit, rate, symbol, accountId }
}

/** The columns of an invoice; its lines and the clock of the business are elsewhere. */
export function toColumns({ items: _, timeZone: __, ...invoice }: Invoice) {
  const { buyer, seller, receiver, goodsCodes } = invoice
  return {
    ...invoice,
    buyer: JSON.stringify(buyer),
    seller: JSON.stringify(seller),
    receiver: receiver && JSON.stringify(receiver),
    goodsCodes: JSON.stringify(goodsCodes),
    ...nameOf(invoice),
  }
}

/** The columns of an invoice that depend on its number. */
export function nameOf(invoice: Named & Pick<Invoice, 'number'>): InvoiceName {
  return { number: invoice.number, fullNumber: invoice.fullNumber, words: wordsOfInvoice(invoice) }
}

type Named = Pick<Invoice, 'fullNumber' | 'buyer' | 'receiver'>

/** JSON of the words by which an invoice is found: of its number, and of who bought. */
export function wordsOfInvoice({ fullNumber, buyer, receiver }: Named): string {
  return JSON.stringify(wordsOf([fullNumber, buyer.taxId, buyer.name, receiver?.name]))
}

export function invoiceNotFound(): DomainError {
  return new DomainError('invoice.not_found')
}

/** What was found, if the caller acts inside its business. Throws not_found for everybody else. */
export function requireOwnInvoice({ actor }: Pick<Context, 'actor'>, found: InvoiceRow | undefined): Invoice {
  if (!found || !actsInside(actor, found.businessId)) throw invoiceNotFound()
  return toInvoice(found)
}

/**
 * Throws invalid for an invoice without a buyer or in a form of numbers that cannot be, and for lines that are none, too many,
 * too large, or below zero where they ask for money.
 */
export function requireWhole({ type, format, buyer, items }: Invoice): void {
  if (!isFormat(format)) throw invalid('invoice.invalid_format', 'format')
  if (buyer.name === null) throw invalid('invoice.no_buyer', 'buyer')
  if (items.length === 0) throw invalid('invoice.no_items', 'items')
  if (items.length > mostItems) throw invalid('invoice.too_many_items', 'items')
  const isCorrection = type === 'correction' || type === 'correction_receipt'
  for (const [index, item] of items.entries()) {
    const grossMinor = grossOf(item)
    if (Math.abs(grossMinor) > mostMinor) throw invalid('invoice.too_large', `items.${index}.quantity`)
    if (grossMinor < 0 && !isCorrection) throw invalid('invoice.below_zero', `items.${index}.unitPrice`)
  }
}

type InvalidCode =
  | 'invoice.no_items'
  | 'invoice.too_many_items'
  | 'invoice.too_large'
  | 'invoice.below_zero'
  | 'invoice.invalid_format'
  | 'invoice.number_of_series'
  | 'invoice.other_month'
  | 'invoice.other_type'
  | 'invoice.unknown_reference'
  | 'invoice.unknown_item'
  | 'invoice.incomplete_item'
  | 'invoice.no_buyer'
  | 'invoice.invalid_price'

export function invalid(
  code: InvalidCode,
  field: string,
  message: string = errorCodes[code].message,
): DomainError {
  return new DomainError(code, { message, errors: [{ field, message }] })
}

/**
 * Does work again as long as what was read is no longer so: its number is taken, the invoice was changed, or one that it refers
 * to is deleted. Throws unavailable `invoice.busy`.
 */
export function untilNumbered<T>(work: () => Promise<T>): Promise<T> {
  return untilFirst(work, {
    outrunBy: ['invoice_number_taken', 'invoices.version', 'foreign_key'],
    busy: 'invoice.busy',
  })
}

/** What the database refused about an invoice, in words. */
export function invoiceRefusal(error: unknown): unknown {
  const isTaken = error instanceof ConstraintError && error.constraint.endsWith('invoices.fullNumber')
  return isTaken ? new DomainError('invoice.number_taken', { cause: error }) : error
}
