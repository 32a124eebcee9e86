import { bookingsWithResources } from '#db/bookings/occupancy.ts'
import type { Context } from '#domain/context.ts'
import { settlementOf } from './settlement.ts'

/** Tells the locks of these bookings where they stand now; answers the bookings of which a lock could not be reached. */
export async function settleBookings(ctx: Context, bookingIds: readonly number[]): Promise<Set<number>> {
  const [rows] = await ctx.read([bookingsWithResources({ ids: JSON.stringify([...new Set(bookingIds)]) })])
  const now = ctx.clock.now()
  const unsettled = new Set<number>()
  await Promise.all(
    rows.map(async (row) => {
      const settlement = settlementOf(row, now)
      const isHere = row.lockedResourceId === row.resourceId
      const resource = { businessId: row.businessId, resourceId: row.lockedResourceId }
      try {
        await ctx.locks.settle(resource, isHere ? settlement : { ...settlement, occupancy: null })
      } catch {
        unsettled.add(row.id)
      }
    }),
  )
  return unsettled
}
