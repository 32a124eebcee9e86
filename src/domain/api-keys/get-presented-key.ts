import { presentedApiKey } from '#db/api-keys.ts'
import type { PresentedRow } from '#db/api-keys.ts'
import type { Context } from '#domain/context.ts'
import { invalidKey } from './api-key.ts'

/** The request's API key, and the name and the plan of its business. Throws unauthenticated for a key that is not good. */
export async function getPresentedKey(ctx: Context): Promise<PresentedRow> {
  const { keyHash } = ctx
  if (keyHash === null) throw invalidKey()
  const [[found]] = await ctx.read([presentedApiKey({ keyHash, now: ctx.clock.now() })])
  if (!found) throw invalidKey()
  return found
}
