import { z } from '@hono/zod-openapi'
import { explainSlot, findSlots } from '#domain/availability/find-slots.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { changeBookingStatus } from '#domain/bookings/change-booking-status.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { getBooking, getBookingHistory } from '#domain/bookings/get-booking.ts'
import { holdSlot } from '#domain/appointments/hold-slot.ts'
import { listBusinessBookings, listOwnBookings } from '#domain/bookings/list-bookings.ts'
import { releaseHold } from '#domain/bookings/release-hold.ts'
import { removeBooking } from '#domain/bookings/remove-booking.ts'
import { updateBooking } from '#domain/appointments/update-booking.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { pageQuery, toPageRequest } from './list.wire.ts'
import {
  availabilityQuery,
  bookingBody,
  bookingChanges,
  bookingsBody,
  businessBookingsQuery,
  cancellation,
  etagOf,
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
  toBookingList,
  toBookingWords,
  toExplanationBody,
  toHistoryBody,
  toHoldBody,
  toSlotsBody,
  toWished,
  toSlotWords,
} from './bookings.wire.ts'
import { idText } from './wire.ts'

const params = z.object({ id: idText })
/** The names of these lists in their cursors. */
const [own, ofBusiness] = ['own bookings', 'bookings of a business']

export const bookings: Routes = {
  tag: 'Bookings',
  routes: [
    endpoint({
      get: '/api/bookings/availability',
      id: 'availability.search',
      scope: 'availability:read',
      access: 'public',
      summary: 'Free slots of a service',
      description: `Every start in \`[from, to)\` at which the service can be booked, with everybody and every room that is free then. Buffers,
notice, the booking window, opening hours, time off and what is taken already are considered; whether a slot is still
free is decided when it is booked. An empty list says that nothing is free: \`availability/explain\` says why.`,
      query: availabilityQuery,
      verb: async (ctx, { query, withBusiness }) => {
        const { businessId, serviceId, units, from, to, timeZone, ...named } = await withBusiness(query)
        const span = { fromAt: from, toAt: to }
        const found = await findSlots(ctx, { businessId, serviceId, units, ...toWished(named), ...span })
        return { ...found, shownIn: timeZone }
      },
      answer: slotsBody,
      body: toSlotsBody,
    }),
    endpoint({
      get: '/api/bookings/availability/explain',
      id: 'availability.explain',
      scope: 'availability:read',
      access: 'public',
      summary: 'Why a slot is not free',
      description:
        'For each staff member who performs the service, and each room it takes place in, the one rule that removes this start; null where none does.',
      query: explainQuery,
      verb: async (ctx, { query, withBusiness }) => {
        const { businessId, serviceId, units, startTime: startAt, ...named } = await withBusiness(query)
        return {
          startAt,
          found: await explainSlot(ctx, { businessId, serviceId, units, ...toWished(named), startAt }),
        }
      },
      answer: explanationBody,
      body: toExplanationBody,
    }),
    endpoint({
      post: '/api/bookings',
      id: 'bookings.create',
      scope: 'bookings:write',
      summary: 'Book a slot',
      description: `Books a slot, or turns the hold \`holdId\` into a booking at the hold's price. Without a \`staffId\` or a \`roomId\` somebody who is free,
or a room, is chosen fairly. A customer books for themselves; a business and its keys book for the \`customer\` they name. Of any number
of callers who want the same slot exactly one gets it: all others are answered 409 \`booking.slot_taken\`. Likewise of those who
want the last use of a coupon: 409 \`coupon.used_up\`. Its \`price\`, length and source are for the business to say, by its members
and by keys with \`bookings:manage\`: 403 for everybody else.`,
      json: newBooking,
      verb: async (ctx, { json, withBusiness }) =>
        createBooking(ctx, toBookingWords(await withBusiness(json))),
      answer: bookingBody,
      status: 201,
      body: toBookingBody,
      answerHeaders: etagOf,
    }),
    endpoint({
      post: '/api/bookings/holds',
      id: 'holds.create',
      scope: 'bookings:write',
      summary: 'Keep a slot for a while',
      description:
        'Nobody else can take the slot until `expiresAt`. Booking with the `holdId` before then cannot lose it.',
      json: newHold,
      verb: async (ctx, { json, withBusiness }) => holdSlot(ctx, toSlotWords(await withBusiness(json))),
      answer: holdBody,
      status: 201,
      body: toHoldBody,
    }),
    endpoint({
      delete: '/api/bookings/holds/{id}',
      id: 'holds.release',
      scope: 'bookings:write',
      summary: 'Give a held slot back',
      params,
      verb: (ctx, { params: { id } }) => releaseHold(ctx, id),
      answer: null,
    }),
    endpoint({
      get: '/api/bookings/my-bookings',
      id: 'bookings.listMine',
      summary: 'Your own bookings, the latest first',
      query: z.strictObject(pageQuery),
      verb: (ctx, { query }) => listOwnBookings(ctx, toPageRequest(query, own)),
      answer: bookingsBody,
      body: (page, occasion) => toBookingList(page, occasion, own),
    }),
    endpoint({
      get: '/api/bookings/business/{businessId}',
      id: 'bookings.list',
      scope: 'bookings:read',
      summary: 'Bookings of a business, the latest first',
      description:
        'For its members and its keys. `from` and `to` choose by the start: `from` belongs to it, `to` does not.',
      params: z.object({ businessId: idText }),
      query: z.strictObject({ ...businessBookingsQuery, ...pageQuery }),
      verb: (ctx, { params: { businessId }, query }) =>
        listBusinessBookings(
          ctx,
          { ...toBookingFilter(query), businessId },
          toPageRequest(query, ofBusiness),
        ),
      answer: bookingsBody,
      body: (page, occasion) => toBookingList(page, occasion, ofBusiness),
    }),
    endpoint({
      get: '/api/bookings/{id}',
      id: 'bookings.get',
      scope: 'bookings:read',
      summary: 'A booking',
      params,
      verb: async (ctx, { params: { id } }) => (await getBooking(ctx, id)).booking,
      answer: bookingBody,
      body: toBookingBody,
      answerHeaders: etagOf,
    }),
    endpoint({
      get: '/api/bookings/{id}/history',
      id: 'bookings.history',
      scope: 'bookings:read',
      summary: 'Every state of a booking, who and when',
      params,
      verb: (ctx, { params: { id } }) => getBookingHistory(ctx, id),
      answer: historyBody,
      body: toHistoryBody,
    }),
    endpoint({
      patch: '/api/bookings/{id}',
      id: 'bookings.update',
      scope: 'bookings:write',
      summary: 'Change or move a booking',
      description: `Changes what is named and leaves the rest. A move keeps the id: the old slot is free only when the new one is taken, and
when the new one is not to be had (409) the booking stays where it is. With \`If-Match\` a change that starts from an
older version is answered 412.`,
      params,
      headers: ifMatch,
      json: bookingChanges,
      verb: (ctx, { params: { id }, headers, json }) =>
        updateBooking(ctx, { ...toBookingWords(json), id, ifVersion: headers['if-match'] }),
      answer: bookingBody,
      body: toBookingBody,
      answerHeaders: etagOf,
    }),
    endpoint({
      patch: '/api/bookings/{id}/status',
      id: 'bookings.changeStatus',
      scope: 'bookings:write',
      summary: 'Take a booking one step on',
      description:
        'Which status leads to which is fixed; a step that leads nowhere is answered 409 `booking.invalid_transition`.',
      params,
      headers: ifMatch,
      json: statusChange,
      verb: (ctx, { params: { id }, headers, json }) =>
        changeBookingStatus(ctx, { ...json, id, ifVersion: headers['if-match'] }),
      answer: bookingBody,
      body: toBookingBody,
      answerHeaders: etagOf,
    }),
    endpoint({
      post: '/api/bookings/{id}/cancel',
      id: 'bookings.cancel',
      scope: 'bookings:write',
      summary: 'Cancel a booking',
      description: 'Frees its slot at once. What is cancelled already is answered as it is.',
      params,
      headers: ifMatch,
      json: cancellation,
      jsonRequired: false,
      verb: (ctx, { params: { id }, headers, json: { reason } }) =>
        cancelBooking(ctx, { id, reason, ifVersion: headers['if-match'] }),
      answer: bookingBody,
      body: toBookingBody,
      answerHeaders: etagOf,
    }),
    endpoint({
      delete: '/api/bookings/{id}',
      id: 'bookings.remove',
      scope: 'bookings:manage',
      summary: 'Remove a booking',
      description: `For the business only. Whatever its status, nobody sees it any more: it is answered 404, and lists leave it out. One that keeps
its slot is cancelled with it. Its history stays, for the business.`,
      params,
      headers: ifMatch,
      verb: (ctx, { params: { id }, headers }) => removeBooking(ctx, { id, ifVersion: headers['if-match'] }),
      answer: null,
    }),
  ],
}
