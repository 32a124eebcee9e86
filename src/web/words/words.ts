// All that pages say, once for each language: a word that is missing does not compile.
import type { BookingStatus } from '#domain/bookings/booking-status.ts'
import type { ErrorKind } from '#domain/errors.ts'
import type { Invoice } from '#domain/invoices/invoice.ts'
import type { untaxed } from '#domain/invoices/totals.ts'

/** What has just been done with a booking. */
export const deeds = ['moved', 'cancelled', 'restored'] as const
export type Deed = (typeof deeds)[number]

/** Why nothing was done: somebody else has the time, it is too late, or the booking is not what the page showed. */
export const setbacks = ['taken', 'late', 'changed'] as const
export type Setback = (typeof setbacks)[number]

/** What somebody is told who cannot be shown a page. */
export type Apology = 'notFound' | 'tooMany' | 'notNow' | 'notLikeThis'

/** What is printed on an invoice. */
export interface InvoiceWords {
  type: Record<Invoice['type'], string>
  payment: Record<Invoice['payment'], string>
  paymentStatus: Record<Invoice['paymentStatus'], string>
  /** Why a line has no tax. */
  untaxed: Record<(typeof untaxed)[number], string>
  corrects: (number: string, day: string) => string
  issued: string
  sold: string
  paymentDate: string
  paidBy: string
  seller: string
  buyer: string
  receiver: string
  taxId: string
  account: string
  item: string
  quantity: string
  unitPrice: string
  rate: string
  net: string
  tax: string
  gross: string
  total: string
  prepaid: (number: string) => string
  due: string
  goodsCodes: string
  notes: string
  issuedBy: string
  collectedBy: string
}

export interface Words {
  apologies: Record<Apology, { title: string; text: string }>
  /** In front of the request's id. */
  request: string
  status: Record<BookingStatus, string>
  done: Record<Deed, string>
  failed: Record<Setback, string>

  booking: string
  where: string
  map: string
  with: string
  room: string
  for: string
  price: string
  discount: string
  paid: string
  refunded: string
  due: string
  notes: string
  keptUntil: (time: string) => string

  actions: string
  calendar: string
  move: string
  cancel: string
  undo: string
  changeUntil: (time: string) => string
  undoUntil: (time: string) => string
  tooLate: string

  payment: string
  advance: (amount: string, time: string) => string
  howToPay: string
  contact: string
  website: string

  newTime: string
  movesAtOnce: (time: string) => string
  noTimes: string
  fromToday: string
  later: string
  back: string

  invoice: InvoiceWords
  /** What each type of problem means, and what to do about it: for whoever writes a client. */
  problems: Record<ErrorKind, { happened: string; remedy: string }>
}
