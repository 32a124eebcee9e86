import { z } from '@hono/zod-openapi'
import type { Subject } from '#domain/events/event-data.ts'
import { eventTypes, toldOf } from '#domain/events/event.ts'
import type { ToldEvent, WrittenEvent } from '#domain/events/event.ts'
import type { Format, Telling } from '#domain/webhooks/message.ts'
import type { Occasion } from '#http/endpoint.ts'
import { hexSignature } from '#domain/webhooks/signature.ts'
import { bookingBody, toBookingBody } from './bookings.wire.ts'
import { leadBody, toLeadBody } from './leads.wire.ts'
import { businessIdText, id, instantBody, money, sample, toInstant } from './wire.ts'

/** What the data of an event is, by what the event is about. */
export const dataBodies = {
  booking: bookingBody,
  lead: leadBody,
  payment: z
    .object({
      bookingId: id,
      customerId: id.nullable(),
      amount: money,
      method: z.enum(['external']).openapi({ description: 'Paid to the business itself, which noted it' }),
      paidAt: instantBody,
    })
    .openapi('Payment', {
      example: {
        bookingId: sample.bookingId,
        customerId: sample.customerId,
        amount: { amount: 1500, currency: 'EUR' },
        method: 'external',
        paidAt: '2031-03-03T09:00:00.000Z',
      },
    }),
  webhook: z.object({ webhookId: id }),
} satisfies { [S in Subject]: z.ZodType }

const event = {
  id,
  type: z.enum([...eventTypes, 'webhook.ping']),
  createdAt: instantBody,
  businessId: id,
  sequence: z.int().openapi({ description: '1, 2, 3 … per business, without holes' }),
  data: z
    .union([dataBodies.booking, dataBodies.lead, dataBodies.payment, dataBodies.webhook])
    .openapi({ description: 'The subject as it then was' }),
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

type EventBody = z.infer<typeof eventBody>

/** An event is told as it was when it happened, to whoever is told it. */
type Hearing = Omit<Occasion, 'now' | 'requestId'>

type Words = {
  readonly [S in Subject]: (event: ToldEvent<S>, hearing: Hearing) => z.infer<(typeof dataBodies)[S]>
}

const words: Words = {
  booking: ({ data, createdAt }, hearing) => toBookingBody(data, { ...hearing, now: createdAt }),
  lead: ({ data }) => toLeadBody(data),
  payment: ({ data: { amountMinor, currency, paidAt, ...payment } }) => ({
    ...payment,
    amount: { amount: amountMinor, currency },
    paidAt: toInstant(paidAt),
  }),
  webhook: ({ data }) => data,
}

function dataOf<S extends Subject>(event: ToldEvent<S>, hearing: Hearing): EventBody['data'] {
  return words[event.subject](event, hearing)
}

function toEventBody(event: ToldEvent, hearing: Hearing): EventBody {
  const { id: eventId, type, createdAt, businessId, sequence } = event
  const data = dataOf(event, hearing)
  return { id: eventId, type, createdAt: toInstant(createdAt), businessId, sequence, data }
}

export function toLoggedEventBody(written: WrittenEvent, hearing: Hearing): z.infer<typeof loggedEventBody> {
  const { actorType, actorId, requestId } = written
  return { ...toEventBody(toldOf(written), hearing), actor: { type: actorType, id: actorId }, requestId }
}

export function toFeedBody(
  { events, nextAfter }: { events: WrittenEvent[]; nextAfter: number },
  occasion: Occasion,
): z.infer<typeof feedBody> {
  return { events: events.map((written) => toLoggedEventBody(written, occasion)), nextAfter }
}

/** Where a webhook sends to is the business's own. */
const toMessage = (event: ToldEvent, { origin }: Telling) =>
  toEventBody(event, { origin, actor: () => ({ type: 'system' }) })

/** Messages say what the feed says. */
export const format: Format = {
  bodies: { booking: toMessage, lead: toMessage, payment: toMessage, webhook: toMessage },
  async headers({ event: { type }, deliveryId, attempt, secrets }, body) {
    return {
      'X-NearbyAssist-Event': type,
      'X-NearbyAssist-Delivery': String(deliveryId),
      'X-NearbyAssist-Attempt': String(attempt),
      ...(secrets && { 'X-NearbyAssist-Signature': await hexSignature(secrets.current, body) }),
      ...(secrets?.next !== undefined && {
        'X-NearbyAssist-Signature-Next': await hexSignature(secrets.next, body),
      }),
    }
  },
}
