// What lists of reservations are filtered and sorted by.
import { z } from '@hono/zod-openapi'
import type { Paid } from '#domain/stays/contents.ts'
import type { StayOrder, StaysWanted } from '#domain/stays/list-stays.ts'
import type { Stay } from '#domain/stays/stay.ts'
import { paid } from './reservation-words.ts'
import { day, flagText, idText, pageQuery, several, severalOf, unixSeconds } from './wire.ts'

const orders = ['reservationId', 'arrival', 'departure', 'addDate', 'editDate'] as const
const orderColumns: Record<(typeof orders)[number], StayOrder['by']> = {
  reservationId: 'id',
  arrival: 'arrivalOn',
  departure: 'departureOn',
  // Ids are made in the order of time.
  addDate: 'id',
  editDate: 'updatedAt',
}

export const reservationsQuery = z.strictObject({
  ...pageQuery(orders),
  includeLocks: flagText.optional(),
  from: day.optional().openapi({ description: 'Arrival on this day or later' }),
  to: day.optional().openapi({ description: 'Departure on this day or earlier' }),
  arrival: day.optional(),
  departure: day.optional(),
  addDate: day.optional(),
  editDate: day.optional(),
  lastEdit: unixSeconds.optional().openapi({ description: 'Unix seconds' }),
  paymentStatus: z.enum(paid.words).optional(),
  sourceId: idText.optional(),
  ...several('reservationId', idText, 200),
  roomId: idText.optional(),
  groupId: idText.optional(),
})

const { page, limit } = pageQuery(['arrival'])
export const staysQuery = z.strictObject({ page, limit })

type Query = z.infer<typeof reservationsQuery>

const statusesOf: Record<Paid, Stay['paymentStatus'][]> = {
  nothing: ['not_required', 'unpaid', 'refunded', 'failed'],
  prepayment: ['partially_paid'],
  all: ['paid'],
}

export function toStaysWanted(query: Query): Omit<StaysWanted, 'businessId'> {
  const { includeLocks, from, to, arrival, departure, addDate, editDate, lastEdit, paymentStatus } = query
  return {
    includesBlocks: includeLocks,
    ids: severalOf(query, 'reservationId'),
    groupId: query.groupId,
    resourceId: query.roomId,
    sourceId: query.sourceId,
    paymentStatuses: paymentStatus && statusesOf[paid.meaning(paymentStatus)],
    arrivalOn: arrival,
    arrivalFromOn: from,
    departureOn: departure,
    departureToOn: to,
    createdOn: addDate,
    updatedOn: editDate,
    updatedFrom: lastEdit === undefined ? undefined : lastEdit * 1_000,
  }
}

export function toStayOrder({ orderBy, orderType }: Pick<Query, 'orderBy' | 'orderType'>): StayOrder {
  return { by: orderColumns[orderBy], isDescending: orderType === 'DESC' }
}
