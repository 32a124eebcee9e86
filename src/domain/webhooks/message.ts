import type { Row } from '#db/database.ts'
import type { webhookEndpoints } from '#db/webhooks/endpoints.ts'
import type { WrittenEvent } from '#domain/events/event.ts'

export { webhookFormats } from '#db/webhooks/endpoints.ts'
export type WebhookFormat = Row<typeof webhookEndpoints>['format']

/** Formats that somebody knows how to render. */
export const availableFormats: readonly WebhookFormat[] = ['native']

/** One attempt to tell one endpoint of an event. */
export interface Sending {
  event: WrittenEvent
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

/** A message in the words of its format: `id` stays the same over retries, and the headers are the format's own. */
export interface Rendering {
  id: string
  body: string
  headers: Record<string, string>
}
