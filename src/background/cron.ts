// Cron line → sweeps. Each stands alone: one that fails keeps none of the others from running.
import { forgetOldSessions } from '#domain/accounts/forget-old-sessions.ts'
import { expireBookings } from '#domain/bookings/expire-bookings.ts'
import { forgetHolds } from '#domain/bookings/forget-holds.ts'
import type { Context } from '#domain/context.ts'
import { announceForgotten } from '#domain/events/announce-forgotten.ts'
import { forgetOldEvents } from '#domain/events/forget-old-events.ts'
import { settleForgotten } from '#domain/bookings/settle-forgotten.ts'
import { forgetOldAnswers } from '#domain/idempotency/forget-old-answers.ts'
import { forgetOldBuyers } from '#domain/invoices/forget-old-buyers.ts'
import { sendReminders } from '#domain/reminders/send-reminders.ts'
import { forgetOldPrices } from '#domain/rates/forget-old-prices.ts'
import { forgetOldRequests } from '#domain/request-log/forget-old-requests.ts'
import { forgetOldDeliveries } from '#domain/webhooks/forget-old-deliveries.ts'
import { resealSecrets } from '#domain/webhooks/reseal-secrets.ts'
import { sweepDeliveries } from '#domain/webhooks/sweep-deliveries.ts'

/** Does a part of its work; true when there is more to do now. */
type Sweep = (ctx: Context) => Promise<unknown>

const sweeps: Record<string, readonly Sweep[]> = {
  '* * * * *': [
    expireBookings,
    sendReminders,
    announceForgotten,
    settleForgotten,
    sweepDeliveries,
    resealSecrets,
    forgetHolds,
    forgetOldAnswers,
    forgetOldBuyers,
    forgetOldDeliveries,
    forgetOldEvents,
    forgetOldPrices,
    forgetOldRequests,
    forgetOldSessions,
  ],
}

/** A sweep repeats while there is more to do, but ends before the next minute's begins. */
const longestSweepMs = 20_000

export async function runSchedule({ cron }: Pick<ScheduledController, 'cron'>, ctx: Context): Promise<void> {
  const due = sweeps[cron] ?? []
  const until = ctx.clock.now() + longestSweepMs
  const results = await Promise.allSettled(due.map((sweep) => runUntil(until, sweep, ctx)))
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }): unknown => reason)
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${due.length} sweeps failed`)
}

async function runUntil(until: number, sweep: Sweep, ctx: Context): Promise<void> {
  while ((await sweep(ctx)) === true && ctx.clock.now() < until);
}
