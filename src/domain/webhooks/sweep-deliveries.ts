import { stuckWebhooks } from '#db/webhooks/backlog.ts'
import { overdueDeliveries, recallDeliveries } from '#db/webhooks/deliveries.ts'
import { failingWebhooks, promoteSecrets } from '#db/webhooks/webhooks.ts'
import { givingUp, switchingOff } from '#db/webhooks/outcomes.ts'
import type { Context } from '#domain/context.ts'
import { nextAttemptAt } from './retry-schedule.ts'

/** The queue has had this long to bring the delivery, and an attempt this long to end. */
const graceMs = 30_000
/** A webhook without a success for so long is switched off. */
export const failingForMs = 5 * 86_400_000

/**
 * The spare of the queue: brings back what is overdue, gives up attempts that nobody will tell the outcome of, gets
 * backlogs moving, and switches off webhooks that have failed too long. Answers whether there is more.
 */
export async function sweepDeliveries(ctx: Context, limit = 1_000): Promise<boolean> {
  const now = ctx.clock.now()
  const failingSince = now - failingForMs
  const { overdue, stuck, failing } = await ctx.read({
    overdue: overdueDeliveries({ before: now - graceMs, limit }),
    stuck: stuckWebhooks({ limit }),
    failing: failingWebhooks({ since: failingSince, limit }),
  })
  const lost = overdue.filter(({ status }) => status === 'sending')
  const late = overdue.filter(({ status }) => status === 'pending')
  const rows = JSON.stringify(
    lost.map(({ id, attempts, ownFailures }) => [
      id,
      attempts,
      nextAttemptAt(attempts - ownFailures, now, ctx.webhooks.random()),
    ]),
  )
  const moving = JSON.stringify([...stuck.map(({ id }) => id), ...lost.map(({ webhookId }) => webhookId)])
  const dead = JSON.stringify(failing.map(({ id }) => id))
  const released = await ctx.commitAside({
    statements: [
      promoteSecrets({ now }),
      recallDeliveries({ ids: JSON.stringify(late.map(({ id }) => id)), now }),
      ...givingUp({ rows, webhookIds: moving, now }),
      ...switchingOff({ webhookIds: dead, reason: 'No success for 5 days', failingSince, now }),
    ],
  })
  const due = [...late, ...released.flat()]
  if (due.length > 0) await ctx.webhooks.remind(due.map(({ id }) => ({ deliveryId: id, afterMs: 0 })))
  return overdue.length === limit
}
