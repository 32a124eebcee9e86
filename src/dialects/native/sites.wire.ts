import { z } from '@hono/zod-openapi'
import type { Site } from '#domain/sites/site.ts'
import { listBody } from './list.wire.ts'
import { id, instantBody, name, sample, toInstant } from './wire.ts'

export const newSite = z
  .strictObject({ businessId: id, name: name(200) })
  .openapi('NewSite', { example: { businessId: sample.businessId, name: 'studio.example.com' } })

export const siteChanges = z
  .strictObject({ name: name(200) })
  .openapi('SiteChanges', { example: { name: 'www.studio.example.com' } })

export const siteBody = z
  .object({ id, businessId: id, name: z.string(), createdAt: instantBody, updatedAt: instantBody })
  .openapi('Site', {
    example: {
      id: sample.siteId,
      businessId: sample.businessId,
      name: 'studio.example.com',
      createdAt: '2031-03-01T08:00:00.000Z',
      updatedAt: '2031-03-01T08:00:00.000Z',
    },
  })

export const sitesBody = listBody('sites', siteBody)

export function toSiteBody(site: Site): z.infer<typeof siteBody> {
  return {
    id: site.id,
    businessId: site.businessId,
    name: site.name,
    createdAt: toInstant(site.createdAt),
    updatedAt: toInstant(site.updatedAt),
  }
}
