import { getLead } from '#domain/leads/get-lead.ts'
import { listSiteLeads } from '#domain/leads/list-leads.ts'
import { setLeadSumm } from '#domain/leads/set-lead-summ.ts'
import { listOwnSites } from '#domain/sites/list-sites.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  dealBody,
  dealParams,
  dealQuery,
  dealsBody,
  dealsQuery,
  dealUpdate,
  sitesBody,
  successBody,
  toDealBody,
  toDealsBody,
  toPageRequest,
  toSpan,
} from './deals.wire.ts'

export const deals: Routes = {
  tag: 'Данные',
  routes: [
    endpoint({
      get: '/api/userapi/v1/projects',
      id: 'projects.list',
      summary: 'Deals of a site, the oldest first, a hundred on a page',
      query: dealsQuery,
      verb: (ctx, { query }) =>
        listSiteLeads(ctx, { siteId: query.site_id, span: toSpan(query) }, toPageRequest(query)),
      answer: dealsBody,
      body: toDealsBody,
    }),
    endpoint({
      get: '/api/userapi/v1/project/{id}',
      id: 'projects.get',
      summary: 'A deal of a site',
      params: dealParams,
      query: dealQuery,
      verb: (ctx, { params: { id }, query: { site_id: siteId } }) => getLead(ctx, { id, siteId }),
      answer: dealBody,
      body: toDealBody,
    }),
    endpoint({
      get: '/api/userapi/v1/sites',
      id: 'sites.list',
      summary: 'The sites of every business that the account is a member of',
      verb: listOwnSites,
      answer: sitesBody,
      body: (data) => ({ data }),
    }),
    endpoint({
      post: '/api/userapi/v1/project/{id}/update',
      id: 'projects.update',
      // Idempotent by itself: there is nothing to keep for a repetition.
      isForOnce: true,
      summary: 'Set the sum of a deal',
      params: dealParams,
      json: dealUpdate,
      verb: (ctx, { params: { id }, json: { site_id: siteId, summ } }) =>
        setLeadSumm(ctx, { id, siteId, summ }),
      answer: successBody,
      body: () => ({ success: true as const }),
    }),
  ],
}
