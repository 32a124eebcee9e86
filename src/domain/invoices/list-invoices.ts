import { invoiceList } from '#db/invoices.ts'
import type { InvoiceOrder, InvoiceQuery } from '#db/invoices.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { searchedWords } from '#domain/search-words.ts'
import { toInvoice } from './invoice.ts'
import type { Invoice } from './invoice.ts'

export interface InvoiceWish extends Omit<InvoiceQuery, 'words' | 'by' | 'descending'> {
  /** Words, each of which must begin a word of the buyer's or receiver's name, the tax id or the number. */
  search?: string | undefined
  /** What was made out first has the smallest id. */
  by?: InvoiceOrder | undefined
  /** The last first, unless said otherwise. */
  descending?: boolean | undefined
}

/**
 * The invoices of a business, for its members and keys: not_found for everybody else. A search looks at the first 1,000 that
 * have its longest word; of other filters, the first in the order of the interface looks at 10,000 at most.
 */
export async function listInvoices(
  ctx: Context,
  { search, by = 'id', descending = true, ...filter }: InvoiceWish,
  page: PageRequest,
): Promise<Page<Invoice>> {
  const words = search === undefined ? undefined : JSON.stringify(searchedWords(search))
  const {
    found,
    count: [count],
  } = await ctx.read(invoiceList({ ...filter, words, by, descending }, page, countedUpTo))
  if (!actsInside(ctx.actor, filter.businessId)) throw businessNotFound()
  const keyOf = (entry: Invoice) => (by === 'id' ? [entry.id] : [entry[by] ?? 0, entry.id])
  return toPage(page, found.map(toInvoice), count?.total ?? 0, keyOf)
}
