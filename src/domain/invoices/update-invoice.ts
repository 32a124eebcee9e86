import { invoiceById, putInvoiceItems, updateInvoiceColumns } from '#db/invoices.ts'
import type { Context } from '#domain/context.ts'
import { toDecimal } from '#domain/prices/decimal.ts'
import {
  invalid,
  invoiceRefusal,
  nobody,
  requireOwnInvoice,
  requireWhole,
  toColumns,
  toItem,
  untilNumbered,
} from './invoice.ts'
import type { Invoice, InvoiceDetails, InvoiceItem, ItemDetails, Party } from './invoice.ts'
import { fullNumberOf } from './numbers.ts'
import { referenceStatements, requireReferences } from './references.ts'

/** An item with a position edits that line in what it names, one without adds a line. */
export type ItemChange = Partial<ItemDetails> & { position?: number | undefined }

export type InvoiceChanges = Partial<Omit<InvoiceDetails, 'buyer' | 'seller' | 'receiver'>> & {
  buyer?: Partial<Party> | undefined
  seller?: Partial<Party> | undefined
  receiver?: Partial<Party> | null | undefined
  items?: ItemChange[] | undefined
  /** Only as it is. */
  type?: Invoice['type'] | undefined
}

/**
 * Changes what is named of an invoice; for members and keys of its business. Its type and its number stay: so the day of issue
 * stays in its month. Throws not_found for anybody else's, invalid as `createInvoice` does, and for a line that is not there.
 */
export function updateInvoice(ctx: Context, id: number, changes: InvoiceChanges): Promise<Invoice> {
  return untilNumbered(() => attempt(ctx, id, changes))
}

async function attempt(ctx: Context, id: number, changes: InvoiceChanges): Promise<Invoice> {
  const { found, ...references } = await ctx.read({
    found: invoiceById({ id }),
    ...referenceStatements(changes),
  })
  const before = requireOwnInvoice(ctx, found[0])
  const { buyer, seller, receiver, items = [], ...plain } = changes
  const accountId = ctx.actor.type === 'user' ? ctx.actor.accountId : null
  const after: Invoice = {
    ...before,
    ...plain,
    buyer: { ...before.buyer, ...buyer },
    seller: { ...before.seller, ...seller },
    receiver: receiver
      ? { ...nobody, ...before.receiver, ...receiver }
      : withoutChange(receiver, before.receiver),
    items: withItems(before, items, { currency: plain.currency ?? before.currency, accountId }),
    version: before.version + 1,
    updatedAt: ctx.clock.now(),
  }
  if (after.type !== before.type) throw invalid('invoice.other_type', 'invoiceType')
  if (after.issuedOn.slice(0, 7) !== before.month) throw invalid('invoice.other_month', 'issuedOn')
  const isReferring = (after.prepaymentId ?? after.correctionId) !== null
  if (isReferring && after.currency !== before.currency)
    throw invalid('invoice.unknown_reference', 'currency')
  if (after.number !== null) after.fullNumber = fullNumberOf(after, after.number)
  requireWhole(after)
  // What was referred to before was looked at when it was said.
  requireReferences({ ...after, ...unsaid, ...saidOf(changes) }, references)

  // Whether the buyer was erased, erasure alone says, also while this is on its way.
  const { buyerErasedAt: _, ...columns } = toColumns(after)
  const statements = [
    updateInvoiceColumns(before, columns),
    putInvoiceItems({ businessId: before.businessId, invoiceId: id, items: JSON.stringify(after.items) }),
  ]
  try {
    return await ctx.commit({ statements, about: after.customerId, result: after })
  } catch (error) {
    throw invoiceRefusal(error)
  }
}

/** Null takes the receiver away, undefined leaves them. */
function withoutChange(receiver: null | undefined, before: Party | null): Party | null {
  return receiver === null ? null : before
}

const unsaid = { customerId: null, bookingId: null, prepaymentId: null, correctionId: null }

function saidOf({ customerId, bookingId, prepaymentId, correctionId }: InvoiceChanges) {
  return {
    ...(customerId && { customerId }),
    ...(bookingId && { bookingId }),
    ...(prepaymentId && { prepaymentId }),
    ...(correctionId && { correctionId }),
  }
}

function withItems(
  before: Invoice,
  changes: readonly ItemChange[],
  { currency, accountId }: { currency: string; accountId: number | null },
): InvoiceItem[] {
  const items = new Map(
    before.items.map((item) => [
      item.position,
      currency === before.currency ? item : inCurrency(item, before.currency, currency),
    ]),
  )
  for (const [index, { position, ...change }] of changes.entries()) {
    if (position === undefined) {
      const next = Math.max(0, ...items.keys()) + 1
      items.set(next, toItem(wholeOf(change, index), { position: next, currency, accountId, index }))
      continue
    }
    const known = items.get(position)
    if (!known) throw invalid('invoice.unknown_item', `items.${index}.position`)
    const said = { ...known, unitPrice: toDecimal(known.unitPriceMinor, currency), ...change }
    items.set(position, toItem(said, { position, currency, accountId: known.accountId, index }))
  }
  return [...items.values()]
}

/** The same amount in another currency's units. */
function inCurrency(item: InvoiceItem, from: string, currency: string): InvoiceItem {
  const { position, accountId } = item
  const unitPrice = toDecimal(item.unitPriceMinor, from)
  return toItem({ ...item, unitPrice }, { position, currency, accountId, index: position - 1 })
}

/** Throws invalid for a line that lacks its name or its price. */
function wholeOf(change: Partial<ItemDetails>, index: number): ItemDetails {
  const { name, unitPrice, quantityThousandths = 1000, rate = '0' } = change
  if (name === undefined) throw invalid('invoice.incomplete_item', `items.${index}.name`, 'Name is required')
  if (unitPrice === undefined) {
    throw invalid('invoice.incomplete_item', `items.${index}.unitPrice`, 'Price is required')
  }
  return { ...change, name, unitPrice, quantityThousandths, rate }
}
