import type { Actor } from '#domain/context.ts'

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

/** Who did it, as the outbox and the history keep it. */
export function actorColumns(actor: Actor): { actorType: Actor['type']; actorId: number | null } {
  return { actorType: actor.type, actorId: actor.type === 'user' ? actor.accountId : null }
}
