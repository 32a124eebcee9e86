import { deletingOldEvents } from '#db/events.ts'
import type { Context } from '#domain/context.ts'

const day = 86_400_000

/** Deletes events that the log no longer reaches, some at a time, once nothing is being told of them. Answers whether there is more. */
export async function forgetOldEvents(ctx: Context, limit = 1000): Promise<boolean> {
  const now = ctx.clock.now()
  const { gone, kept } = await ctx.commitAside({
    statements: deletingOldEvents({ now, limit, until: now + day }),
  })
  return gone.length + kept.length === limit
}
