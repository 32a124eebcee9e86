import { z } from '@hono/zod-openapi'
import { cancelVisit } from '#domain/appointments/cancel-visit.ts'
import { getVisit } from '#domain/appointments/get-visit.ts'
import { moveVisit } from '#domain/appointments/move-visit.ts'
import { placeVisit } from '#domain/appointments/place-visit.ts'
import { findVisits } from '#domain/availability/find-visits.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { cancellation } from './bookings.wire.ts'
import {
  newVisit,
  toAskedParts,
  toParts,
  toVisitBody,
  toVisitsBody,
  visitBody,
  visitMove,
  visitsBody,
  visitsQuery,
} from './visits.wire.ts'
import { idText } from './wire.ts'

const params = z.object({ id: idText })

export const visits: Routes = {
  tag: 'Visits',
  routes: [
    endpoint({
      get: '/api/bookings/visits/availability',
      id: 'visits.search',
      scope: 'availability:read',
      access: 'public',
      summary: 'Starts at which several services fit one after the other',
      description: `Every start in \`[from, to)\` of the first service at which all of them can follow one another, and by whom. A part
begins when the one before ends; by the same person as soon as the buffers between the two are over.`,
      query: visitsQuery,
      verb: async (ctx, { query, withBusiness }) => {
        const { businessId, from: fromAt, to: toAt, timeZone, ...named } = await withBusiness(query)
        const found = await findVisits(ctx, { businessId, parts: toAskedParts(named), fromAt, toAt })
        return { ...found, shownIn: timeZone }
      },
      answer: visitsBody,
      body: toVisitsBody,
    }),
    endpoint({
      post: '/api/bookings/visits',
      id: 'visits.create',
      scope: 'bookings:write',
      summary: 'Book several services in one visit',
      description: `Books the \`services\` one after the other, all of them or none: 409 \`booking.slot_taken\` when no choice of people is free for
all of it. Each part is a booking of its own, which its \`parentId\` ties to the first; the visit is called by the id of that one. A
coupon is used once: a percentage on every part that it is for, an amount on one after the other.`,
      json: newVisit,
      verb: async (ctx, { json, withBusiness }) => {
        const { services, startTime: startAt, ...rest } = await withBusiness(json)
        return placeVisit(ctx, { ...rest, parts: toParts(services), startAt })
      },
      answer: visitBody,
      status: 201,
      body: toVisitBody,
    }),
    endpoint({
      get: '/api/bookings/visits/{id}',
      id: 'visits.get',
      scope: 'bookings:read',
      summary: 'A visit and its parts',
      params,
      verb: (ctx, { params: { id } }) => getVisit(ctx, id),
      answer: visitBody,
      body: toVisitBody,
    }),
    endpoint({
      patch: '/api/bookings/visits/{id}',
      id: 'visits.move',
      scope: 'bookings:write',
      summary: 'Move a whole visit',
      description: `All parts that are still to come move together, by the same people and as far apart as they are, or stay where they are
(409) when one of them does not fit.`,
      params,
      json: visitMove,
      verb: (ctx, { params: { id }, json: { startTime: startAt } }) => moveVisit(ctx, { id, startAt }),
      answer: visitBody,
      body: toVisitBody,
    }),
    endpoint({
      post: '/api/bookings/visits/{id}/cancel',
      id: 'visits.cancel',
      scope: 'bookings:write',
      summary: 'Cancel a whole visit',
      description:
        'Frees the slots of all parts that are still to come, or none of them. What is over already is answered as it is.',
      params,
      json: cancellation,
      jsonRequired: false,
      verb: (ctx, { params: { id }, json: { reason } }) => cancelVisit(ctx, { id, reason }),
      answer: visitBody,
      body: toVisitBody,
    }),
  ],
}
