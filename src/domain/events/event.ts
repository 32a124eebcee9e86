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
