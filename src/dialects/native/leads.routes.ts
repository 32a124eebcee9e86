import { z } from '@hono/zod-openapi'
import { getLeadStages } from '#domain/leads/get-lead-stages.ts'
import { listLeads } from '#domain/leads/list-leads.ts'
import { moveLead } from '#domain/leads/move-lead.ts'
import { receiveLead } from '#domain/leads/receive-lead.ts'
import { setLeadStages } from '#domain/leads/set-lead-stages.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  leadBody,
  leadChanges,
  leadsBody,
  newLead,
  newStages,
  receivedBody,
  stagesBody,
  toLeadBody,
  toStagesBody,
} from './leads.wire.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import { idText } from './wire.ts'

const params = z.object({ id: idText })

export const leads: Routes = {
  tag: 'Leads',
  routes: [
    endpoint({
      post: '/api/leads',
      id: 'leads.create',
      access: 'public',
      summary: 'Send a lead: a request to a business, and where it came from',
      description: `For a form on a web page: one address may send 30 in any 15 minutes. A server that passes leads on sends its
key, and has the key's limit instead.`,
      json: newLead,
      verb: (ctx, { json }) => receiveLead(ctx, json),
      answer: receivedBody,
      status: 201,
      body: ({ id }) => ({ id }),
    }),
    endpoint({
      get: '/api/businesses/{id}/leads',
      id: 'leads.list',
      scope: 'leads:read',
      summary: 'Leads of a business, the newest first',
      params,
      query: z.strictObject(pageQuery),
      verb: (ctx, { params: { id }, query }) => listLeads(ctx, id, toPageRequest(query, 'leads', 1)),
      answer: leadsBody,
      body: (found) => toListBody('leads', found, toLeadBody),
    }),
    endpoint({
      patch: '/api/businesses/{id}/leads/{leadId}',
      id: 'leads.update',
      summary: 'Move a lead to another stage',
      params: z.object({ id: idText, leadId: idText }),
      json: leadChanges,
      verb: (ctx, { params: { id: businessId, leadId: id }, json: { stage } }) =>
        moveLead(ctx, { id, businessId, stage }),
      answer: leadBody,
      body: toLeadBody,
    }),
    endpoint({
      get: '/api/businesses/{id}/lead-stages',
      id: 'leadStages.get',
      scope: 'leads:read',
      summary: 'The stages of the leads of a business; a new lead is at the first',
      params,
      verb: (ctx, { params: { id } }) => getLeadStages(ctx, id),
      answer: stagesBody,
      body: toStagesBody,
    }),
    endpoint({
      put: '/api/businesses/{id}/lead-stages',
      id: 'leadStages.put',
      summary: 'Replace the list of stages',
      description: 'Leads whose stage is not in the list any more count as at its first.',
      params,
      json: newStages,
      verb: (ctx, { params: { id: businessId }, json: { stages } }) =>
        setLeadStages(ctx, { businessId, stages }),
      answer: stagesBody,
      body: toStagesBody,
    }),
  ],
}
