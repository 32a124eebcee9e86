import { z } from '@hono/zod-openapi'
import type { Booking } from '#domain/bookings/booking.ts'
import { eventTypes } from '#domain/events/event.ts'
import type { WrittenEvent } from '#domain/events/event.ts'
import type { Rendering, Sending } from '#domain/webhooks/message.ts'
import type { Occasion } from '#http/endpoint.ts'
import { hexSignature } from '#domain/webhooks/signature.ts'
import { bookingBody, toBookingBody } from './bookings.wire.ts'
import { businessIdText, id, instantBody, toInstant } from './wire.ts'

const pingData = z.object({ webhookId: id })

const event = {
  id,
  type: z.enum([...eventTypes, 'webhook.ping']),
  createdAt: instantBody,
  businessId: id,
  sequence: z.int().openapi({ description: '1, 2, 3 … per business, without holes' }),
  data: z.union([bookingBody, pingData]).openapi({ description: 'The subject as it then was' }),
}

/** What a webhook is sent. */
export const eventBody = z.object(event).openapi('Event')

export const feedQuery = z.strictObject({
  businessId: businessIdText,
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .default(0)
    .openapi({ type: 'integer', minimum: 0, default: 0, description: 'nextAfter of the answer before' }),
  limit: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(100)
    .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 100 }),
})

/** What the log has of an event beside what a webhook is sent. */
export const loggedEventBody = z
  .object({
    ...event,
    actor: z.object({ type: z.string(), id: id.nullable() }),
    requestId: z.string(),
  })
  .openapi('LoggedEvent')

export const feedBody = z
  .object({
    events: z.array(loggedEventBody),
    nextAfter: z.int().openapi({
      description: 'Where to go on, until no more come; an answer ends at about 1 MiB',
    }),
  })
  .openapi('EventFeed')

/** `origin` is where bookings' cards are served. */
function toEventBody(written: WrittenEvent, origin: string): z.infer<typeof eventBody> {
  const { id: eventId, createdAt, businessId, sequence } = written
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the verb that emitted the event
  const type = written.type as z.infer<typeof event.type>
  const subject: unknown = JSON.parse(written.data)
  const data =
    type === 'webhook.ping'
      ? pingData.parse(subject)
      : // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row of a booking, as it was written
        toBookingBody(subject as Booking, { now: createdAt, origin })
  return { id: eventId, type, createdAt: toInstant(createdAt), businessId, sequence, data }
}

export function toLoggedEventBody(
  written: WrittenEvent,
  { origin }: Pick<Occasion, 'origin'>,
): z.infer<typeof loggedEventBody> {
  const { actorType, actorId, requestId } = written
  return { ...toEventBody(written, origin), actor: { type: actorType, id: actorId }, requestId }
}

export function toFeedBody(
  { events, nextAfter }: { events: WrittenEvent[]; nextAfter: number },
  occasion: Occasion,
): z.infer<typeof feedBody> {
  return { events: events.map((written) => toLoggedEventBody(written, occasion)), nextAfter }
}

/** A webhook's message: receivers check the signature over `JSON.stringify` of what they parsed, so that is what it is. */
export async function renderEvent(sending: Sending, origin: string): Promise<Rendering> {
  const { event: written, deliveryId, attempt, secrets } = sending
  const body = JSON.stringify(toEventBody(written, origin))
  const headers = {
    'X-NearbyAssist-Event': written.type,
    'X-NearbyAssist-Delivery': String(deliveryId),
    'X-NearbyAssist-Attempt': String(attempt),
    ...(secrets && { 'X-NearbyAssist-Signature': await hexSignature(secrets.current, body) }),
    ...(secrets?.next !== undefined && {
      'X-NearbyAssist-Signature-Next': await hexSignature(secrets.next, body),
    }),
  }
  return { id: String(written.id), body, headers }
}
