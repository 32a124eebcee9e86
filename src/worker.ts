// The front door: requests, queue messages and cron ticks come in here, and the Durable Objects live here.
import { runSchedule } from '#background/cron.ts'
import { consume } from '#background/queue.ts'
import type { QueueMessage } from '#background/queue.ts'
import { openContext } from '#domain/open-context.ts'
import { answer } from './app.ts'
import { clock } from './wiring/clock.ts'
import { openPorts, wire } from './wiring/index.ts'

export { PasswordGuard } from '#objects/password-guard.ts'
export { RateLimiter } from '#objects/rate-limiter.ts'
export { SlotLock } from '#objects/slot-lock.ts'

/** The context of work that no request asked for. */
function systemContext(env: Cloudflare.Env, execution: ExecutionContext, requestId: string) {
  return openContext(openPorts(env, execution), { caller: { type: 'system' }, clock, requestId })
}

export default {
  fetch: (request, env, execution) => answer(request, wire(env, execution), execution),
  queue: (batch, env, execution) => consume(batch, systemContext(env, execution, `queue:${batch.queue}`)),
  scheduled: (event, env, execution) =>
    runSchedule(event, systemContext(env, execution, `cron:${event.cron}`)),
} satisfies ExportedHandler<Cloudflare.Env, QueueMessage>
