import { apiKeyById, revokeApiKey as revoked } from '#db/api-keys.ts'
import { requireOwner } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { keyNotFound } from './api-key.ts'

/** Ends a key, its grace included, from the next request on; again is fine. Throws not_found, forbidden for staff. */
export async function revokeApiKey(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([apiKeyById({ id })])
  requireOwner(ctx, found, keyNotFound)
  await ctx.commit({ statements: [revoked({ id, now: ctx.clock.now() })], result: undefined })
}
