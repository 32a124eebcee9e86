// The property format: four events of reservations and locks; what was changed together is told at once.
import { z } from '@hono/zod-openapi'
import type { EventData, Subject } from '#domain/events/event-data.ts'
import type { EventType, ToldEvent } from '#domain/events/event.ts'
import { dateAt, wallClockAt } from '#domain/schedules/wall-clock.ts'
import { directSourceId } from '#domain/sources/source.ts'
import type { Format, Telling } from '#domain/webhooks/message.ts'
import { hexSignature } from '#domain/webhooks/signature.ts'
import { type, typeOf } from './reservation-words.ts'
import { date, id, localTime } from './wire.ts'

export const eventNames = [
  'reservation.created',
  'reservation.updated',
  'reservation.cancelled',
  'reservation.checked_in',
] as const
export type EventName = (typeof eventNames)[number]

/** The event types that each of the names stands for. */
export const typesOf: Record<EventName, readonly EventType[]> = {
  'reservation.created': ['booking.created', 'booking.requested'],
  'reservation.updated': ['booking.updated', 'booking.completed', 'booking.no_show'],
  'reservation.cancelled': ['booking.cancelled'],
  'reservation.checked_in': ['booking.checked_in'],
}

const ping = 'webhook.ping'

function nameOf(event: ToldEvent): EventName | typeof ping {
  return event.subject === 'webhook' ? ping : nameOfChange(event)
}

function nameOfChange(event: ToldEvent): EventName {
  const name = eventNames.find((each) => typesOf[each].some((eventType) => eventType === event.type))
  return name ?? 'reservation.updated'
}

function triggerOf({ actorType }: ToldEvent<Subject>): 'MANUAL' | 'API' {
  return actorType === 'user' ? 'MANUAL' : 'API'
}

/** An event's id as a UUID of version 8, which leaves its bits to whoever makes it: always the same one. */
export function uuidOf(eventId: number): string {
  const hex = eventId.toString(16).padStart(14, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12)}0-8000-000000000000`
}

export const messageBody = z.object({
  webhookId: z.uuid().openapi({ description: 'The event’s, the same over all attempts' }),
  eventType: z.enum(eventNames),
  timestamp: localTime,
  data: z.object({
    type,
    reservationId: z.array(id).openapi({ description: 'All that was changed together' }),
    roomId: z.array(id),
    arrival: date,
    departure: date,
    clientId: id.nullable(),
    sourceId: id,
    triggeredBy: z.enum(['MANUAL', 'API']),
    links: z.object({ self: z.url() }),
  }),
})

function toMessage(event: ToldEvent<'booking'>, { origin }: Telling): z.infer<typeof messageBody> {
  const { data, createdAt } = event
  return {
    webhookId: uuidOf(event.id),
    eventType: nameOfChange(event),
    timestamp: wallClockAt(data.timeZone, createdAt).text,
    data: {
      type: typeOf(data),
      reservationId: [data.id, ...data.companions.map(({ id }) => id)],
      roomId: roomsOf(data),
      arrival: dateAt(data.timeZone, data.startAt),
      departure: dateAt(data.timeZone, data.endAt),
      clientId: data.customerId,
      sourceId: data.sourceId ?? directSourceId,
      triggeredBy: triggerOf(event),
      links: { self: `${origin}/v1/public/reservations/${data.id}` },
    },
  }
}

function roomsOf({ resourceId, companions }: EventData['booking']): number[] {
  return [resourceId, ...companions.map((companion) => companion.resourceId)].filter((id) => id !== null)
}

export const format: Format = {
  bodies: {
    booking: toMessage,
    lead: null,
    payment: null,
    webhook: (event) => ({
      webhookId: uuidOf(event.id),
      eventType: ping,
      timestamp: wallClockAt('UTC', event.createdAt).text,
      data: {},
    }),
  },
  kinds: ['stay', 'block'],
  async headers({ event, deliveryId, secrets }, body) {
    return {
      'X-MC-Event': nameOf(event),
      'X-MC-Delivery-ID': String(deliveryId),
      // During a rotation the secret before it still signs.
      ...(secrets && { 'X-MC-Signature': `sha256=${await hexSignature(secrets.current, body)}` }),
    }
  },
}
