import { z } from '@hono/zod-openapi'
import { createApiKey } from '#domain/api-keys/create-api-key.ts'
import { getKeyUsage } from '#domain/api-keys/get-key-usage.ts'
import { getPresentedKey } from '#domain/api-keys/get-presented-key.ts'
import { listApiKeys } from '#domain/api-keys/list-api-keys.ts'
import { revokeApiKey } from '#domain/api-keys/revoke-api-key.ts'
import { rotateApiKey } from '#domain/api-keys/rotate-api-key.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { listBusinessBookings } from '#domain/bookings/list-bookings.ts'
import { listTokens } from '#domain/tokens/list-tokens.ts'
import { revokeToken } from '#domain/tokens/revoke-token.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  bookingBody,
  bookingsBody,
  etagOf,
  newBooking,
  toBookingBody,
  toBookingFilter,
  toBookingList,
  toBookingWords,
} from './bookings.wire.ts'
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
  tokensBody,
  toTokenBody,
  toUsageBody,
  usageBody,
  usageQuery,
} from './integrations.wire.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import { idText } from './wire.ts'

const params = z.object({ id: idText })
const ofPartner = 'bookings of a partner'

export const integrations: Routes = {
  tag: 'Integrations',
  routes: [
    endpoint({
      get: '/api/integrations/me',
      id: 'apiKeys.me',
      access: 'key',
      summary: 'The API key that asks: its business, what it may do, and how often',
      verb: getPresentedKey,
      answer: presentedKeyBody,
      body: toPresentedKeyBody,
    }),
    endpoint({
      get: '/api/integrations/api-keys',
      id: 'apiKeys.list',
      summary: 'The API keys of a business, masked',
      query: apiKeysQuery,
      verb: (ctx, { query: { businessId, ...page } }) =>
        listApiKeys(ctx, businessId, toPageRequest(page, 'apiKeys', 1)),
      answer: apiKeysBody,
      body: (found, { now }) => toListBody('apiKeys', found, (apiKey) => toApiKeyBody(apiKey, now)),
    }),
    endpoint({
      post: '/api/integrations/api-keys',
      id: 'apiKeys.create',
      summary: 'Make an API key; it is shown this once',
      description:
        'Keys go into the header `X-API-Key`. What a key may do is what its scopes say; the owner’s alone to make.',
      json: newApiKey,
      verb: (ctx, { json }) => createApiKey(ctx, json),
      answer: issuedKeyBody,
      status: 201,
      body: (issued, { now }) => toIssuedKeyBody(issued, now),
    }),
    endpoint({
      post: '/api/integrations/api-keys/{id}/rotate',
      id: 'apiKeys.rotate',
      summary: 'Give an API key a new secret; the old one stays good for a while',
      params,
      json: rotation,
      jsonRequired: false,
      verb: (ctx, { params: { id }, json: { graceHours } }) => rotateApiKey(ctx, { id, graceHours }),
      answer: issuedKeyBody,
      body: (issued, { now }) => toIssuedKeyBody(issued, now),
    }),
    endpoint({
      delete: '/api/integrations/api-keys/{id}',
      id: 'apiKeys.revoke',
      summary: 'Revoke an API key, from the next request on',
      params,
      verb: (ctx, { params: { id } }) => revokeApiKey(ctx, id),
      answer: null,
    }),
    endpoint({
      get: '/api/integrations/api-keys/{id}/usage',
      id: 'apiKeys.usage',
      summary: 'How often an API key was used, by day, endpoint and status',
      description: 'Days are those of UTC; 30 of them unless said otherwise.',
      params,
      query: usageQuery,
      verb: (ctx, { params: { id }, query: { from: fromOn, to: toOn } }) =>
        getKeyUsage(ctx, { id, fromOn, toOn }),
      answer: usageBody,
      body: toUsageBody,
    }),
    endpoint({
      get: '/api/integrations/tokens',
      id: 'tokens.list',
      summary: 'Your access tokens, with which other programs act as you',
      description:
        'A token lasts until it is revoked. An account has at most 50: another one replaces the one longest unused.',
      query: z.strictObject(pageQuery),
      verb: (ctx, { query }) => listTokens(ctx, toPageRequest(query, 'tokens', 1)),
      answer: tokensBody,
      body: (found) => toListBody('tokens', found, toTokenBody),
    }),
    endpoint({
      delete: '/api/integrations/tokens/{id}',
      id: 'tokens.revoke',
      summary: 'Revoke a token, from the next request on',
      params,
      verb: (ctx, { params: { id } }) => revokeToken(ctx, id),
      answer: null,
    }),
    endpoint({
      get: '/api/integrations/partner/bookings',
      id: 'partner.listBookings',
      access: 'key',
      scope: 'bookings:read',
      summary: "Bookings of the key's business, the latest first",
      query: partnerBookingsQuery,
      verb: async (ctx, { query, withBusiness }) => {
        const { businessId } = await withBusiness({})
        const filter = { ...toBookingFilter(query), businessId }
        return listBusinessBookings(ctx, filter, toPageRequest(query, ofPartner))
      },
      answer: bookingsBody,
      body: (page, occasion) => toBookingList(page, occasion, ofPartner),
    }),
    endpoint({
      post: '/api/integrations/partner/bookings',
      id: 'partner.createBooking',
      access: 'key',
      scope: 'bookings:write',
      summary: 'Book a slot for a customer',
      description: 'As `POST /api/bookings`, for a `customer` who must be named.',
      json: newBooking,
      verb: async (ctx, { json, withBusiness }) =>
        createBooking(ctx, toBookingWords(await withBusiness(json))),
      answer: bookingBody,
      status: 201,
      body: toBookingBody,
      answerHeaders: etagOf,
    }),
  ],
}
