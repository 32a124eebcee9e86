import { invoiceById } from '#db/invoices.ts'
import type { Context } from '#domain/context.ts'
import { requireOwnInvoice } from './invoice.ts'
import type { Invoice } from './invoice.ts'

/** An invoice, for members and keys of its business. Throws not_found for anybody else's. */
export async function getInvoice(ctx: Context, id: number): Promise<Invoice> {
  const [[found]] = await ctx.read([invoiceById({ id })])
  return requireOwnInvoice(ctx, found)
}
