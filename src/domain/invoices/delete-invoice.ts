import { ConstraintError } from '#db/database.ts'
import { deleteInvoiceItems, deleteInvoiceRow, invoiceById, invoiceReferringTo } from '#db/invoices.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireOwnInvoice } from './invoice.ts'

/**
 * Deletes the last invoice of its series, whose number is given again, or one with a number of its own; for members and keys of
 * the business. Throws not_found for anybody else's, conflict `invoice.not_last`, `invoice.referred_to`.
 */
export async function deleteInvoice(ctx: Context, id: number): Promise<void> {
  const {
    found: [found],
    referring: [referring],
  } = await ctx.read({ found: invoiceById({ id }), referring: invoiceReferringTo({ id }) })
  requireOwnInvoice(ctx, found)
  if (referring) throw new DomainError('invoice.referred_to')
  const statements = [deleteInvoiceItems({ invoiceId: id }), deleteInvoiceRow({ id })]
  try {
    await ctx.commit({ statements, result: undefined })
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error
    if (error.constraint === 'invoice_not_last') throw new DomainError('invoice.not_last', { cause: error })
    // One came to refer to it meanwhile.
    throw error.constraint === 'foreign_key'
      ? new DomainError('invoice.referred_to', { cause: error })
      : error
  }
}
