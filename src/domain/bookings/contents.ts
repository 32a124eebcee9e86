import type { Booking } from './booking.ts'

/** What can be changed of a booking of any kind without anybody else's time being touched. */
export interface ContentsChange {
  notes?: string | null | undefined
  customFields?: Record<string, unknown> | undefined
  customer?:
    | { name?: string | undefined; email?: string | null | undefined; phone?: string | null | undefined }
    | undefined
}

/** The contents of a booking after a change, which leaves what it does not name. */
export function contentsAfter(before: Booking, { notes, customFields, customer }: ContentsChange) {
  return {
    customerName: customer?.name ?? before.customerName,
    customerEmail: customer?.email === undefined ? before.customerEmail : customer.email,
    customerPhone: customer?.phone === undefined ? before.customerPhone : customer.phone,
    notes: notes === undefined ? before.notes : notes,
    customFields: customFields ? JSON.stringify(customFields) : before.customFields,
  }
}
