// The rubitime format: three events, each with the whole record as get-record gives it.
import type { EventData, Subject } from '#domain/events/event-data.ts'
import type { ToldEvent } from '#domain/events/event.ts'
import type { Format, Telling } from '#domain/webhooks/message.ts'
import { toRecord } from './records.wire.ts'

type EventName = 'event-create-record' | 'event-update-record' | 'event-remove-record'

function nameOf({ removedAt, isNews }: EventData['booking']): EventName {
  if (removedAt !== null) return 'event-remove-record'
  return isNews ? 'event-create-record' : 'event-update-record'
}

/** A person's session is a user's hand; a key, and time itself, are the interface's. */
function fromOf({ actorType }: ToldEvent<Subject>): 'user' | 'api' {
  return actorType === 'user' ? 'user' : 'api'
}

function toMessage(event: ToldEvent<'booking'>, { origin }: Telling) {
  const { data, createdAt } = event
  return { event: nameOf(data), data: toRecord(data, { now: createdAt, origin }), from: fromOf(event) }
}

export const format: Format = {
  bodies: {
    booking: toMessage,
    lead: null,
    payment: null,
    // What is asked for by hand, to see whether anybody answers, is about no record.
    webhook: (event) => ({ event: 'event-ping', data: { id: event.data.webhookId }, from: fromOf(event) }),
  },
  kinds: ['appointment'],
  headers: async () => ({}),
}
