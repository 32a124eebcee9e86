// Queues, receivers and time in a test's own hands: what was announced waits here until it is carried out.
import { vi } from 'vitest'
import type { Context, Ports } from '#domain/context.ts'
import { unsaid } from '#domain/events/event-data.ts'
import type { ToldBooking } from '#domain/events/event-data.ts'
import type { NewEvent } from '#domain/events/event.ts'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import { attemptDeliveries } from '#domain/webhooks/attempt-deliveries.ts'
import { createWebhook } from '#domain/webhooks/create-webhook.ts'
import { sweepDeliveries } from '#domain/webhooks/sweep-deliveries.ts'
import type { WebhookDetails } from '#domain/webhooks/webhook.ts'
import { newId } from '#domain/identifiers.ts'
import { contextOf, query, settled } from './world.ts'
import type { World } from './world.ts'

export interface Received {
  url: string
  headers: Record<string, string>
  text: string
  /** The parsed text. */
  body: { id: number; type: string; sequence: number; data: Record<string, unknown> }
  at: number
  /** How it was answered, once it was. */
  status?: number
}

export type Receiver = (received: Received) => Response | Promise<Response>

const accepting: Receiver = () => new Response(null, { status: 204 })

export class PostOffice {
  readonly received: Received[] = []
  readonly announced: number[] = []
  reminders: { deliveryId: number; at: number }[] = []
  /** What answers at an address; everywhere else all is accepted. */
  readonly receivers = new Map<string, Receiver>()
  chance = 0.5

  /** Ports whose messages end here. */
  readonly around = (ports: Ports): Ports => ({
    ...ports,
    announce: async (ids) => void this.announced.push(...ids),
    webhooks: {
      ...ports.webhooks,
      random: () => this.chance,
      remind: async (reminders) => {
        for (const { deliveryId, afterMs } of reminders) {
          this.reminders.push({ deliveryId, at: Date.now() + Math.min(afterMs, 12 * 3_600_000) })
        }
      },
      outbound: async (url, { headers, body }) => {
        const parsed = JSON.parse(body) as Received['body']
        const received: Received = { url, headers, text: body, body: parsed, at: Date.now() }
        this.received.push(received)
        const answer = await (this.receivers.get(url) ?? accepting)(received)
        received.status = answer.status
        return answer
      },
    },
  })

  /** The context of work that no request asked for; `webhooks` are ports of theirs that do otherwise. */
  readonly context = (webhooks: Partial<Ports['webhooks']> = {}): Context =>
    contextOf(undefined, (ports) => {
      const lent = this.around(ports)
      return { ...lent, webhooks: { ...lent.webhooks, ...webhooks } }
    })

  /** Carries out everything that is due by now. */
  async deliver(context: () => Context = this.context): Promise<void> {
    for (;;) {
      await settled()
      const now = Date.now()
      const due = this.reminders.filter(({ at }) => at <= now).map(({ deliveryId }) => deliveryId)
      if (this.announced.length === 0 && due.length === 0) return
      this.reminders = this.reminders.filter(({ at }) => at > now)
      while (this.announced.length > 0) await dispatchEvents(context(), this.announced.splice(0, 50))
      while (due.length > 0) await attemptDeliveries(context(), due.splice(0, 6))
    }
  }

  /** Lets time pass, and everything happen when it is due. */
  async passUntil(at: number): Promise<void> {
    for (;;) {
      await this.deliver()
      const next = Math.min(...this.reminders.map((reminder) => reminder.at))
      if (next > at) break
      vi.setSystemTime(next)
    }
    vi.setSystemTime(at)
  }

  /** What the cron does, at this instant. */
  async sweep(): Promise<void> {
    await sweepDeliveries(this.context())
    await this.deliver()
  }

  /** The events that an address was told of, in the order in which it was. */
  sequencesAt(url: string): number[] {
    return this.received.filter((one) => one.url === url).map(({ body }) => body.sequence)
  }
}

let hosts = 0

/** A webhook of the world's business, at an address of its own. */
export function aWebhook(
  { owner, businessId }: World,
  {
    url = `https://receiver-${++hosts}.example.com/`,
    events = ['booking.*'],
    format = 'native',
  }: Partial<WebhookDetails> = {},
) {
  return createWebhook(contextOf(owner), { businessId, url, events, format })
}

/** So many events of the world's business, about a booking that looks like any other. */
export async function emit(office: PostOffice, world: World, count = 1): Promise<number[]> {
  const now = Date.now()
  const events = Array.from({ length: count }, (): NewEvent => {
    const id = newId(now)
    return {
      id,
      businessId: world.businessId,
      subject: 'booking',
      type: 'booking.updated',
      subjectId: id,
      data: aBooking(world, id),
    }
  })
  await office.context().commitAside({ statements: [], events })
  await settled()
  return events.map(({ id }) => id)
}

function aBooking(world: World, id: number): ToldBooking {
  const at = Date.now()
  return {
    ...unsaid.booking,
    id,
    isNews: false,
    businessId: world.businessId,
    kind: 'appointment',
    branchId: world.branchId,
    branchName: 'Studio',
    serviceId: world.serviceId,
    serviceName: 'Haircut',
    resourceId: world.staffIds[0] ?? null,
    resourceName: 'Staff 1',
    customerId: null,
    customerName: 'Zoë 🛠️ "Ada" \u2028',
    customerEmail: null,
    customerPhone: null,
    startAt: at,
    endAt: at + 1,
    timeZone: 'UTC',
    status: 'confirmed',
    expiresAt: null,
    paymentStatus: 'not_required',
    priceMinor: 4500,
    currency: 'EUR',
    couponCode: null,
    discountMinor: 0,
    notes: '</script>\\',
    source: 'native',
    customFields: '{"b":1e21,"10":true,"2":-0.0}',
    groupId: null,
    cancelReason: null,
    cardToken: '3q2-7wAAq83vASNFZ4mrzQ',
    version: 1,
    createdAt: at,
    updatedAt: at,
  }
}

export interface DeliveryRow {
  id: number
  status: string
  attempts: number
  sequence: number
  nextAttemptAt: number | null
  trigger: string
}

export function deliveriesTo({ id }: { id: number }): Promise<DeliveryRow[]> {
  return query<DeliveryRow>('select * from webhookDeliveries where webhookId = ? order by sequence, id', id)
}

export async function webhookRow({ id }: { id: number }) {
  const [row] = await query<Record<string, number | string | null>>('select * from webhooks where id = ?', id)
  return row!
}
