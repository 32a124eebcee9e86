// What an invoice refers to: a guest, a reservation, what was paid in advance, what is corrected. All are the business's own.
import { bookingById } from '#db/bookings/booking-row.ts'
import { customerById } from '#db/customers.ts'
import type { RowsOf } from '#db/database.ts'
import { invoiceById } from '#db/invoices.ts'
import type { InvoiceRow } from '#db/invoices.ts'
import { invalid } from './invoice.ts'
import type { Invoice } from './invoice.ts'

type References = Pick<Invoice, 'customerId' | 'bookingId' | 'prepaymentId' | 'correctionId'>
type Referring = Pick<Invoice, 'id' | 'businessId' | 'type' | 'currency'> & References

/** What must be read before `requireReferences` can decide: 0 is nobody's id. */
export function referenceStatements({
  customerId,
  bookingId,
  prepaymentId,
  correctionId,
}: Partial<References>) {
  return {
    customer: customerById({ id: customerId ?? 0 }),
    booking: bookingById({ id: bookingId ?? 0 }),
    prepayment: invoiceById({ id: prepaymentId ?? 0 }),
    corrected: invoiceById({ id: correctionId ?? 0 }),
  }
}

type Found = RowsOf<ReturnType<typeof referenceStatements>>

/** Throws invalid `invoice.unknown_reference`, naming the field, for what is not the business's or is of another kind. */
export function requireReferences(
  invoice: Referring,
  { customer, booking, prepayment, corrected }: Found,
): void {
  const { businessId, customerId, bookingId, prepaymentId, correctionId } = invoice
  const isOwn = (found: { businessId: number } | undefined) => found?.businessId === businessId
  if (customerId !== null && !isOwn(customer[0])) throw unknown('customerId', 'Client is not known')
  const isBooked = isOwn(booking[0]) && booking[0]?.status !== 'held'
  if (bookingId !== null && !isBooked) throw unknown('bookingId', 'Reservation is not known')

  const isOther = (found: InvoiceRow | undefined) =>
    isOwn(found) && found?.id !== invoice.id && found?.currency === invoice.currency
  const isAdvance = prepayment[0]?.type === 'advance' || prepayment[0]?.type === 'advance_receipt'
  if (prepaymentId !== null && !(isOther(prepayment[0]) && isAdvance)) {
    throw unknown('prepaymentId', 'There is no advance invoice of this id and currency')
  }
  if (correctionId === null) return
  const corrects = invoice.type === 'correction' || invoice.type === 'correction_receipt'
  if (!corrects) throw unknown('correctionId', 'Only a correction corrects another invoice')
  if (!isOther(corrected[0])) throw unknown('correctionId', 'There is no invoice of this id and currency')
}

function unknown(field: string, message: string) {
  return invalid('invoice.unknown_reference', field, message)
}
