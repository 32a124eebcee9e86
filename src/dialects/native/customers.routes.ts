import { z } from '@hono/zod-openapi'
import { eraseCustomer } from '#domain/customers/erase-customer.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { idText } from './wire.ts'

export const customers: Routes = {
  tag: 'Customers',
  routes: [
    endpoint({
      delete: '/api/customers/{id}',
      id: 'customers.erase',
      scope: 'customers:write',
      summary: 'Erase a customer whom the business wrote down; their bookings stay, without a name',
      params: z.object({ id: idText }),
      verb: (ctx, { params: { id } }) => eraseCustomer(ctx, id),
      answer: null,
    }),
  ],
}
