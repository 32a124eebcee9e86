import { z } from '@hono/zod-openapi'
import { createInvoice } from '#domain/invoices/create-invoice.ts'
import { deleteInvoice } from '#domain/invoices/delete-invoice.ts'
import { getInvoiceDocument } from '#domain/invoices/get-invoice-document.ts'
import { getInvoice } from '#domain/invoices/get-invoice.ts'
import { listInvoices } from '#domain/invoices/list-invoices.ts'
import { updateInvoice } from '#domain/invoices/update-invoice.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  invoiceBody,
  invoiceChanges,
  invoicesQuery,
  newInvoice,
  toInvoiceBody,
  toInvoiceChanges,
  toInvoiceWish,
  toNewInvoice,
} from './invoices.wire.ts'
import { idParams, located, pagedList, single, toPagedList, toPageRequest, toSingle } from './wire.ts'

export const invoices: Routes = {
  tag: 'Invoices',
  routes: [
    endpoint({
      get: '/v1/public/invoices',
      id: 'invoices.list',
      scope: 'invoices.read',
      summary: 'The invoices of the business, the last first',
      description: `A search looks at the first 1,000 that have its longest word. Of other filters, that by reservation, by days, by
\`lastEdit\` or by type (the first of these that is given) looks at 10,000 invoices at most.`,
      query: invoicesQuery,
      verb: async (ctx, { query, withBusiness }) =>
        listInvoices(ctx, await withBusiness(toInvoiceWish(query)), toPageRequest(query)),
      answer: pagedList(invoiceBody),
      body: toPagedList(toInvoiceBody),
    }),
    endpoint({
      post: '/v1/public/invoices',
      id: 'invoices.create',
      scope: 'invoices.create',
      summary: 'Make out an invoice',
      description: `Numbers run without holes in each month of each type; with \`customNumber\` an invoice has one outside them. Flat and
nested parties are taken alike. What is not said: dates are today, the seller and the currency are the business's, the buyer is
the client. Prices are with tax.`,
      json: newInvoice,
      verb: async (ctx, { json, withBusiness }) => createInvoice(ctx, await withBusiness(toNewInvoice(json))),
      answer: single(invoiceBody),
      status: 201,
      body: toSingle(toInvoiceBody),
      answerHeaders: ({ id }) => located('/invoices', id),
    }),
    endpoint({
      get: '/v1/public/invoices/{id}',
      id: 'invoices.get',
      scope: 'invoices.read',
      summary: 'An invoice',
      params: idParams,
      query: z.strictObject({}),
      verb: (ctx, { params: { id } }) => getInvoice(ctx, id),
      answer: single(invoiceBody),
      body: toSingle(toInvoiceBody),
    }),
    endpoint({
      patch: '/v1/public/invoices/{id}',
      id: 'invoices.update',
      scope: 'invoices.update',
      summary: 'Change what is named of an invoice',
      description: `An item with a \`positionId\` edits that one, an item without adds one. The type and the number stay, and so the day of
issue stays in its month. A payment is recorded by \`paymentStatus\` and \`paymentDate\`.`,
      params: idParams,
      json: invoiceChanges,
      verb: (ctx, { params: { id }, json }) => updateInvoice(ctx, id, toInvoiceChanges(json)),
      answer: single(invoiceBody),
      body: toSingle(toInvoiceBody),
    }),
    endpoint({
      delete: '/v1/public/invoices/{id}',
      id: 'invoices.delete',
      scope: 'invoices.delete',
      summary: 'Delete the last invoice of its type and month',
      description: 'Its number is given again. One that another invoice refers to stays.',
      params: idParams,
      verb: (ctx, { params: { id } }) => deleteInvoice(ctx, id),
      answer: null,
    }),
    endpoint({
      get: '/v1/public/invoices/{id}/document',
      id: 'invoices.document',
      scope: 'invoices.read',
      summary: 'An invoice as a page to print',
      description:
        'HTML, in the language of the business’s country where it is en, ru, sl, is or fil, else in English.',
      params: idParams,
      query: z.strictObject({}),
      verb: async (ctx, { params, withBusiness }) => getInvoiceDocument(ctx, await withBusiness(params)),
      page: (document, pages) => pages.invoice(document),
    }),
  ],
}
