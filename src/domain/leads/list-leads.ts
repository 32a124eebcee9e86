import { stagesOfBusiness } from '#db/lead-stages.ts'
import { leadList, siteLeadList } from '#db/leads.ts'
import { siteById } from '#db/sites.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound, requireMember } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { siteNotFound } from '#domain/sites/site.ts'
import { withStage } from './lead.ts'
import type { Lead } from './lead.ts'
import { toStages } from './stages.ts'

/** A business's leads, the newest first; for its members and keys: not_found for everybody else. */
export async function listLeads(ctx: Context, businessId: number, page: PageRequest): Promise<Page<Lead>> {
  const {
    found,
    count: [count],
    stored: [stored],
  } = await ctx.read({
    ...leadList(businessId, page, countedUpTo),
    stored: stagesOfBusiness({ businessId }),
  })
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  const stages = toStages(stored?.stages)
  const leads = found.map((row) => withStage(row, stages))
  return toPage(page, leads, count?.total ?? 0, ({ id }) => [id])
}

/** The instants [fromAt, toAt) that dates and times mean in a time zone; absent where the span is open. */
export type SpanIn = (timeZone: string) => { fromAt?: number | undefined; toAt?: number | undefined }

export type SiteLead = Pick<Lead, 'id' | 'siteId' | 'createdAt'>

/**
 * A site's leads, the oldest first, with the time zone of its business; for its members: not_found for everybody else.
 * With a `span` the site's zone must be read first, which costs a second round trip.
 */
export async function listSiteLeads(
  ctx: Context,
  { siteId, span }: { siteId: number; span: SpanIn | undefined },
  page: PageRequest,
): Promise<{ timeZone: string; leads: Page<SiteLead> }> {
  const listed = ({ fromAt = 0, toAt = Number.MAX_SAFE_INTEGER }: ReturnType<SpanIn>) =>
    siteLeadList({ siteId, fromAt, toAt }, page, countedUpTo)
  const site = siteById({ id: siteId })
  const { site: sites, ...all } = await ctx.read(span ? { site } : { site, ...listed({}) })
  const { timeZone } = requireMember(ctx, sites[0], siteNotFound)
  const {
    found,
    count: [count],
  } = 'found' in all ? all : await ctx.read(listed(span?.(timeZone) ?? {}))
  return { timeZone, leads: toPage(page, found, count?.total ?? 0, ({ createdAt, id }) => [createdAt, id]) }
}
