import { businessById } from '#db/businesses.ts'
import { stagesOfBusiness } from '#db/lead-stages.ts'
import { insertLead } from '#db/leads.ts'
import { siteOfBusiness } from '#db/sites.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { leadSnapshot } from '#domain/events/event-data.ts'
import { siteNotFound } from '#domain/sites/site.ts'
import { withStage } from './lead.ts'
import type { Lead } from './lead.ts'
import { toStages } from './stages.ts'

type Optional<Name extends keyof Lead> = { [N in Name]?: Lead[N] | undefined }

export type LeadDetails = { businessId: number; siteId?: number | undefined } & Optional<
  | 'name'
  | 'phone'
  | 'email'
  | 'message'
  | 'channel'
  | 'traffic'
  | 'visitId'
  | 'clientId'
  | 'callDurationSeconds'
  | 'recordingUrl'
>

/**
 * Records a lead for a business; anybody may. Without a `siteId` it comes from the business's oldest site. It is free of
 * charge, and so accepted from the start. Throws not_found for an inactive business, and for a site that is archived or
 * another business's.
 */
export async function receiveLead(ctx: Context, details: LeadDetails): Promise<Lead> {
  const { businessId, siteId = null, phone = null } = details
  const {
    business: [business],
    site: [site],
    stored: [stored],
  } = await ctx.read({
    business: businessById({ id: businessId }),
    site: siteOfBusiness({ businessId, siteId }),
    stored: stagesOfBusiness({ businessId }),
  })
  if (!business || business.active === 0) throw businessNotFound()
  if (!site) throw siteNotFound()

  const now = ctx.clock.now()
  const row = {
    id: ctx.newId(),
    businessId,
    siteId: site.id,
    status: 'accepted' as const,
    stageId: null,
    channel: details.channel ?? null,
    traffic: details.traffic ?? null,
    visitId: details.visitId ?? newVisitId(),
    clientId: details.clientId ?? null,
    callDurationSeconds: details.callDurationSeconds ?? null,
    recordingUrl: details.recordingUrl ?? null,
    name: details.name ?? null,
    phone,
    phoneDigits: phone?.replaceAll(/\D/g, '') ?? null,
    email: details.email ?? null,
    message: details.message ?? null,
    summMinor: 0,
    currency: business.currency,
    isSummByHand: 0,
    customerId: null,
    erasedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const lead = withStage(row, toStages(stored?.stages))
  const received = {
    id: ctx.newId(),
    businessId,
    subject: 'lead' as const,
    type: 'lead.received' as const,
    subjectId: lead.id,
    data: leadSnapshot(lead),
  }
  return ctx.commit({ statements: [insertLead(row)], events: [received], result: lead })
}

/** 24 hexadecimal digits of chance. */
function newVisitId(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString('hex')
}
