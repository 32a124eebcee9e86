import { listingByKey } from '#db/business-listings.ts'
import { invoiceById, invoicesReferredTo } from '#db/invoices.ts'
import type { Context } from '#domain/context.ts'
import { invoiceNotFound, requireOwnInvoice, toInvoice } from './invoice.ts'
import type { Invoice } from './invoice.ts'
import { totalsOf } from './totals.ts'
import type { Totals } from './totals.ts'

/** An invoice with all that is printed on it. */
export interface InvoiceDocument {
  invoice: Invoice
  totals: Totals
  /** The invoice of what was paid before. */
  prepayment: { fullNumber: string; grossMinor: number } | null
  corrected: { fullNumber: string; issuedOn: string } | null
  /** What is still to be paid; 0 when it was. */
  dueMinor: number
  /** Where the business is: ISO 3166-1, in whose language the invoice is written. */
  country: string | null
}

/** Throws not_found for an invoice of anybody else. */
export async function getInvoiceDocument(
  ctx: Context,
  { businessId, id }: { businessId: number; id: number },
): Promise<InvoiceDocument> {
  const {
    found: [found],
    referredTo,
    listed: [listed],
  } = await ctx.read({
    found: invoiceById({ id }),
    referredTo: invoicesReferredTo({ id }),
    listed: listingByKey(businessId),
  })
  const invoice = requireOwnInvoice(ctx, found)
  if (invoice.businessId !== businessId) throw invoiceNotFound()
  const others = referredTo.map(toInvoice)
  const prepayment = others.find((other) => other.id === invoice.prepaymentId)
  const corrected = others.find((other) => other.id === invoice.correctionId)
  const totals = totalsOf(invoice.items)
  const paidBeforeMinor = prepayment ? totalsOf(prepayment.items).grossMinor : 0
  return {
    invoice,
    totals,
    prepayment: prepayment ? { fullNumber: prepayment.fullNumber, grossMinor: paidBeforeMinor } : null,
    corrected: corrected ? { fullNumber: corrected.fullNumber, issuedOn: corrected.issuedOn } : null,
    dueMinor: invoice.paymentStatus === 'paid' ? 0 : totals.grossMinor - paidBeforeMinor,
    country: listed?.country ?? null,
  }
}
