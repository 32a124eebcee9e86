import {
  deleteCustomersWithoutBookings,
  deleteHistoryOfHolds,
  deleteHolds,
  holdsToForget,
} from '#db/bookings.ts'
import type { Context } from '#domain/context.ts'

const page = 200
const longestMs = 20_000

/** Deletes holds that ended a day ago and never became bookings, with their customers whom no other booking names. */
export async function forgetHolds(ctx: Context): Promise<void> {
  const startedAt = ctx.clock.now()
  for (let now = startedAt; now - startedAt < longestMs; now = ctx.clock.now()) {
    const [holds] = await ctx.db.read(holdsToForget({ now, limit: page }))
    if (holds.length === 0) return
    const ids = JSON.stringify(holds.map(({ id }) => id))
    const customers = JSON.stringify([...new Set(holds.flatMap(({ customerId }) => customerId ?? []))])
    await ctx.commitAside({
      statements: [
        deleteHistoryOfHolds({ ids, now }),
        deleteHolds({ ids, now }),
        deleteCustomersWithoutBookings({ ids: customers }),
      ],
    })
    if (holds.length < page) return
  }
}
