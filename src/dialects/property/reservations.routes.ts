import { z } from '@hono/zod-openapi'
import { cancelStay } from '#domain/stays/cancel-stay.ts'
import { getStay, getStayHistory } from '#domain/stays/get-stay.ts'
import { listStays } from '#domain/stays/list-stays.ts'
import { placeStays } from '#domain/stays/place-stays.ts'
import { restoreStay } from '#domain/stays/restore-stay.ts'
import { updateStay } from '#domain/stays/update-stay.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { reservationsQuery, toStayOrder, toStaysWanted } from './reservation-lists.wire.ts'
import { newReservation, reservationChanges, toNewStays, toStayUpdate } from './reservation-requests.wire.ts'
import { reservationBody, stateBody, toReservationBody, toStateBody } from './reservations.wire.ts'
import {
  flagText,
  idParams,
  located,
  pagedList,
  single,
  toPagedList,
  toPageRequest,
  toSingle,
  toWholeList,
  wholeList,
} from './wire.ts'

export const reservations: Routes = {
  tag: 'Reservations',
  routes: [
    endpoint({
      get: '/v1/public/reservations',
      id: 'reservations.list',
      scope: 'reservations.read',
      orScope: 'locks.read',
      summary: 'Reservations that stand, filtered and sorted; locks too, where they are asked for',
      query: reservationsQuery,
      verb: async (ctx, { query, withBusiness }) =>
        listStays(ctx, await withBusiness(toStaysWanted(query)), toStayOrder(query), toPageRequest(query)),
      answer: pagedList(reservationBody),
      body: toPagedList(toReservationBody),
    }),
    endpoint({
      post: '/v1/public/reservations',
      id: 'reservations.create',
      scope: 'reservations.create',
      orScope: 'locks.create',
      summary: 'Take nights in a room, or keep it locked for them',
      description: `A GROUP takes several rooms at once, all of them or none; the answer is the first of its reservations.
Nights that overlap with anything else in the room are a conflict.`,
      json: newReservation,
      verb: async (ctx, { json, withBusiness }) => placeStays(ctx, await withBusiness(toNewStays(json))),
      answer: single(reservationBody),
      status: 201,
      body: toSingle(toReservationBody),
      answerHeaders: ({ id }) => located('/reservations', id),
    }),
    endpoint({
      get: '/v1/public/reservations/{id}',
      id: 'reservations.get',
      scope: 'reservations.read',
      orScope: 'locks.read',
      summary: 'A reservation or a lock',
      params: idParams,
      verb: (ctx, { params }) => getStay(ctx, params.id),
      answer: single(reservationBody),
      body: toSingle(toReservationBody),
    }),
    endpoint({
      patch: '/v1/public/reservations/{id}',
      id: 'reservations.update',
      scope: 'reservations.update',
      orScope: 'locks.update',
      summary: 'Change what is given: what is said of it, its nights, its room, whether the guests have come',
      params: idParams,
      json: reservationChanges,
      verb: async (ctx, { params, json, withBusiness }) =>
        updateStay(ctx, await withBusiness({ ...toStayUpdate(json), ...params })),
      answer: single(reservationBody),
      body: toSingle(toReservationBody),
    }),
    endpoint({
      delete: '/v1/public/reservations/{id}',
      id: 'reservations.delete',
      scope: 'reservations.delete',
      orScope: 'locks.delete',
      summary: 'Call it off and free its nights, alone or with all of its group',
      params: idParams,
      query: z.strictObject({ deleteAllGroup: flagText.optional() }),
      verb: (ctx, { params, query }) => cancelStay(ctx, { ...params, withGroup: query.deleteAllGroup }),
      answer: null,
    }),
    endpoint({
      post: '/v1/public/reservations/{id}/restore',
      id: 'reservations.restore',
      scope: 'reservations.update',
      orScope: 'locks.update',
      summary: 'Take the nights again that were given up, alone or with all of its group',
      description: `With restoreAllGroup all that was called off of its group comes back, all of it or none; the answer is the reservation
in the path. Nights that somebody else has by now are a conflict.`,
      params: idParams,
      query: z.strictObject({ restoreAllGroup: flagText.optional() }),
      verb: (ctx, { params, query }) => restoreStay(ctx, { ...params, withGroup: query.restoreAllGroup }),
      answer: single(reservationBody),
      body: toSingle(toReservationBody),
    }),
    endpoint({
      get: '/v1/public/reservations/{id}/history',
      id: 'reservations.history',
      scope: 'reservations.read',
      orScope: 'locks.read',
      summary: 'Every state that it was in, the oldest first',
      params: idParams,
      verb: (ctx, { params }) => getStayHistory(ctx, params.id),
      answer: wholeList(stateBody),
      body: toWholeList(toStateBody),
    }),
  ],
}
