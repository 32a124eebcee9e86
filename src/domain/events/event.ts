export type EventType =
  | 'booking.created'
  | 'booking.requested'
  | 'booking.updated'
  | 'booking.cancelled'
  | 'booking.checked_in'
  | 'booking.completed'
  | 'booking.no_show'

/** A fact to be told: `data` is the subject as it then was, in the domain's own words. */
export interface NewEvent {
  id: number
  businessId: number
  type: EventType
  subjectId: number
  subjectVersion: number
  data: object
}
