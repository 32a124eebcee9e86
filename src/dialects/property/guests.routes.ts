import { z } from '@hono/zod-openapi'
import { createCustomer } from '#domain/customers/create-customer.ts'
import { deleteCustomer } from '#domain/customers/delete-customer.ts'
import { getCustomer } from '#domain/customers/get-customer.ts'
import { listCustomers } from '#domain/customers/list-customers.ts'
import { updateCustomer } from '#domain/customers/update-customer.ts'
import { listGuestStays } from '#domain/stays/list-guest-stays.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Route, Routes } from '#http/endpoint.ts'
import {
  guestBody,
  guestChanges,
  guestsQuery,
  newGuest,
  toCustomerDetails,
  toCustomerWish,
  toGuestBody,
  toNewCustomer,
  toWholeDetails,
  wholeGuest,
} from './guests.wire.ts'
import { staysQuery } from './reservation-lists.wire.ts'
import { reservationBody, toReservationBody } from './reservations.wire.ts'
import { idParams, located, pagedList, single, toPagedList, toPageRequest, toSingle } from './wire.ts'

/** The same five under either name. */
function routesOf(noun: 'guests' | 'clients'): Route[] {
  const all = `/v1/public/${noun}` as const
  const one = `${all}/{id}` as const
  return [
    endpoint({
      get: all,
      id: `${noun}.list`,
      scope: 'clients.read',
      summary: 'The guests of the business',
      description: `A search looks at the first 1,000 that have its longest word, any other filter at the first 10,000 in the order
asked for.`,
      query: guestsQuery,
      verb: async (ctx, { query, withBusiness }) =>
        listCustomers(ctx, await withBusiness(toCustomerWish(query)), toPageRequest(query)),
      answer: pagedList(guestBody),
      body: toPagedList(toGuestBody),
    }),
    endpoint({
      post: all,
      id: `${noun}.create`,
      scope: 'clients.create',
      summary: 'Write down a guest',
      json: newGuest,
      verb: async (ctx, { json, withBusiness }) =>
        createCustomer(ctx, await withBusiness(toNewCustomer(json))),
      answer: single(guestBody),
      status: 201,
      body: toSingle(toGuestBody),
      answerHeaders: ({ id }) => located(`/${noun}`, id),
    }),
    endpoint({
      get: one,
      id: `${noun}.get`,
      scope: 'clients.read',
      summary: 'A guest',
      params: idParams,
      query: z.strictObject({}),
      verb: (ctx, { params: { id } }) => getCustomer(ctx, id),
      answer: single(guestBody),
      body: toSingle(toGuestBody),
    }),
    endpoint({
      put: one,
      id: `${noun}.replace`,
      scope: 'clients.update',
      summary: 'Say anew what is known of a guest',
      description: 'What is not named is not known any more.',
      params: idParams,
      json: wholeGuest,
      verb: (ctx, { params: { id }, json }) => updateCustomer(ctx, id, toWholeDetails(json)),
      answer: single(guestBody),
      body: toSingle(toGuestBody),
    }),
    endpoint({
      patch: one,
      id: `${noun}.update`,
      scope: 'clients.update',
      summary: 'Change what is named of a guest',
      params: idParams,
      json: guestChanges,
      verb: (ctx, { params: { id }, json }) => updateCustomer(ctx, id, toCustomerDetails(json)),
      answer: single(guestBody),
      body: toSingle(toGuestBody),
    }),
    endpoint({
      delete: one,
      id: `${noun}.delete`,
      scope: 'clients.delete',
      summary: 'Delete a guest who has nothing to come',
      description: `Refused while a reservation that is not over names them. Reservations that are over stay, without a name.`,
      params: idParams,
      verb: (ctx, { params: { id } }) => deleteCustomer(ctx, id),
      answer: null,
    }),
  ]
}

const staysOfGuest = endpoint({
  get: '/v1/public/guests/{id}/stays',
  id: 'guests.stays',
  scope: 'clients.read',
  summary: 'The reservations of a guest that stand, the latest arrival first',
  params: idParams,
  query: staysQuery,
  verb: async (ctx, { params, query, withBusiness }) =>
    listGuestStays(ctx, await withBusiness(params), toPageRequest(query)),
  answer: pagedList(reservationBody),
  body: toPagedList(toReservationBody),
})

export const guests: Routes = {
  tag: 'Guests',
  routes: [...routesOf('guests'), staysOfGuest, ...routesOf('clients')],
}
