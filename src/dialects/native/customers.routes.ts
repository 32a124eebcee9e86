import { OpenAPIHono, z } from '@hono/zod-openapi'
import { eraseCustomer } from '#domain/customers/erase-customer.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { endpoint } from './endpoint.ts'
import { onInvalid } from './validation.ts'
import { idText } from './wire.ts'

export const customers = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  customers,
  {
    method: 'delete',
    path: '/api/customers/{id}',
    scope: 'customers:write',
    summary: 'Erase a customer whom the business wrote down; their bookings stay, without a name',
    tags: ['Customers'],
    request: { params: z.object({ id: idText }) },
    answer: null,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { status: 204, verb: (ctx) => eraseCustomer(ctx, id), body: () => ({}) })
  },
)
