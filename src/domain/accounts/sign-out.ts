import { revokeSession } from '#db/accounts.ts'
import type { Context } from '#domain/context.ts'

/** Ends the caller's session: its refresh token is dead at once, its access token within the hour. */
export async function signOut(ctx: Context): Promise<void> {
  const id = ctx.actor.type === 'user' ? ctx.actor.sessionId : 0
  await ctx.commit({ statements: [revokeSession({ id, now: ctx.clock.now() })], result: undefined })
}
