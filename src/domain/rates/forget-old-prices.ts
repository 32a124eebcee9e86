import { deleteNightsBefore } from '#db/nightly-prices.ts'
import type { Context } from '#domain/context.ts'
import { addDays, dateAt } from '#domain/schedules/wall-clock.ts'

/** So long after a night its price may still be asked for. */
const keptDays = 400

/** Deletes prices of nights long past, some at a time. Answers whether there is more. */
export async function forgetOldPrices(ctx: Context, limit = 1000): Promise<boolean> {
  const beforeOn = addDays(dateAt('UTC', ctx.clock.now()), -keptDays)
  const { gone } = await ctx.commitAside({ statements: { gone: deleteNightsBefore({ beforeOn, limit }) } })
  return gone.length === limit
}
