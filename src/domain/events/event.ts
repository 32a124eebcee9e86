/** An event as it was written down. */
export type { WrittenEvent } from '#db/events.ts'

/** What a business can be told of. */
export const eventTypes = [
  'booking.created',
  'booking.requested',
  'booking.updated',
  'booking.cancelled',
  'booking.checked_in',
  'booking.completed',
  'booking.no_show',
  'lead.received',
  'lead.accepted',
  'review.created',
  'message.received',
  'payment.completed',
] as const

export type EventType = (typeof eventTypes)[number]

/** An event type, or all types of a noun. */
export type EventPattern = EventType | `${string}.*`

/** Every pattern there is. */
export const eventPatterns: readonly EventPattern[] = [
  ...eventTypes,
  ...new Set(eventTypes.map((type) => `${type.split('.')[0]}.*` as const)),
]

/** The queue has this long to bring an event to its consumer; then the sweep announces it once more. */
const announcedAfterMs = 30_000
/** How far back the event log reaches, and with it what was told of the events. */
const keptMs = 30 * 86_400_000

/** When an event of an instant is looked at again. */
export function duesOf(createdAt: number): { announceAt: number; forgetAt: number } {
  return { announceAt: createdAt + announcedAfterMs, forgetAt: createdAt + keptMs }
}

/** A fact to be told: `data` is the subject as it then was, in the domain's own words. */
export interface NewEvent {
  id: number
  businessId: number
  /** A ping is told only to the webhook that it is for. */
  type: EventType | 'webhook.ping'
  subjectId: number
  subjectVersion: number
  data: object
}
