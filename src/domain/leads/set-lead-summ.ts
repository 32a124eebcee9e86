import { leadById, updateLeadColumns } from '#db/leads.ts'
import { requireMember } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { toMinor } from '#domain/prices/currency.ts'
import { leadNotFound } from './lead.ts'

/**
 * Sets a lead's sum by hand: no booking adds to it any more. `summ` is in major units of its currency, rounded to minor
 * ones. Throws not_found for another business's lead, and when it is of another site.
 */
export async function setLeadSumm(
  ctx: Context,
  { id, siteId, summ }: { id: number; siteId: number; summ: number },
): Promise<void> {
  const [[found]] = await ctx.read([leadById({ id })])
  const lead = requireMember(ctx, found, leadNotFound)
  if (lead.siteId !== siteId) throw leadNotFound()
  const summMinor = toMinor(summ, lead.currency)
  const changes = { summMinor, isSummByHand: 1, updatedAt: ctx.clock.now() }
  await ctx.commit({ statements: [updateLeadColumns(id, changes)], result: undefined })
}
