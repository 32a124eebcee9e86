import { businessSearch } from '#db/business-listings.ts'
import type { BusinessSort } from '#db/business-listings.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { BusinessFound } from './business.ts'
import { cellsAround, cityKeyOf } from './place.ts'
import type { Point } from './place.ts'

export interface BusinessQuery {
  /** Words, each of which must begin a word of the business. */
  text?: string | undefined
  category?: string | undefined
  city?: string | undefined
  minRating?: number | undefined
  near?: (Point & { radiusKm: number }) | undefined
  /** Absent: the nearest first when searching around a point, else the newest. */
  sort?: BusinessSort | undefined
}

/** How many are counted, and looked at: anybody may ask, so an answer must be cheap. */
export const searchedUpTo = 1_000

/** The larger the circle, the more cells of the place index are looked into. */
export const longestRadiusKm = 200

/** The order in which a search is answered. */
export function sortOf({ near, sort }: BusinessQuery): BusinessSort {
  return sort ?? (near ? 'distance' : 'newest')
}

/**
 * Active businesses, for everybody; the newest without words, rating or circle are listed to the last of them. Otherwise, beyond
 * 1,000 that fit the words, the circle, or city and category (the first of these that is given), it looks only at the newest of
 * them, in a circle at the nearest, and the total is a lower bound. Throws invalid `business.radius_too_large`.
 */
export async function listBusinesses(
  ctx: Context,
  query: BusinessQuery,
  page: PageRequest,
): Promise<Page<BusinessFound>> {
  const { text, category, city, minRating, near } = query
  if (near && near.radiusKm > longestRadiusKm) {
    const message = `Maximum ${longestRadiusKm}`
    throw new DomainError('business.radius_too_large', { errors: [{ field: 'radiusKm', message }] })
  }
  const search = {
    match: text === undefined ? undefined : matchOf(text),
    category,
    cityKey: city === undefined ? undefined : cityKeyOf(city),
    minRating,
    near: near && { ...near, cells: JSON.stringify(cellsAround(near, near.radiusKm)) },
    sort: sortOf(query),
  } as const
  const {
    found,
    count: [count],
  } = await ctx.read(businessSearch(search, page, searchedUpTo))
  const total = count?.total ?? 0
  return {
    ...toPage(page, found, Math.min(total, searchedUpTo), ({ sortKey, id }) => [sortKey, id]),
    totalIsLowerBound: total > searchedUpTo || count?.isCut === 1,
  }
}

const mostWords = 10

/** A full-text query for each word as a prefix: quoted, and of letters and digits only, so that nothing in it is syntax. */
function matchOf(text: string): string {
  const words = text.split(/[^\p{L}\p{M}\p{N}\p{Co}]+/u).filter(Boolean)
  return words.length === 0
    ? '""'
    : words
        .slice(0, mostWords)
        .map((word) => `"${word}"*`)
        .join(' ')
}
