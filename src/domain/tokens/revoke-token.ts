import { revokeTokenRow, tokenById } from '#db/tokens.ts'
import type { Context } from '#domain/context.ts'
import { requireOwnToken } from './token.ts'

/** Revokes an access token of the caller's, from the next request on. Idempotent. Throws not_found for anybody else's. */
export async function revokeToken(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([tokenById({ id })])
  requireOwnToken(found, ctx.accountId)
  await ctx.commit({ statements: [revokeTokenRow({ id, now: ctx.clock.now() })], result: undefined })
}
