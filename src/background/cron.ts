// Cron line → sweeps. Each stands alone: one that fails keeps none of the others from running.
import { forgetOldRecords } from '#domain/housekeeping/forget-old-records.ts'
import { expireBookings } from '#domain/bookings/expire-bookings.ts'
import type { Context } from '#domain/context.ts'
import { announceForgotten } from '#domain/events/announce-forgotten.ts'
import { forgetOldRequests } from '#domain/request-log/forget-old-requests.ts'
import { sweepDeliveries } from '#domain/webhooks/sweep-deliveries.ts'

const sweeps: Record<string, readonly ((ctx: Context) => Promise<unknown>)[]> = {
  '* * * * *': [expireBookings, announceForgotten, sweepDeliveries, forgetOldRecords, forgetOldRequests],
}

export async function runSchedule({ cron }: Pick<ScheduledController, 'cron'>, ctx: Context): Promise<void> {
  const due = sweeps[cron] ?? []
  const results = await Promise.allSettled(due.map((sweep) => sweep(ctx)))
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }): unknown => reason)
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${due.length} sweeps failed`)
}
