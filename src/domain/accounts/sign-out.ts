import { revokeSession } from '#db/accounts.ts'
import type { Context } from '#domain/context.ts'
import { refuseAccessTokens } from './refuse-access-tokens.ts'

/** Ends the caller's session: its refresh token and its access tokens are worth nothing any more. */
export async function signOut(ctx: Context): Promise<void> {
  if (ctx.caller.type !== 'user') return
  const { accountId, sessionId } = ctx.caller
  if (sessionId === null) return
  await ctx.commit({
    statements: [revokeSession({ id: sessionId, now: ctx.clock.now() })],
    result: undefined,
  })
  await refuseAccessTokens(ctx, { accountId, sessionId })
}
