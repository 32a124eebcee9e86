import { z } from '@hono/zod-openapi'
import { leadStatuses } from '#domain/leads/lead.ts'
import type { Stage } from '#domain/leads/stages.ts'
import { longestStageName, mostStages } from '#domain/leads/stages.ts'
import type { LeadSnapshot } from '#domain/events/event-data.ts'
import { listBody } from './list.wire.ts'
import { email, id, instantBody, money, name, optionalText, phone, sample, toInstant } from './wire.ts'

const mostCallSeconds = 86_400

export const newLead = z
  .strictObject({
    businessId: id,
    siteId: id.optional().openapi({ description: 'Absent: the oldest site of the business' }),
    name: name(200).nullable().optional(),
    phone: phone.nullable().optional(),
    email: email.nullable().optional(),
    message: optionalText(5000),
    channel: optionalText(100),
    traffic: optionalText(100),
    visitId: z
      .string()
      .regex(/^[\dA-Fa-f]{24}$/, 'Visit id must be 24 hexadecimal digits')
      .toLowerCase()
      .optional()
      .openapi({ description: 'Absent: a new one is made' }),
    clientId: optionalText(100),
    callDurationSeconds: z.int().min(0).max(mostCallSeconds).nullable().optional(),
    recordingUrl: z
      .url({ protocol: /^https?$/, hostname: z.regexes.domain })
      .max(2000)
      .nullable()
      .optional(),
  })
  .openapi('NewLead', {
    example: {
      businessId: sample.businessId,
      siteId: sample.siteId,
      name: 'Ada Lovelace',
      phone: '+49 30 1234567',
      message: 'Is Saturday free?',
      channel: 'Google',
      traffic: 'google',
      visitId: '65f0c3a19b7e2d4418aa0c5e',
      clientId: '71204',
    },
  })

export const receivedBody = z.object({ id }).openapi('ReceivedLead', { example: { id: sample.leadId } })

export const leadBody = z
  .object({
    id,
    businessId: id,
    siteId: id,
    status: z.enum(leadStatuses),
    stage: z.string().openapi({ description: "One of the business's own list" }),
    customer: z.object({
      id: id.nullable().openapi({ description: 'Once something was booked' }),
      name: z.string().nullable(),
      phone: z.string().nullable(),
      email: z.string().nullable(),
    }),
    message: z.string().nullable(),
    channel: z.string().nullable(),
    traffic: z.string().nullable(),
    visitId: z.string().nullable(),
    clientId: z.string().nullable(),
    callDurationSeconds: z.int().nullable(),
    recordingUrl: z.string().nullable(),
    summ: money.openapi({
      description: 'The prices of the bookings made from it, unless it was set by hand',
    }),
    isSummByHand: z.boolean(),
    createdAt: instantBody,
    updatedAt: instantBody,
  })
  .openapi('Lead', {
    example: {
      id: sample.leadId,
      businessId: sample.businessId,
      siteId: sample.siteId,
      status: 'accepted',
      stage: 'Неразобранное',
      customer: { id: null, name: 'Ada Lovelace', phone: '+49 30 1234567', email: null },
      message: 'Is Saturday free?',
      channel: 'Google',
      traffic: 'google',
      visitId: '65f0c3a19b7e2d4418aa0c5e',
      clientId: '71204',
      callDurationSeconds: null,
      recordingUrl: null,
      summ: { amount: 0, currency: 'EUR' },
      isSummByHand: false,
      createdAt: '2031-03-02T12:00:00.000Z',
      updatedAt: '2031-03-02T12:00:00.000Z',
    },
  })

export const leadsBody = listBody('leads', leadBody)

export const leadChanges = z
  .strictObject({ stage: z.string().min(1).max(longestStageName) })
  .openapi('LeadChanges', { example: { stage: 'Неразобранное' } })

export const newStages = z
  .strictObject({
    stages: z
      .array(
        z.strictObject({
          id: id.optional().openapi({ description: 'Of an existing stage, which keeps its leads' }),
          name: name(longestStageName),
        }),
      )
      .min(1)
      .max(mostStages),
  })
  .openapi('NewLeadStages', {
    example: { stages: [{ id: 1, name: 'Неразобранное' }, { name: 'Договорились' }] },
  })

export const stagesBody = z
  .object({ stages: z.array(z.object({ id, name: z.string() })) })
  .openapi('LeadStages')

export function toStagesBody(stages: readonly Stage[]): z.infer<typeof stagesBody> {
  return { stages: stages.map(({ id: stageId, name: called }) => ({ id: stageId, name: called })) }
}

export function toLeadBody(lead: LeadSnapshot): z.infer<typeof leadBody> {
  return {
    id: lead.id,
    businessId: lead.businessId,
    siteId: lead.siteId,
    status: lead.status,
    stage: lead.stage,
    customer: { id: lead.customerId, name: lead.name, phone: lead.phone, email: lead.email },
    message: lead.message,
    channel: lead.channel,
    traffic: lead.traffic,
    visitId: lead.visitId,
    clientId: lead.clientId,
    callDurationSeconds: lead.callDurationSeconds,
    recordingUrl: lead.recordingUrl,
    summ: { amount: lead.summMinor, currency: lead.currency },
    isSummByHand: lead.isSummByHand === 1,
    createdAt: toInstant(lead.createdAt),
    updatedAt: toInstant(lead.updatedAt),
  }
}
