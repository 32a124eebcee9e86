import { webhooksSealedBefore, resealWebhook } from '#db/webhooks/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { nameOf } from '#domain/sealing.ts'
import { sealOf } from './webhook.ts'

/** While the sealing secret before the present one is still known, seals anew what it sealed. Answers whether there is more. */
export async function resealSecrets(ctx: Context, limit = 100): Promise<boolean> {
  const [present, ...earlier] = await ctx.webhooks.sealingKeys()
  if (earlier.length === 0) return false
  const [webhooks] = await ctx.read([webhooksSealedBefore({ name: await nameOf(present), limit })])
  const statements = await Promise.all(
    webhooks.map(async ({ id, sealedSecret: before, sealedNextSecret: next }) => {
      const seal = await sealOf(ctx, id)
      const again = async (sealed: string) => seal.close(await seal.open(sealed))
      const sealedNextSecret = next === null ? null : await again(next)
      return resealWebhook({ id, sealedSecret: await again(before), sealedNextSecret, before })
    }),
  )
  if (statements.length > 0) await ctx.commitAside({ statements })
  return webhooks.length === limit
}
