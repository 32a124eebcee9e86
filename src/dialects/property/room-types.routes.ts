import { z } from '@hono/zod-openapi'
import { createRoomType } from '#domain/room-types/create-room-type.ts'
import { deleteRoomType } from '#domain/room-types/delete-room-type.ts'
import { getRoomType } from '#domain/room-types/get-room-type.ts'
import { listRoomTypes } from '#domain/room-types/list-room-types.ts'
import { updateRoomType } from '#domain/room-types/update-room-type.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  newRoomType,
  roomTypeBody,
  roomTypeChanges,
  toRoomTypeBody,
  toRoomTypeDetails,
} from './room-types.wire.ts'
import { idParams, located, single, toSingle, toWholeList, wholeList } from './wire.ts'

export const roomTypes: Routes = {
  tag: 'Room types',
  routes: [
    endpoint({
      get: '/v1/public/room-types',
      id: 'roomTypes.list',
      scope: 'rooms.read',
      summary: 'All room types',
      query: z.strictObject({}),
      verb: async (ctx, { withBusiness }) => listRoomTypes(ctx, (await withBusiness({})).businessId),
      answer: wholeList(roomTypeBody),
      body: toWholeList(toRoomTypeBody),
    }),
    endpoint({
      post: '/v1/public/room-types',
      id: 'roomTypes.create',
      scope: 'rooms.create',
      summary: 'Add a room type',
      description: 'Rooms are of it once their `roomTypeId` says so, and are priced with it.',
      json: newRoomType,
      verb: async (ctx, { json, withBusiness }) =>
        createRoomType(ctx, await withBusiness(toRoomTypeDetails(json))),
      answer: single(roomTypeBody),
      status: 201,
      body: toSingle(toRoomTypeBody),
      answerHeaders: ({ id }) => located('/room-types', id),
    }),
    endpoint({
      get: '/v1/public/room-types/{id}',
      id: 'roomTypes.get',
      scope: 'rooms.read',
      summary: 'A room type',
      params: idParams,
      verb: (ctx, { params }) => getRoomType(ctx, params.id),
      answer: single(roomTypeBody),
      body: toSingle(toRoomTypeBody),
    }),
    endpoint({
      patch: '/v1/public/room-types/{id}',
      id: 'roomTypes.update',
      scope: 'rooms.update',
      summary: 'Change what is given of a room type',
      params: idParams,
      json: roomTypeChanges,
      verb: (ctx, { params, json }) => updateRoomType(ctx, params.id, toRoomTypeDetails(json)),
      answer: single(roomTypeBody),
      body: toSingle(toRoomTypeBody),
    }),
    endpoint({
      delete: '/v1/public/room-types/{id}',
      id: 'roomTypes.delete',
      scope: 'rooms.delete',
      summary: 'Delete a room type that no room is of',
      params: idParams,
      verb: (ctx, { params }) => deleteRoomType(ctx, params.id),
      answer: null,
    }),
  ],
}
