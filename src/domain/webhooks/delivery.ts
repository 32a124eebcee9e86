import type { Row } from '#db/database.ts'
import type { webhookAttempts } from '#db/webhooks/attempts.ts'
import type { ListedDelivery } from '#db/webhooks/deliveries.ts'
import { DomainError } from '#domain/errors.ts'

export { deliveryTriggers } from '#db/webhooks/deliveries.ts'
export { deliveryStatuses } from '#db/webhooks/delivery-statuses.ts'

/** One event on its way to one webhook. */
export type Delivery = ListedDelivery

/** One try, and what came of it. */
export type Attempt = Row<typeof webhookAttempts>

export type DeliveryTrigger = Delivery['trigger']

/** A delivery to be made, due at an instant. */
export interface NewDelivery {
  /** Absent: the database gives it one. */
  id?: number
  eventId: number
  webhookId: number
  trigger: DeliveryTrigger
  dueAt: number
}

/** New deliveries as the statement that writes them takes them. */
export function toRows(deliveries: readonly NewDelivery[]): string {
  return JSON.stringify(
    deliveries.map(({ id, eventId, webhookId, trigger, dueAt }) => [eventId, webhookId, trigger, dueAt, id]),
  )
}

export function deliveryNotFound(): DomainError {
  return new DomainError('delivery.not_found')
}
