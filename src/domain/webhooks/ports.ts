// What telling others takes, beside storage.
import type { Format, WebhookFormat } from './message.ts'
import type { UrlRules } from './webhook-url.ts'

/** A delivery, and how many ms from now it is due. */
export interface Reminder {
  deliveryId: number
  afterMs: number
}

export interface OutboundRequest {
  method: 'POST'
  headers: Record<string, string>
  body: string
  signal: AbortSignal
}

export type Formats = Readonly<Partial<Record<WebhookFormat, Format>>>

export interface WebhookPorts {
  /** Which addresses may be told anything. */
  urlRules: UrlRules
  /** The secrets from which the keys are made that secrets are stored under: the present one, and those before it. */
  sealingKeys(): Promise<readonly [CryptoKey, ...CryptoKey[]]>
  /** The formats that there are dialects for. */
  formats: Formats
  /** Where links in messages lead. */
  origin: string
  /** Sends a request into the world; redirects are not followed. */
  outbound(url: string, request: OutboundRequest): Promise<Response>
  /** Brings deliveries back when they are due, or a little later, or never: the sweep knows them too. */
  remind(reminders: readonly Reminder[]): Promise<void>
  /** Chance: from 0 to below 1. */
  random(): number
}
