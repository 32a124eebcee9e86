import { createRoom } from '#domain/rooms/create-room.ts'
import { deleteRoom } from '#domain/rooms/delete-room.ts'
import { getRoom } from '#domain/rooms/get-room.ts'
import { listRooms } from '#domain/rooms/list-rooms.ts'
import { updateRoom } from '#domain/rooms/update-room.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  newRoom,
  roomBody,
  roomChanges,
  roomsQuery,
  toRoomBody,
  toRoomDetails,
  toRoomFilter,
  toRoomOrder,
} from './rooms.wire.ts'
import { idParams, located, pagedList, single, toPagedList, toPageRequest, toSingle } from './wire.ts'

export const rooms: Routes = {
  tag: 'Rooms',
  routes: [
    endpoint({
      get: '/v1/public/rooms',
      id: 'rooms.list',
      scope: 'rooms.read',
      summary: 'Rooms, filtered and sorted',
      query: roomsQuery,
      verb: async (ctx, { query, withBusiness }) =>
        listRooms(ctx, await withBusiness(toRoomFilter(query)), toRoomOrder(query), toPageRequest(query)),
      answer: pagedList(roomBody),
      body: toPagedList(toRoomBody),
    }),
    endpoint({
      post: '/v1/public/rooms',
      id: 'rooms.create',
      scope: 'rooms.create',
      summary: 'Add a room',
      json: newRoom,
      verb: async (ctx, { json, withBusiness }) => createRoom(ctx, await withBusiness(toRoomDetails(json))),
      answer: single(roomBody),
      status: 201,
      body: toSingle(toRoomBody),
      answerHeaders: ({ id }) => located('/rooms', id),
    }),
    endpoint({
      get: '/v1/public/rooms/{id}',
      id: 'rooms.get',
      scope: 'rooms.read',
      summary: 'A room',
      params: idParams,
      verb: (ctx, { params }) => getRoom(ctx, params.id),
      answer: single(roomBody),
      body: toSingle(toRoomBody),
    }),
    endpoint({
      patch: '/v1/public/rooms/{id}',
      id: 'rooms.update',
      scope: 'rooms.update',
      summary: 'Change what is given of a room',
      params: idParams,
      json: roomChanges,
      verb: (ctx, { params, json }) => updateRoom(ctx, { ...toRoomDetails(json), ...params }),
      answer: single(roomBody),
      body: toSingle(toRoomBody),
    }),
    endpoint({
      delete: '/v1/public/rooms/{id}',
      id: 'rooms.delete',
      scope: 'rooms.delete',
      summary: 'Take a room away in which nobody is or is to come',
      params: idParams,
      verb: (ctx, { params }) => deleteRoom(ctx, params.id),
      answer: null,
    }),
  ],
}
