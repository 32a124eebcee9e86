import type { Reminder } from '#domain/webhooks/ports.ts'

/** Tells the consumer that these events wait in the outbox. */
export function announce({ EVENTS }: Cloudflare.Env, eventIds: readonly number[]): Promise<void> {
  return sendAll(
    EVENTS,
    eventIds.map((eventId) => ({ body: { eventId } })),
  )
}

/** Has deliveries come up when it is their time. */
export function remind({ DELIVERIES }: Cloudflare.Env, reminders: readonly Reminder[]): Promise<void> {
  return sendAll(
    DELIVERIES,
    reminders.map(({ deliveryId, afterMs }) => ({
      body: { deliveryId },
      delaySeconds: Math.min(Math.ceil(afterMs / 1_000), longestDelaySeconds),
    })),
  )
}

/** The longest delay that the queue allows. */
const longestDelaySeconds = 12 * 3_600

/** A batch of messages holds a hundred. */
async function sendAll(queue: Queue, messages: readonly MessageSendRequest[]): Promise<void> {
  for (let sent = 0; sent < messages.length; sent += 100) {
    await queue.sendBatch(messages.slice(sent, sent + 100))
  }
}
