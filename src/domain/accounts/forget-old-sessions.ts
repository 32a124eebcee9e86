import { deleteExpiredRefreshTokens, deleteExpiredSessions } from '#db/accounts.ts'
import type { Context } from '#domain/context.ts'

/** Deletes sessions whose time is up, with their tokens, some at a time. */
export async function forgetOldSessions(ctx: Context, limit = 1000): Promise<void> {
  const now = ctx.clock.now()
  await ctx.commitAside({
    statements: [deleteExpiredRefreshTokens({ now, limit }), deleteExpiredSessions({ now, limit })],
  })
}
