// Queue name → verb. What fails is retried by the queue; what succeeded is not done again.
import type { Context } from '#domain/context.ts'
import { dispatchEvents } from '#domain/events/dispatch-events.ts'
import type { LogMessage } from '#domain/request-log/log-message.ts'
import { storeRequests } from '#domain/request-log/store-requests.ts'
import { attemptDeliveries } from '#domain/webhooks/attempt-deliveries.ts'

/** What is sent to each queue: ids, and what to log. */
export type QueueMessage = { eventId: number } | { deliveryId: number } | LogMessage

type Consumer<Body> = (messages: readonly Message<Body>[], ctx: Context) => Promise<void>

const fanOut: Consumer<{ eventId: number }> = async (messages, ctx) => {
  const failed = await dispatchEvents(
    ctx,
    messages.map(({ body }) => body.eventId),
  )
  for (const message of messages) {
    if (failed.has(message.body.eventId))
      message.retry({ delaySeconds: Math.min(2 ** message.attempts, 600) })
    else message.ack()
  }
}

const deliver: Consumer<{ deliveryId: number }> = (messages, ctx) =>
  attemptDeliveries(
    ctx,
    messages.map(({ body }) => body.deliveryId),
  )

const log: Consumer<LogMessage> = (messages, ctx) =>
  storeRequests(
    ctx,
    messages.map(({ body }) => body),
  )

/** What we failed at for good is shown; events and deliveries are in storage, from where the sweeps bring them back. */
const showDeadLetters: Consumer<QueueMessage> = async (messages) => {
  for (const { id, body } of messages) {
    const about = 'eventId' in body || 'deliveryId' in body ? JSON.stringify(body) : 'a request to log'
    console.error('dead letter', id, about)
  }
}

const consumers: Record<string, Consumer<never>> = {
  'slotkeeper-events': fanOut,
  'slotkeeper-deliveries': deliver,
  'slotkeeper-request-log': log,
  'slotkeeper-dead-letters': showDeadLetters,
}

export async function consume({ queue, messages }: MessageBatch<QueueMessage>, ctx: Context): Promise<void> {
  const consumer = consumers[queue]
  if (!consumer) throw new Error(`nobody consumes ${queue}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each queue has one kind of sender
  await consumer(messages as readonly Message<never>[], ctx)
}
