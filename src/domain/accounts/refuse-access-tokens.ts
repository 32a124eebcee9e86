import type { Context } from '#domain/context.ts'
import type { EndedSession } from './session.ts'

/**
 * What follows when the end of a session is written: its access tokens are worth nothing either. Should that fail it
 * is tried once more after the answer; the session is over all the same, and its last token runs out within the hour.
 */
export async function refuseAccessTokens(ctx: Context, ended: EndedSession): Promise<void> {
  await ctx.tokens.refuse(ended).catch(() => ctx.background(() => ctx.tokens.refuse(ended)))
}
