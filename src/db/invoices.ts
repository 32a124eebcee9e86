import { and, eq, getTableColumns, lt, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { bookings } from './bookings/bookings.ts'
import { businesses } from './businesses.ts'
import { customers, erased } from './customers.ts'
import type { Erased } from './customers.ts'
import { build, builder, isOneOf, statement } from './database.ts'
import type { Row, RowWith, Statement } from './database.ts'
import { firstRows, listing } from './page.ts'
import type { Window } from './page.ts'
import { foundByWords } from './search-words.ts'

export const invoiceTypes = [
  'standard',
  'vat',
  'pro_forma',
  'advance',
  'correction',
  'exempt',
  'advance_receipt',
  'correction_receipt',
] as const

export const invoicePayments = ['none', 'cash', 'transfer', 'card', 'virtual_card', 'online'] as const

export const invoicePaymentStatuses = ['unpaid', 'partially_paid', 'paid'] as const

/** The condition of the partial index below; a query that wants it says it in the same words. */
const erasedButPrinted = sql.raw('"buyerErasedAt" is not null')

/** What a business asks to be paid, as it is handed out. Dates are the business's own. */
export const invoices = sqliteTable(
  'invoices',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    type: text({ enum: invoiceTypes }).notNull(),
    /** YYYY-MM: with the type, the series in which it is numbered. */
    month: text().notNull(),
    /** 1, 2, 3 … in its series, without holes (by triggers); null for a number that the business itself gave. */
    number: integer(),
    /** As it is printed. */
    fullNumber: text().notNull(),
    format: text().notNull(),
    extraChar: text(),
    /** JSON objects: who buys, who sells, and who receives what was bought if that is somebody else. */
    buyer: text().notNull(),
    seller: text().notNull(),
    receiver: text(),
    payment: text({ enum: invoicePayments }).notNull(),
    paymentStatus: text({ enum: invoicePaymentStatuses }).notNull(),
    issuedOn: text().notNull(),
    soldOn: text().notNull(),
    /** Until when it is to be paid, or when it was. */
    paymentOn: text().notNull(),
    currency: text().notNull(),
    town: text(),
    additionalInfo: text(),
    /** Who took it, and who made it out. */
    collectedBy: text(),
    issuedBy: text(),
    /** JSON array of codes of goods, as tax offices ask for them. */
    goodsCodes: text().notNull(),
    customerId: integer().references(() => customers.id),
    /** When the customer was erased who is still printed on it; null again once nobody is. */
    buyerErasedAt: integer(),
    bookingId: integer().references(() => bookings.id),
    /** The invoice of what was paid in advance, and the one that this corrects. */
    prepaymentId: integer().references((): AnySQLiteColumn => invoices.id),
    correctionId: integer().references((): AnySQLiteColumn => invoices.id),
    /** JSON array of the words by which it is found. */
    words: text().notNull(),
    version: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('invoicesByNumber').on(t.businessId, t.type, t.month, t.number),
    uniqueIndex('invoicesByFullNumber').on(t.businessId, t.type, t.fullNumber),
    index('invoicesByBusiness').on(t.businessId, t.id),
    index('invoicesInOrder').on(t.businessId, t.number, t.id),
    index('invoicesByIssue').on(t.businessId, t.issuedOn, t.id),
    index('invoicesByUpdate').on(t.businessId, t.updatedAt, t.id),
    index('invoicesByBooking')
      .on(t.businessId, t.bookingId, t.id)
      .where(sql`${t.bookingId} is not null`),
    index('invoicesByCustomer')
      .on(t.customerId)
      .where(sql`${t.customerId} is not null`),
    index('invoicesOfTheErased').on(t.issuedOn, t.id).where(erasedButPrinted),
    index('invoicesByPrepayment')
      .on(t.prepaymentId)
      .where(sql`${t.prepaymentId} is not null`),
    index('invoicesByCorrection')
      .on(t.correctionId)
      .where(sql`${t.correctionId} is not null`),
    check('invoicesType', isOneOf(t.type, invoiceTypes)),
    check('invoicesPayment', isOneOf(t.payment, invoicePayments)),
    check('invoicesPaymentStatus', isOneOf(t.paymentStatus, invoicePaymentStatuses)),
    check('invoicesMonth', sql`${t.month} glob '????-??' and (${t.number} is null or ${t.number} >= 1)`),
    check(
      'invoicesDates',
      sql`${t.issuedOn} glob ${t.month} || '-??' and ${t.soldOn} glob '????-??-??' and ${t.paymentOn} glob '????-??-??'`,
    ),
    check(
      'invoicesParties',
      sql`json_valid(${t.buyer}) and json_valid(${t.seller}) and (${t.receiver} is null or json_valid(${t.receiver})) and length(${t.buyer}) <= 4096 and length(${t.seller}) <= 4096 and length(${t.receiver}) <= 4096`,
    ),
    check('invoicesWords', sql`json_valid(${t.words}) and length(${t.words}) <= 4096`),
    check('invoicesGoodsCodes', sql`json_valid(${t.goodsCodes}) and length(${t.goodsCodes}) <= 1000`),
    check(
      'invoicesTexts',
      sql`length(${t.fullNumber}) <= 100 and length(${t.format}) <= 50 and length(${t.extraChar}) <= 10 and length(${t.town}) <= 100 and length(${t.additionalInfo}) <= 2000 and length(${t.collectedBy}) <= 200 and length(${t.issuedBy}) <= 200`,
    ),
  ],
)

/** What was sold: a line of an invoice. */
export const invoiceItems = sqliteTable(
  'invoiceItems',
  {
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    invoiceId: integer()
      .notNull()
      .references(() => invoices.id),
    position: integer().notNull(),
    name: text().notNull(),
    /** With its tax, and below zero where something is given back. */
    unitPriceMinor: integer().notNull(),
    quantityThousandths: integer().notNull(),
    unit: text(),
    /** Percent of tax as a decimal, or the word for why there is none. */
    rate: text().notNull(),
    symbol: text(),
    /** The account that wrote it down; null for a key. */
    accountId: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.invoiceId, t.position] }),
    check('invoiceItemsPosition', sql`${t.position} between 1 and 1000`),
    check(
      'invoiceItemsTexts',
      sql`length(${t.name}) <= 500 and length(${t.unit}) <= 20 and length(${t.rate}) <= 10 and length(${t.symbol}) <= 40`,
    ),
  ],
)

export type InvoiceItem = Omit<Row<typeof invoiceItems>, 'businessId' | 'invoiceId'>

/** An invoice with its lines, JSON of `InvoiceItem[]` in their order, and by whose clock it is dated. */
const invoice = {
  ...getTableColumns(invoices),
  items: sql<string>`(
    select json_group_array(json_object('position', "position", 'name', "name", 'unitPriceMinor', "unitPriceMinor",
      'quantityThousandths', "quantityThousandths", 'unit', "unit", 'rate', "rate", 'symbol', "symbol",
      'accountId', "accountId"))
    from (select * from "invoiceItems" where "invoiceId" = "invoices"."id" order by "position"))`.as('items'),
  timeZone: sql<string>`(select "timeZone" from "businesses" where "id" = "invoices"."businessId")`.as(
    'timeZone',
  ),
}
export type InvoiceRow = RowWith<typeof invoice>

export const invoiceById = statement((given: { id: number }) =>
  builder.select(invoice).from(invoices).where(eq(invoices.id, given.id)),
)

/** The invoices that one refers to. */
export const invoicesReferredTo = statement((given: { id: number }) => {
  const { id, prepaymentId, correctionId } = invoices
  const referring = builder
    .select({ prepaymentId, correctionId })
    .from(invoices)
    .where(eq(id, given.id))
    .as('referring')
  return builder
    .select(invoice)
    .from(referring)
    .crossJoin(invoices)
    .where(or(eq(id, referring.prepaymentId), eq(id, referring.correctionId)))
})

/** One that refers to an invoice, if there is any. */
export const invoiceReferringTo = statement((given: { id: number }) =>
  builder
    .select({ id: invoices.id })
    .from(invoices)
    .where(or(eq(invoices.prepaymentId, given.id), eq(invoices.correctionId, given.id)))
    .limit(1),
)

/** The last number of a series; null before the first. */
export const lastNumber = statement(
  (given: { businessId: number; type: (typeof invoiceTypes)[number]; month: string }) =>
    builder
      .select({ number: sql<number | null>`max(${invoices.number})`.as('number') })
      .from(invoices)
      .where(
        and(
          eq(invoices.businessId, given.businessId),
          eq(invoices.type, given.type),
          eq(invoices.month, given.month),
        ),
      ),
)

/** What an invoice is called, as one of those that it could be: `words` is the column. */
export interface InvoiceName {
  number: number | null
  fullNumber: string
  words: string
}

const { number, fullNumber, words, ...saidOfInvoices } = getTableColumns(invoices)
const named = [number, fullNumber, words]

/**
 * Makes out an invoice under that of some names (JSON of `InvoiceName[]`) whose number is the next of its series: which one that
 * is, is known here alone. Answers it; fails with `invoice_number_taken` when it is none of them.
 */
export const insertInvoice = statement(
  // Raw: an insert-select out of JSON.
  (given: Omit<Row<typeof invoices>, keyof InvoiceName> & { names: string }) => {
    const columns = Object.entries(saidOfInvoices)
    const values: Record<string, unknown> = given
    const marks = columns.map(([key]) => sql`${values[key]}`)
    const identifiers = [...columns.map(([, column]) => column), ...named].map(({ name }) =>
      sql.identifier(name),
    )
    return sql<{ number: number | null }>`
  insert into "invoices" (${sql.join(identifiers, sql`, `)})
  select ${sql.join(marks, sql`, `)}, value ->> 'number', value ->> 'fullNumber', value ->> 'words'
  from json_each(${given.names})
  order by value ->> 'number' = 1 + (
    select coalesce(max("number"), 0) from "invoices"
    where "businessId" = ${given.businessId} and "type" = ${given.type} and "month" = ${given.month}) desc
  limit 1
  returning "number"
`
  },
)

/** Lines as JSON of `InvoiceItem[]`: those of a position that there is replace it. */
export const putInvoiceItems = statement(
  // Raw: an upsert out of JSON.
  (given: { businessId: number; invoiceId: number; items: string }) => sql`
  insert into "invoiceItems" ("businessId", "invoiceId", "position", "name", "unitPriceMinor", "quantityThousandths",
    "unit", "rate", "symbol", "accountId")
  select ${given.businessId}, ${given.invoiceId}, value ->> 'position', value ->> 'name', value ->> 'unitPriceMinor',
    value ->> 'quantityThousandths', value ->> 'unit', value ->> 'rate', value ->> 'symbol', value ->> 'accountId'
  from json_each(${given.items}) where true
  on conflict ("invoiceId", "position") do update set "name" = excluded."name",
    "unitPriceMinor" = excluded."unitPriceMinor", "quantityThousandths" = excluded."quantityThousandths",
    "unit" = excluded."unit", "rate" = excluded."rate", "symbol" = excluded."symbol"
`,
)

/** Fails on `invoices.version` when somebody else has changed the invoice since that version. */
export function updateInvoiceColumns(
  { id, version }: { id: number; version: number },
  changes: Partial<Row<typeof invoices>>,
): Statement {
  const next = sql`case when "version" = ${version} then ${version + 1} end`
  return build(
    builder
      .update(invoices)
      .set({ ...changes, version: next })
      .where(eq(invoices.id, id)),
  )
}

export const deleteInvoiceItems = statement((given: { invoiceId: number }) =>
  builder.delete(invoiceItems).where(eq(invoiceItems.invoiceId, given.invoiceId)),
)

/** Fails with `invoice_not_last` when others of its series follow, on a foreign key when one refers to it. */
export const deleteInvoiceRow = statement((given: { id: number }) =>
  builder.delete(invoices).where(eq(invoices.id, given.id)),
)

/**
 * Takes customers who are erased off their invoices. Who bought stays printed on them for now: sellers must keep what they
 * handed out.
 */
export const releaseInvoicesOf = statement((given: Erased & { now: number }) =>
  builder
    .update(invoices)
    .set({ customerId: null, buyerErasedAt: given.now, additionalInfo: null, collectedBy: null })
    .where(sql`${invoices.customerId} in (select "id" from (${erased(given)}))`),
)

/** Invoices on which somebody is still printed who was erased, issued before a day, the eldest first. */
export const invoicesOfErasedBuyers = statement((given: { issuedBeforeOn: string; limit: number }) =>
  builder
    .select({ id: invoices.id, fullNumber: invoices.fullNumber })
    .from(invoices)
    .where(and(erasedButPrinted, lt(invoices.issuedOn, given.issuedBeforeOn)))
    .orderBy(invoices.issuedOn, invoices.id)
    .limit(given.limit),
)

/** Prints nobody any more on invoices, which are found by these words from now on: JSON [[id, words]]. */
export const forgetBuyers = statement(
  // Raw: an update out of JSON.
  (given: { words: string; nobody: string; now: number }) => sql`
  update "invoices" set "buyer" = ${given.nobody}, "receiver" = null, "buyerErasedAt" = null, "words" = given."value" ->> 1,
    "version" = "version" + 1, "updatedAt" = ${given.now}
  from json_each(${given.words}) as given
  where "invoices"."id" = given."value" ->> 0 and "buyerErasedAt" is not null
`,
)

export type InvoiceOrder = 'id' | 'number' | 'issuedOn' | 'updatedAt'

export interface InvoiceQuery {
  businessId: number
  type?: (typeof invoiceTypes)[number] | undefined
  /** JSON array of the beginnings of words, all of which must fit, the rarest first. */
  words?: string | undefined
  bookingId?: number | undefined
  /** The days of issue, both included. */
  fromOn?: string | undefined
  toOn?: string | undefined
  /** Changed since. */
  updatedFrom?: number | undefined
  by: InvoiceOrder
  descending: boolean
}

const column = {
  id: sql`"invoices"."id"`,
  number: sql`"invoices"."number"`,
  issuedOn: sql`"invoices"."issuedOn"`,
  updatedAt: sql`"invoices"."updatedAt"`,
}

function keyOf(by: InvoiceOrder): SQL[] {
  if (by === 'number' || by === 'issuedOn' || by === 'updatedAt') return [column[by], column.id]
  return [column.id]
}

/** A business's invoices. Filters find any among the first that are counted at most, by the one of them that finds fewest. */
export function invoiceList(query: InvoiceQuery, window: Window, countUpTo: number) {
  const { businessId, type, words, bookingId, fromOn, toOn, updatedFrom, by, descending } = query
  const key = keyOf(by)
  const own = sql`"invoices"."businessId" = ${businessId}`
  const ofType = type === undefined ? sql`` : sql` and "invoices"."type" = ${type}`
  const from = fromOn === undefined ? sql`` : sql` and ${column.issuedOn} >= ${fromOn}`
  const to = toOn === undefined ? sql`` : sql` and ${column.issuedOn} <= ${toOn}`
  /** By which an index finds, the one that finds fewest first. */
  const filters = [
    bookingId !== undefined && { where: sql` and "invoices"."bookingId" = ${bookingId}`, key: keyOf('id') },
    (fromOn ?? toOn) !== undefined && { where: sql`${from}${to}`, key: keyOf('issuedOn') },
    updatedFrom !== undefined && {
      where: sql` and ${column.updatedAt} >= ${updatedFrom}`,
      key: keyOf('updatedAt'),
    },
    type !== undefined && { where: sql``, key },
  ].filter((filter) => filter !== false)
  const [first] = filters
  const all = first
    ? firstRows('invoices', { ...first, where: sql`${own}${first.where}`, descending, limit: countUpTo })
    : sql`"invoices"`
  const listed = {
    columns: invoice,
    from: words === undefined ? all : foundByWords('invoices', { businessId, subject: 'invoice', words }),
    where: sql.join([own, ofType, ...filters.map(({ where }) => where)], sql``),
    key,
    descending,
  }
  return listing(listed, window, countUpTo)
}
