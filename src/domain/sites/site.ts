import type { Row } from '#db/database.ts'
import type { sites } from '#db/sites.ts'
import { DomainError } from '#domain/errors.ts'

/** Where leads of a business come from: a web site, a phone line. */
export type Site = Row<typeof sites>

export function siteNotFound(): DomainError {
  return new DomainError('site.not_found')
}

/** Throws not_found for an archived site. */
export function requireLive<Found extends Site>(site: Found): Found {
  if (site.archivedAt !== null) throw siteNotFound()
  return site
}
