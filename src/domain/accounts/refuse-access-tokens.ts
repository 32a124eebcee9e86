import type { Context } from '#domain/context.ts'
import type { EndedSession } from './session.ts'

/**
 * After the end of a session is written: refuses its access tokens. If that fails, it is tried once more after the
 * answer; the session has ended either way, and its last access token expires within the hour.
 */
export async function refuseAccessTokens(ctx: Context, ended: EndedSession): Promise<void> {
  await ctx.tokens.refuse(ended).catch(() => ctx.background(() => ctx.tokens.refuse(ended)))
}
