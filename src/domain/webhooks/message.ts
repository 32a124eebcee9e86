// What a message says is for the dialects to know, each in its own format; see composeMessage for what all have in common.
import { bookingKinds } from '#db/bookings/bookings.ts'
import type { Batch, Row, RowsOf } from '#db/database.ts'
import type { webhooks } from '#db/webhooks/webhooks.ts'
import type { Subject } from '#domain/events/event-data.ts'
import type { ToldEvent } from '#domain/events/event.ts'

export { webhookFormats } from '#db/webhooks/webhooks.ts'
export type WebhookFormat = Row<typeof webhooks>['format']

/** What events of bookings can be about, `companion` being what the first one's event tells of as well. */
export const toldKinds = [...bookingKinds, 'companion'] as const
export type ToldKind = (typeof toldKinds)[number]

/** How a dialect tells of events. */
export interface Format {
  bodies: Bodies
  /** The kinds of bookings that it tells of; absent: all. */
  kinds?: readonly ToldKind[]
  /** Headers of the format's own, beside those of Standard Webhooks. */
  headers(sending: Sending, body: string): Promise<Record<string, string>>
}

/** What a message says, by what its event is about; null where a format has no word for that. */
export type Bodies = { readonly [S in Subject]: ((event: ToldEvent<S>, telling: Telling) => unknown) | null }

/** What telling takes beside the event: where links lead, and a way to read what the event does not say. */
export interface Telling {
  origin: string
  read<const B extends Batch>(batch: B): Promise<RowsOf<B>>
}

/** One attempt to tell one webhook of an event. */
export interface Sending {
  event: ToldEvent
  deliveryId: number
  /** 1, 2, 3 … */
  attempt: number
  /** Absent: it is only shown, not sent, and carries no signature. */
  secrets: Secrets | undefined
}

/** What signs: during a rotation also the secret that comes next. */
export interface Secrets {
  current: string
  next: string | undefined
}

/** The body of an event's message, if the format has one. */
export async function bodyOf<S extends Subject>(
  bodies: Bodies,
  event: ToldEvent<S>,
  telling: Telling,
): Promise<unknown> {
  return bodies[event.subject]?.(event, telling)
}
