// Queue name → verb. What fails is retried by the queue, later and later; what succeeded is not done again.
import type { Context } from '#domain/context.ts'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import type { LogMessage } from '#domain/request-log/log-message.ts'
import { storeRequests } from '#domain/request-log/store-requests.ts'
import { attemptDeliveries } from '#domain/webhooks/attempt-deliveries.ts'

/** What is sent to each queue: ids, and what to log. */
export type QueueMessage = { eventId: number } | { deliveryId: number } | LogMessage

/** Handles messages, or throws; it may get the same message twice. */
type Consumer<Body> = (messages: readonly Message<Body>[], ctx: Context) => Promise<void>

const fanOut: Consumer<{ eventId: number }> = (messages, ctx) =>
  dispatchEvents(
    ctx,
    messages.map(({ body }) => body.eventId),
  )

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

/**
 * Messages that failed for good are logged; their events and deliveries are in storage, and the sweeps find them there.
 */
const showDeadLetters: Consumer<QueueMessage> = async (messages) => {
  for (const message of messages) console.error('dead letter', message.id, describe(message))
}

const consumers: Record<string, Consumer<never>> = {
  'slotkeeper-events': fanOut,
  'slotkeeper-deliveries': deliver,
  'slotkeeper-request-log': log,
  'slotkeeper-dead-letters': showDeadLetters,
}

/** Retries grow further apart, so that ten of them outlast half an hour of trouble. */
const longestWaitSeconds = 600

export async function consume({ queue, messages }: MessageBatch<QueueMessage>, ctx: Context): Promise<void> {
  const found = consumers[queue]
  if (!found) throw new Error(`nobody consumes ${queue}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each queue has one kind of sender
  const consumer = found as Consumer<QueueMessage>
  try {
    await consumer(messages, ctx)
    for (const message of messages) message.ack()
  } catch {
    // A batch failed: consumed one by one, a bad message does not fail the others.
    await Promise.all(messages.map((message) => consumeAlone(consumer, message, ctx)))
  }
}

async function consumeAlone(
  consumer: Consumer<QueueMessage>,
  message: Message<QueueMessage>,
  ctx: Context,
): Promise<void> {
  try {
    await consumer([message], ctx)
    message.ack()
  } catch (error) {
    console.warn('to be tried again', describe(message), error instanceof Error ? error.message : error)
    message.retry({ delaySeconds: Math.min(2 ** message.attempts, longestWaitSeconds) })
  }
}

/** The ids in a message. A request to be logged may hold anything, and is not shown. */
function describe({ body }: Message<QueueMessage>): string {
  return 'eventId' in body || 'deliveryId' in body ? JSON.stringify(body) : 'a request to log'
}
