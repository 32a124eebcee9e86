import { z } from '@hono/zod-openapi'
import { findNights } from '#domain/stays/find-nights.ts'
import type { NightsFound } from '#domain/stays/find-nights.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  date,
  flagText,
  id,
  idText,
  nights,
  several,
  severalOf,
  toWholeList,
  wholeList,
  withinNights,
} from './wire.ts'

const availabilityBody = z
  .object({
    roomId: id.optional(),
    typeId: id.optional(),
    availability: z.array(z.object({ date, roomsToSell: z.int() })),
  })
  .openapi('Availability')

const availabilityQuery = z
  .strictObject({
    ...nights,
    ...several('roomId', idText),
    ...several('typeId', idText),
    includeRates: flagText.optional().openapi({ description: 'Taken, and ignored' }),
  })
  .refine(...withinNights)

function toAvailabilityBody({
  roomId,
  roomTypeId,
  nights: found,
}: NightsFound): z.infer<typeof availabilityBody> {
  return {
    ...(roomId === null ? { typeId: roomTypeId ?? undefined } : { roomId }),
    availability: found.map(({ on, roomsToSell }) => ({ date: on, roomsToSell })),
  }
}

export const availability: Routes = {
  tag: 'Availability',
  routes: [
    endpoint({
      get: '/v1/public/availability',
      id: 'availability.find',
      scope: 'availability.read',
      summary: 'How many rooms can be sold, night by night',
      description: 'By room, or by type of room; both ends are included, at most 90 days.',
      query: availabilityQuery,
      verb: async (ctx, { query, withBusiness }) =>
        findNights(
          ctx,
          await withBusiness({
            fromOn: query.from,
            toOn: query.to,
            roomIds: severalOf(query, 'roomId'),
            roomTypeIds: severalOf(query, 'typeId'),
          }),
        ),
      answer: wholeList(availabilityBody),
      body: toWholeList(toAvailabilityBody),
    }),
  ],
}
