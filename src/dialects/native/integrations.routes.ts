import { OpenAPIHono, z } from '@hono/zod-openapi'
import { createApiKey } from '#domain/api-keys/create-api-key.ts'
import { getKeyUsage } from '#domain/api-keys/get-key-usage.ts'
import { getPresentedKey } from '#domain/api-keys/get-presented-key.ts'
import { listApiKeys } from '#domain/api-keys/list-api-keys.ts'
import { revokeApiKey } from '#domain/api-keys/revoke-api-key.ts'
import { rotateApiKey } from '#domain/api-keys/rotate-api-key.ts'
import { createBooking } from '#domain/bookings/create-booking.ts'
import { listPartnerBookings } from '#domain/bookings/list-bookings.ts'
import { toPageRequest } from '#http/paging.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { listed, shown, versioned } from './bookings.routes.ts'
import { bookingBody, bookingsBody, newBooking, toBookingFilter, toSlotWords } from './bookings.wire.ts'
import { endpoint, json } from './endpoint.ts'
import {
  apiKeysBody,
  apiKeysQuery,
  issuedKeyBody,
  newApiKey,
  partnerBookingsQuery,
  presentedKeyBody,
  rotation,
  toApiKeyBody,
  toIssuedKeyBody,
  toPresentedKeyBody,
  toUsageBody,
  usageBody,
  usageQuery,
} from './integrations.wire.ts'
import { toListBody } from './list.wire.ts'
import { withBusiness } from './own-business.ts'
import { onInvalid } from './validation.ts'
import { idText } from './wire.ts'

const tags = ['Integrations']
const params = z.object({ id: idText })

export const integrations = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  integrations,
  {
    method: 'get',
    path: '/api/integrations/me',
    access: 'key',
    summary: 'The API key that asks: its business, what it may do, and how often',
    tags,
    answer: presentedKeyBody,
  },
  (c) => {
    const { keyHash = '' } = c.var
    return serve(c, { verb: (ctx) => getPresentedKey(ctx, keyHash), body: toPresentedKeyBody })
  },
)

endpoint(
  integrations,
  {
    method: 'get',
    path: '/api/integrations/api-keys',
    summary: 'The API keys of a business, masked',
    tags,
    request: { query: apiKeysQuery },
    answer: apiKeysBody,
  },
  (c) => {
    const { businessId, ...page } = c.req.valid('query')
    const now = c.env.clock.now()
    return serve(c, {
      verb: (ctx) => listApiKeys(ctx, businessId, toPageRequest(page, 'apiKeys', 1)),
      body: (found) => toListBody('apiKeys', found, (apiKey) => toApiKeyBody(apiKey, now)),
    })
  },
)

endpoint(
  integrations,
  {
    method: 'post',
    path: '/api/integrations/api-keys',
    summary: 'Make an API key; it is shown this once',
    tags,
    request: { body: json(newApiKey) },
    answer: issuedKeyBody,
    status: 201,
  },
  (c) => {
    const input = c.req.valid('json')
    const now = c.env.clock.now()
    return serve(c, {
      status: 201,
      verb: (ctx) => createApiKey(ctx, input),
      body: (issued) => toIssuedKeyBody(issued, now),
    })
  },
)

endpoint(
  integrations,
  {
    method: 'post',
    path: '/api/integrations/api-keys/{id}/rotate',
    summary: 'Give an API key a new secret; the old one stays good for a while',
    tags,
    request: { params, body: json(rotation, { required: false }) },
    answer: issuedKeyBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const { graceHours } = rotation.parse(c.req.valid('json') ?? {})
    const now = c.env.clock.now()
    return serve(c, {
      verb: (ctx) => rotateApiKey(ctx, { id, graceHours }),
      body: (issued) => toIssuedKeyBody(issued, now),
    })
  },
)

endpoint(
  integrations,
  {
    method: 'delete',
    path: '/api/integrations/api-keys/{id}',
    summary: 'Revoke an API key, from the next request on',
    tags,
    request: { params },
    answer: null,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { status: 204, verb: (ctx) => revokeApiKey(ctx, id), body: () => ({}) })
  },
)

endpoint(
  integrations,
  {
    method: 'get',
    path: '/api/integrations/api-keys/{id}/usage',
    summary: 'How often an API key was used, by day, endpoint and status',
    tags,
    request: { params, query: usageQuery },
    answer: usageBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const { from: fromOn, to: toOn } = c.req.valid('query')
    return serve(c, { verb: (ctx) => getKeyUsage(ctx, { id, fromOn, toOn }), body: toUsageBody })
  },
)

endpoint(
  integrations,
  {
    method: 'get',
    path: '/api/integrations/partner/bookings',
    access: 'key',
    scope: 'bookings:read',
    summary: "Bookings of the key's business, the latest first",
    tags,
    request: { query: partnerBookingsQuery },
    answer: bookingsBody,
  },
  (c) => {
    const query = c.req.valid('query')
    const { keyHash = '' } = c.var
    const list = 'bookings of a partner'
    const filter = { ...toBookingFilter(query), keyHash }
    return serve(c, {
      verb: (ctx) => listPartnerBookings(ctx, filter, toPageRequest(query, list)),
      body: listed(c, list),
    })
  },
)

endpoint(
  integrations,
  {
    method: 'post',
    path: '/api/integrations/partner/bookings',
    access: 'key',
    scope: 'bookings:write',
    summary: 'Book a slot for a customer',
    tags,
    request: { body: json(newBooking) },
    answer: bookingBody,
    status: 201,
  },
  async (c) => {
    const wish = toSlotWords(await withBusiness(c, c.req.valid('json')))
    return serve(c, {
      status: 201,
      verb: (ctx) => createBooking(ctx, wish),
      body: shown(c),
      headers: versioned,
    })
  },
)
