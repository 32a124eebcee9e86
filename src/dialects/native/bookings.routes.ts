import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { explainSlot, findSlots } from '#domain/availability/find-slots.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { changeBookingStatus } from '#domain/bookings/change-booking-status.ts'
import { createBooking } from '#domain/bookings/create-booking.ts'
import { getBooking, getBookingHistory } from '#domain/bookings/get-booking.ts'
import { holdSlot } from '#domain/bookings/hold-slot.ts'
import { listBusinessBookings, listOwnBookings } from '#domain/bookings/list-bookings.ts'
import { releaseHold } from '#domain/bookings/release-hold.ts'
import { updateBooking } from '#domain/bookings/update-booking.ts'
import type { Page } from '#domain/page.ts'
import { pageQuery, toPageRequest } from '#http/paging.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import {
  availabilityQuery,
  bookingBody,
  bookingChanges,
  bookingsBody,
  businessBookingsQuery,
  cancellation,
  explainQuery,
  explanationBody,
  historyBody,
  holdBody,
  ifMatch,
  newBooking,
  newHold,
  slotsBody,
  statusChange,
  toBookingBody,
  toBookingFilter,
  toExplanationBody,
  toHistoryBody,
  toHoldBody,
  toSlotsBody,
  toSlotWords,
} from './bookings.wire.ts'
import { toListBody } from './list.wire.ts'
import { endpoint, json } from './endpoint.ts'
import { withBusiness } from './own-business.ts'
import { idText } from './wire.ts'
import { onInvalid } from './validation.ts'

const tags = ['Bookings']
const params = z.object({ id: idText })

export const bookings = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

/** How this request shows a booking. */
export const shown = (c: Context<Hallway>) => {
  const { clock, origin } = c.env
  const now = clock.now()
  return (booking: Booking) => toBookingBody(booking, now, origin)
}
export const versioned = ({ version }: Booking) => ({ ETag: `"${version}"` })
export const listed = (c: Context<Hallway>, list: string) => (page: Page<Booking>) =>
  toListBody('bookings', page, shown(c), list)
const [own, ofBusiness] = ['own bookings', 'bookings of a business']

endpoint(
  bookings,
  {
    method: 'get',
    path: '/api/bookings/availability',
    scope: 'availability:read',
    access: 'public',
    summary: 'Free slots of a service',
    tags,
    request: { query: availabilityQuery },
    answer: slotsBody,
  },
  async (c) => {
    const { businessId, serviceId, staffId, from, to, timeZone } = await withBusiness(c, c.req.valid('query'))
    return serve(c, {
      verb: (ctx) => findSlots(ctx, { businessId, serviceId, resourceId: staffId, fromAt: from, toAt: to }),
      body: (found) => toSlotsBody(found, timeZone),
    })
  },
)

endpoint(
  bookings,
  {
    method: 'get',
    path: '/api/bookings/availability/explain',
    scope: 'availability:read',
    access: 'public',
    summary: 'Why a slot is not free',
    tags,
    request: { query: explainQuery },
    answer: explanationBody,
  },
  async (c) => {
    const { businessId, serviceId, staffId, startTime } = await withBusiness(c, c.req.valid('query'))
    return serve(c, {
      verb: (ctx) => explainSlot(ctx, { businessId, serviceId, resourceId: staffId, startAt: startTime }),
      body: (found) => toExplanationBody(startTime, found),
    })
  },
)

endpoint(
  bookings,
  {
    method: 'post',
    path: '/api/bookings',
    scope: 'bookings:write',
    summary: 'Book a slot',
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

endpoint(
  bookings,
  {
    method: 'post',
    path: '/api/bookings/holds',
    scope: 'bookings:write',
    summary: 'Keep a slot for a while',
    tags,
    request: { body: json(newHold) },
    answer: holdBody,
    status: 201,
  },
  async (c) => {
    const wish = toSlotWords(await withBusiness(c, c.req.valid('json')))
    return serve(c, {
      status: 201,
      verb: (ctx) => holdSlot(ctx, wish),
      body: toHoldBody,
    })
  },
)

endpoint(
  bookings,
  {
    method: 'delete',
    path: '/api/bookings/holds/{id}',
    scope: 'bookings:write',
    summary: 'Give a held slot back',
    tags,
    request: { params },
    answer: null,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { status: 204, verb: (ctx) => releaseHold(ctx, id), body: () => ({}) })
  },
)

endpoint(
  bookings,
  {
    method: 'get',
    path: '/api/bookings/my-bookings',
    summary: 'Your own bookings, the latest first',
    tags,
    request: { query: z.strictObject(pageQuery) },
    answer: bookingsBody,
  },
  (c) => {
    const page = toPageRequest(c.req.valid('query'), own)
    return serve(c, { verb: (ctx) => listOwnBookings(ctx, page), body: listed(c, own) })
  },
)

endpoint(
  bookings,
  {
    method: 'get',
    path: '/api/bookings/business/{businessId}',
    scope: 'bookings:read',
    summary: 'Bookings of a business, the latest first',
    tags,
    request: {
      params: z.object({ businessId: idText }),
      query: z.strictObject({ ...businessBookingsQuery, ...pageQuery }),
    },
    answer: bookingsBody,
  },
  (c) => {
    const { businessId } = c.req.valid('param')
    const query = c.req.valid('query')
    const filter = { ...toBookingFilter(query), businessId }
    return serve(c, {
      verb: (ctx) => listBusinessBookings(ctx, filter, toPageRequest(query, ofBusiness)),
      body: listed(c, ofBusiness),
    })
  },
)

endpoint(
  bookings,
  {
    method: 'get',
    path: '/api/bookings/{id}',
    scope: 'bookings:read',
    summary: 'A booking',
    tags,
    request: { params },
    answer: bookingBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, {
      verb: async (ctx) => (await getBooking(ctx, id)).booking,
      body: shown(c),
      headers: versioned,
    })
  },
)

endpoint(
  bookings,
  {
    method: 'get',
    path: '/api/bookings/{id}/history',
    scope: 'bookings:read',
    summary: 'Every state of a booking, who and when',
    tags,
    request: { params },
    answer: historyBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { verb: (ctx) => getBookingHistory(ctx, id), body: toHistoryBody })
  },
)

endpoint(
  bookings,
  {
    method: 'patch',
    path: '/api/bookings/{id}',
    scope: 'bookings:write',
    summary: 'Change or move a booking',
    tags,
    request: { params, headers: ifMatch, body: json(bookingChanges) },
    answer: bookingBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const ifVersion = c.req.valid('header')['if-match']
    const wish = toSlotWords(c.req.valid('json'))
    return serve(c, {
      verb: (ctx) => updateBooking(ctx, { ...wish, id, ifVersion }),
      body: shown(c),
      headers: versioned,
    })
  },
)

endpoint(
  bookings,
  {
    method: 'patch',
    path: '/api/bookings/{id}/status',
    scope: 'bookings:write',
    summary: 'Take a booking one step on',
    tags,
    request: { params, headers: ifMatch, body: json(statusChange) },
    answer: bookingBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const ifVersion = c.req.valid('header')['if-match']
    const change = c.req.valid('json')
    return serve(c, {
      verb: (ctx) => changeBookingStatus(ctx, { ...change, id, ifVersion }),
      body: shown(c),
      headers: versioned,
    })
  },
)

endpoint(
  bookings,
  {
    method: 'post',
    path: '/api/bookings/{id}/cancel',
    scope: 'bookings:write',
    summary: 'Cancel a booking',
    tags,
    request: { params, headers: ifMatch, body: json(cancellation, { required: false }) },
    answer: bookingBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const ifVersion = c.req.valid('header')['if-match']
    const { reason } = c.req.valid('json') ?? {}
    return serve(c, {
      verb: (ctx) => cancelBooking(ctx, { id, reason, ifVersion }),
      body: shown(c),
      headers: versioned,
    })
  },
)
