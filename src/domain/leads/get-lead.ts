import { leadById } from '#db/leads.ts'
import { requireMember } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { leadNotFound, toLead } from './lead.ts'
import type { Lead } from './lead.ts'

/** A lead of a business that the caller is a member of. Throws not_found for any other, and when it is of another site. */
export async function getLead(ctx: Context, { id, siteId }: Pick<Lead, 'id' | 'siteId'>): Promise<Lead> {
  const [[found]] = await ctx.read([leadById({ id })])
  const lead = requireMember(ctx, found, leadNotFound)
  if (lead.siteId !== siteId) throw leadNotFound()
  return toLead(lead)
}
