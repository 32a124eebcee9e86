// Pages that are asked for at other doors.
import type { Pages } from '#http/pages.ts'
import { invoicePage } from './invoice/invoice.page.tsx'

export const pages: Pages = { invoice: invoicePage }
