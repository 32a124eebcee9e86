import { z } from '@hono/zod-openapi'
import { createSite } from '#domain/sites/create-site.ts'
import { deleteSite } from '#domain/sites/delete-site.ts'
import { listSites } from '#domain/sites/list-sites.ts'
import { renameSite } from '#domain/sites/rename-site.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import { newSite, siteBody, siteChanges, sitesBody, toSiteBody } from './sites.wire.ts'
import { businessIdText, idText } from './wire.ts'

const params = z.object({ id: idText })

export const sites: Routes = {
  tag: 'Sites',
  routes: [
    endpoint({
      get: '/api/sites',
      id: 'sites.list',
      scope: 'leads:read',
      summary: 'Where the leads of a business come from',
      query: z.strictObject({ businessId: businessIdText, ...pageQuery }),
      verb: async (ctx, { query, withBusiness }) => {
        const { businessId, ...page } = await withBusiness(query)
        return listSites(ctx, businessId, toPageRequest(page, 'sites', 1))
      },
      answer: sitesBody,
      body: (found) => toListBody('sites', found, toSiteBody),
    }),
    endpoint({
      post: '/api/sites',
      id: 'sites.create',
      summary: 'Add a site',
      description: 'A new business has one already, named like the business.',
      json: newSite,
      verb: (ctx, { json }) => createSite(ctx, json),
      answer: siteBody,
      status: 201,
      body: toSiteBody,
    }),
    endpoint({
      patch: '/api/sites/{id}',
      id: 'sites.update',
      summary: 'Rename a site',
      params,
      json: siteChanges,
      verb: (ctx, { params: { id }, json: { name } }) => renameSite(ctx, { id, name }),
      answer: siteBody,
      body: toSiteBody,
    }),
    endpoint({
      delete: '/api/sites/{id}',
      id: 'sites.delete',
      summary: 'Archive a site; its leads stay',
      description: '409 `site.last` for the only one of a business.',
      params,
      verb: (ctx, { params: { id } }) => deleteSite(ctx, id),
      answer: null,
    }),
  ],
}
