import {
  deleteCustomersWithoutBookings,
  deleteHistoryOfHolds,
  deleteHolds,
  holdsToForget,
} from '#db/bookings/sweeps.ts'
import type { Context } from '#domain/context.ts'

/**
 * Deletes holds that ended a day ago and never became bookings, with their customers whom no other booking names, some
 * at a time; true when there are more.
 */
export async function forgetHolds(ctx: Context, limit = 200): Promise<boolean> {
  const now = ctx.clock.now()
  const [holds] = await ctx.read([holdsToForget({ now, limit })])
  if (holds.length === 0) return false
  const ids = JSON.stringify(holds.map(({ id }) => id))
  const customers = JSON.stringify([...new Set(holds.flatMap(({ customerId }) => customerId ?? []))])
  await ctx.commitAside({
    statements: [
      deleteHistoryOfHolds({ ids, now }),
      deleteHolds({ ids, now }),
      deleteCustomersWithoutBookings({ ids: customers }),
    ],
  })
  return holds.length === limit
}
