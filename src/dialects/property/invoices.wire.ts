// An invoice: flat or nested as it comes, nested as it is shown.
import { z } from '@hono/zod-openapi'
import type { NewInvoice } from '#domain/invoices/create-invoice.ts'
import { invoicePayments, invoicePaymentStatuses, invoiceTypes } from '#domain/invoices/invoice.ts'
import type { Invoice, InvoiceItem, ItemDetails, Party } from '#domain/invoices/invoice.ts'
import type { InvoiceWish } from '#domain/invoices/list-invoices.ts'
import { totalsOf, untaxed } from '#domain/invoices/totals.ts'
import type { InvoiceChanges, ItemChange } from '#domain/invoices/update-invoice.ts'
import { isCurrency, toMajor } from '#domain/prices/currency.ts'
import {
  day,
  definedOf,
  id,
  idText,
  optionalText,
  pageQuery,
  text,
  toLocalTime,
  unixSeconds,
  wholeText,
  localTime,
  date,
} from './wire.ts'

/** What this dialect counts from 0 is a word of the domain. */
function numbered<const Words extends readonly string[]>(words: Words) {
  return z
    .int()
    .min(0)
    .max(words.length - 1)
    .transform((index): Words[number] => words[index] ?? words[0] ?? '')
    .openapi({ type: 'integer', minimum: 0, maximum: words.length - 1 })
}

/** A number, or its text, as a decimal of at most so many places. */
const decimal = (places: number, isSigned: boolean) =>
  z
    .union([z.number(), z.string().trim().max(20)])
    .transform(String)
    .refine(
      (given) => new RegExp(`^${isSigned ? '-?' : ''}\\d{1,12}(\\.\\d{1,${places}})?$`).test(given),
      `must be a number with at most ${places} decimals`,
    )

const thousandths = decimal(3, true).transform((given) => Math.round(Number(given) * 1000))

const rate = z
  .union([
    z.enum(untaxed),
    decimal(2, false)
      .refine((given) => Number(given) <= 100, 'Maximum 100')
      .transform((given) => String(Number(given))),
  ])
  .openapi({ description: 'Percent of tax; or zw, np, oo where there is none' })

const party = z.strictObject({
  companyName: optionalText(300),
  address: optionalText(500),
  taxId: optionalText(40),
  bankNo: optionalText(60),
})

const itemFields = {
  name: text(500),
  grossUnitPrice: decimal(6, true),
  quantity: thousandths,
  unit: optionalText(20),
  rate,
  symbol: optionalText(40),
}
/** What an answer says of an item beside that. */
const unheededOfItem = {
  invoiceId: id.nullable().optional(),
  userId: id.nullable().optional(),
  status: z.int().nullable().optional(),
}
const newItem = z
  .strictObject({
    ...itemFields,
    quantity: itemFields.quantity.optional(),
    rate: rate.optional(),
    positionId: id.nullable().optional(),
    ...unheededOfItem,
  })
  .openapi('NewInvoiceItem')
const itemChange = z
  .strictObject({
    ...z.object(itemFields).partial().shape,
    positionId: id.nullable().optional(),
    ...unheededOfItem,
  })
  .openapi('InvoiceItemChange', {
    description: 'With a positionId it edits that item, without one it adds an item',
  })

const fields = {
  format: text(50).optional().openapi({ example: 'NUMBER/MM/YYYY' }),
  extraChar: optionalText(10),
  buyer: party.optional(),
  seller: party.optional(),
  receiver: party.nullable().optional(),
  companyNameBuyer: optionalText(300),
  addressBuyer: optionalText(500),
  taxIdBuyer: optionalText(40),
  companyNameSeller: optionalText(300),
  addressSeller: optionalText(500),
  taxIdSeller: optionalText(40),
  bankNoSeller: optionalText(60),
  companyNameReceiver: optionalText(300),
  addressReceiver: optionalText(500),
  taxIdReceiver: optionalText(40),
  bankNoReceiver: optionalText(60),
  paymentType: numbered(invoicePayments).optional(),
  paymentStatus: numbered(invoicePaymentStatuses).optional(),
  issueDate: day.optional(),
  saleDate: day.optional(),
  paymentDate: day.optional(),
  currency: z.string().refine(isCurrency, 'Currency must be an ISO 4217 code').optional(),
  town: optionalText(100),
  additionalInfo: optionalText(2000),
  personCollect: optionalText(200),
  personIssue: optionalText(200),
  clientId: id.nullable().optional(),
  reservationId: id.nullable().optional(),
  prepaymentId: id.nullable().optional(),
  correctionId: id.nullable().optional(),
  gtuCodes: z.array(text(10)).max(20).optional(),
}
const example = {
  companyNameBuyer: 'Novak d.o.o.',
  addressBuyer: 'Glavni trg 1, Ljubljana',
  taxIdBuyer: 'SI12345678',
  invoiceType: 1,
  issueDate: '2031-03-03',
  items: [{ name: 'Night in a double room', grossUnitPrice: 99, quantity: 2, unit: 'night', rate: 9.5 }],
}

export const newInvoice = z
  .strictObject({
    ...fields,
    invoiceType: numbered(invoiceTypes).optional(),
    customNumber: optionalText(100).openapi({ description: 'A number outside the series' }),
    items: z.array(newItem).optional(),
    invoiceItems: z.array(newItem).optional(),
  })
  .openapi('NewInvoice', { example })

export const invoiceChanges = z
  .strictObject({
    ...fields,
    items: z.array(itemChange).optional(),
    invoiceItems: z.array(itemChange).optional(),
    // What an answer says beside that, which may come back with a change and says nothing there.
    invoiceId: id.optional(),
    invoiceNo: z.int().optional(),
    invoiceFullNo: z.string().optional(),
    addDate: z.string().optional(),
    editDate: z.string().optional(),
    totals: z.unknown().optional(),
    invoiceType: numbered(invoiceTypes).optional(),
  })
  .openapi('InvoiceChanges', { example: { paymentStatus: 2, paymentDate: '2031-03-10' } })

export const invoicesQuery = z.strictObject({
  ...pageQuery(['invoiceId', 'invoiceNo', 'issueDate', 'addDate', 'editDate']),
  invoiceType: wholeText(0, invoiceTypes.length - 1).optional(),
  search: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'Beginnings of words of the company, the tax id, or the number' }),
  from: day.optional().openapi({ description: 'Issued on this day or later' }),
  to: day.optional().openapi({ description: 'Issued on this day or before' }),
  reservationId: idText.optional(),
  lastEdit: unixSeconds.optional().openapi({ description: 'Changed since: unix seconds' }),
})

const partyBody = z.object({ companyName: z.string(), address: z.string(), taxId: z.string() })
const partyWithBank = partyBody.extend({ bankNo: z.string() })
const amounts = { net: z.number(), vat: z.number(), gross: z.number() }
const rateBody = z.union([z.number(), z.enum(untaxed)])

export const invoiceBody = z
  .object({
    invoiceId: id,
    invoiceNo: z.int().openapi({ description: '0 for a number outside the series' }),
    invoiceFullNo: z.string(),
    format: z.string(),
    extraChar: z.string(),
    invoiceType: z.int(),
    buyer: partyBody,
    seller: partyWithBank,
    receiver: partyWithBank,
    invoiceItems: z.array(
      z.object({
        invoiceId: id,
        positionId: z.int(),
        userId: id.nullable(),
        status: z.int(),
        name: z.string(),
        grossUnitPrice: z.number(),
        quantity: z.number(),
        unit: z.string(),
        rate: rateBody,
        symbol: z.string(),
      }),
    ),
    totals: z
      .object({ ...amounts, rates: z.array(z.object({ rate: rateBody, ...amounts })) })
      .openapi({ description: 'Of rounded lines; the tax once for each rate' }),
    paymentType: z.int(),
    paymentStatus: z.int(),
    issueDate: date,
    saleDate: date,
    paymentDate: date,
    currency: z.string(),
    town: z.string(),
    additionalInfo: z.string().nullable(),
    personCollect: z.string().nullable(),
    personIssue: z.string().nullable(),
    clientId: id.nullable(),
    reservationId: id.nullable(),
    prepaymentId: id.nullable(),
    correctionId: id.nullable(),
    gtuCodes: z.array(z.string()),
    addDate: localTime,
    editDate: localTime,
  })
  .openapi('Invoice')

type Given = z.infer<typeof newInvoice>
type Changes = z.infer<typeof invoiceChanges>

/** What is the same in a new invoice and in a change. */
function toDetails(given: Given | Changes) {
  return definedOf({
    format: given.format,
    extraChar: given.extraChar,
    payment: given.paymentType,
    paymentStatus: given.paymentStatus,
    issuedOn: given.issueDate,
    soldOn: given.saleDate,
    paymentOn: given.paymentDate,
    currency: given.currency,
    town: given.town,
    additionalInfo: given.additionalInfo,
    collectedBy: given.personCollect,
    issuedBy: given.personIssue,
    customerId: given.clientId,
    bookingId: given.reservationId,
    prepaymentId: given.prepaymentId,
    correctionId: given.correctionId,
    goodsCodes: given.gtuCodes,
  })
}

type GivenParty = z.infer<typeof party>

/** A party as it is said in either way; undefined where nothing is said of it. */
function partyIn(nested: GivenParty | null | undefined, flat: GivenParty): Partial<Party> | undefined {
  const said = { ...definedOf(flat), ...definedOf(nested ?? {}) }
  if (Object.keys(said).length === 0) return undefined
  const { companyName: name, address, taxId, bankNo: bankNumber } = said
  return definedOf({ name, address, taxId, bankNumber })
}

function partiesIn(given: Given | Changes) {
  return {
    buyer: partyIn(given.buyer, {
      companyName: given.companyNameBuyer,
      address: given.addressBuyer,
      taxId: given.taxIdBuyer,
    }),
    seller: partyIn(given.seller, {
      companyName: given.companyNameSeller,
      address: given.addressSeller,
      taxId: given.taxIdSeller,
      bankNo: given.bankNoSeller,
    }),
    receiver: partyIn(given.receiver, {
      companyName: given.companyNameReceiver,
      address: given.addressReceiver,
      taxId: given.taxIdReceiver,
      bankNo: given.bankNoReceiver,
    }),
  }
}

const nobody: Party = { name: null, address: null, taxId: null }

/** A party of which something is known; undefined where all that is said is nothing. */
function wholeParty(said: Partial<Party> | undefined): Party | undefined {
  return said && Object.values(said).some(Boolean) ? { ...nobody, ...said } : undefined
}

export function toNewInvoice(given: Given): Omit<NewInvoice, 'businessId'> {
  const { buyer, seller, receiver } = partiesIn(given)
  return {
    ...toDetails(given),
    type: given.invoiceType ?? 'standard',
    customNumber: given.customNumber,
    buyer: wholeParty(buyer),
    seller: wholeParty(seller),
    receiver: wholeParty(receiver),
    items: (given.items ?? given.invoiceItems ?? []).map(toItemDetails),
  }
}

function toItemDetails(item: z.infer<typeof newItem>): ItemDetails {
  const { name, grossUnitPrice: unitPrice, quantity = 1000, unit, rate: percent = '0', symbol } = item
  return { name, unitPrice, quantityThousandths: quantity, unit, rate: percent, symbol }
}

export function toInvoiceChanges(given: Changes): InvoiceChanges {
  const { buyer, seller, receiver } = partiesIn(given)
  const items = given.items ?? given.invoiceItems
  return {
    ...toDetails(given),
    ...definedOf({
      type: given.invoiceType,
      buyer,
      seller,
      receiver: given.receiver === null ? null : receiver,
    }),
    ...(items && { items: items.map(toItemChange) }),
  }
}

function toItemChange(item: z.infer<typeof itemChange>): ItemChange {
  const { positionId, name, grossUnitPrice, quantity, unit, rate: percent, symbol } = item
  const change = {
    name,
    unitPrice: grossUnitPrice,
    quantityThousandths: quantity,
    unit,
    rate: percent,
    symbol,
  }
  return definedOf({ ...change, position: positionId ?? undefined })
}

const orders = {
  invoiceId: 'id',
  invoiceNo: 'number',
  issueDate: 'issuedOn',
  // Ids are given in the order of time.
  addDate: 'id',
  editDate: 'updatedAt',
} as const

export function toInvoiceWish(query: z.infer<typeof invoicesQuery>): Omit<InvoiceWish, 'businessId'> {
  const { invoiceType, search, from, to, reservationId, lastEdit, orderBy, orderType = 'DESC' } = query
  return {
    type: invoiceType === undefined ? undefined : invoiceTypes[invoiceType],
    search: search?.trim() || undefined,
    fromOn: from,
    toOn: to,
    bookingId: reservationId,
    updatedFrom: lastEdit === undefined ? undefined : lastEdit * 1000,
    by: orders[orderBy],
    descending: orderType === 'DESC',
  }
}

export function toInvoiceBody(invoice: Invoice): z.infer<typeof invoiceBody> {
  const { id: invoiceId, currency, timeZone, items, buyer, seller, receiver } = invoice
  const { rates, ...total } = totalsOf(items)
  const toAmounts = ({ netMinor, vatMinor, grossMinor }: Omit<typeof total, 'rates'>) => ({
    net: toMajor(netMinor, currency),
    vat: toMajor(vatMinor, currency),
    gross: toMajor(grossMinor, currency),
  })
  return {
    invoiceId,
    invoiceNo: invoice.number ?? 0,
    invoiceFullNo: invoice.fullNumber,
    format: invoice.format,
    extraChar: invoice.extraChar ?? '',
    invoiceType: invoiceTypes.indexOf(invoice.type),
    buyer: toPartyBody(buyer),
    seller: withBank(seller),
    receiver: withBank(receiver ?? nobody),
    invoiceItems: items.map((item) => toItemBody(item, invoice)),
    totals: {
      ...toAmounts(total),
      rates: rates.map((each) => ({ rate: toRate(each.rate), ...toAmounts(each) })),
    },
    paymentType: invoicePayments.indexOf(invoice.payment),
    paymentStatus: invoicePaymentStatuses.indexOf(invoice.paymentStatus),
    issueDate: invoice.issuedOn,
    saleDate: invoice.soldOn,
    paymentDate: invoice.paymentOn,
    currency,
    town: invoice.town ?? '',
    additionalInfo: invoice.additionalInfo,
    personCollect: invoice.collectedBy,
    personIssue: invoice.issuedBy,
    clientId: invoice.customerId,
    reservationId: invoice.bookingId,
    prepaymentId: invoice.prepaymentId,
    correctionId: invoice.correctionId,
    gtuCodes: invoice.goodsCodes,
    addDate: toLocalTime(timeZone, invoice.createdAt),
    editDate: toLocalTime(timeZone, invoice.updatedAt),
  }
}

function toPartyBody({ name, address, taxId }: Party) {
  return { companyName: name ?? '', address: address ?? '', taxId: taxId ?? '' }
}

function withBank(said: Party) {
  return { ...toPartyBody(said), bankNo: said.bankNumber ?? '' }
}

function toItemBody(item: InvoiceItem, { id: invoiceId, currency }: Invoice) {
  return {
    invoiceId,
    positionId: item.position,
    userId: item.accountId,
    status: 1,
    name: item.name,
    grossUnitPrice: toMajor(item.unitPriceMinor, currency),
    quantity: item.quantityThousandths / 1000,
    unit: item.unit ?? '',
    rate: toRate(item.rate),
    symbol: item.symbol ?? '',
  }
}

function toRate(said: string): z.infer<typeof rateBody> {
  return untaxed.find((word) => word === said) ?? Number(said)
}
