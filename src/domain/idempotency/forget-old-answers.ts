import { deleteOldIdempotencyRecords } from '#db/idempotency.ts'
import type { Context } from '#domain/context.ts'

/** How long an answer can be asked for again under its Idempotency-Key. */
const keptMs = 7 * 86_400_000

/** Deletes kept answers that are older than that, some at a time. Answers whether there is more. */
export async function forgetOldAnswers(ctx: Context, limit = 1000): Promise<boolean> {
  const before = ctx.clock.now() - keptMs
  const [gone] = await ctx.commitAside({ statements: [deleteOldIdempotencyRecords({ before, limit })] })
  return gone.length === limit
}
