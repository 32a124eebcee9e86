// Pages that an interface for programs has to answer with, too. How they look is for those who make pages, and no dialect may
// know them: so they are handed to the doors, with all else that the service is wired of.
import type { InvoiceDocument } from '#domain/invoices/get-invoice-document.ts'

export interface Page {
  /** Null takes one of the general headers away. */
  headers: Readonly<Record<string, string | null>>
  body: string
}

export interface Pages {
  invoice(document: InvoiceDocument): Page
}
