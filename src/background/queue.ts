// Queue name → verb. What fails is retried by the queue; what succeeded is not done again.
import type { Context } from '#domain/context.ts'
import { dispatchEvents } from '#domain/events/dispatch-events.ts'

export async function consume(batch: MessageBatch<{ eventId: number }>, ctx: Context): Promise<void> {
  const failed = await dispatchEvents(
    ctx,
    batch.messages.map(({ body }) => body.eventId),
  )
  for (const message of batch.messages) {
    if (failed.has(message.body.eventId))
      message.retry({ delaySeconds: Math.min(2 ** message.attempts, 600) })
    else message.ack()
  }
}
