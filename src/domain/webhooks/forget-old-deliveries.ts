import { deletingOldDeliveries } from '#db/webhooks/deliveries.ts'
import type { Context } from '#domain/context.ts'

/** Deletes deliveries of events that the log no longer reaches, some at a time; those under way stay. Answers whether there is more. */
export async function forgetOldDeliveries(ctx: Context, limit = 1000): Promise<boolean> {
  const now = ctx.clock.now()
  const { deliveries: gone } = await ctx.commitAside({ statements: deletingOldDeliveries({ now, limit }) })
  return gone.length === limit
}
