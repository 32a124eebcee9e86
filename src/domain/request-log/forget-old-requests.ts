import { deleteErasedMarksBefore } from '#db/erased-marks.ts'
import { deleteKeyUsageBefore } from '#db/logs/key-usage.ts'
import { deleteRequestLogsBefore } from '#db/logs/request-logs.ts'
import type { Context } from '#domain/context.ts'
import { firstIdAt } from '#domain/identifiers.ts'
import { isWrittenBefore, recordsPrefix } from './object-key.ts'

/** How far back the request log reaches. */
export const requestsKeptMs = 30 * 86_400_000

/** Deletes what is older than that from the index, the counts and the objects, and by what it was withheld, some at a time. */
export async function forgetOldRequests(ctx: Context, limit = 5000): Promise<void> {
  const before = ctx.clock.now() - requestsKeptMs
  await ctx.logs.commit([
    deleteRequestLogsBefore({ id: firstIdAt(before), limit }),
    deleteKeyUsageBefore({ dayOn: new Date(before).toISOString().slice(0, 10), limit }),
  ])
  await ctx.commitAside({ statements: [deleteErasedMarksBefore({ before, limit })] })
  const keys = await ctx.logs.records.list(recordsPrefix, 500)
  const old = keys.filter((key) => isWrittenBefore(key, before))
  if (old.length > 0) await ctx.logs.records.delete(old)
}
