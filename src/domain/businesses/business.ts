import type { BusinessFound as FoundRow, businessListings } from '#db/business-listings.ts'
import type { Row } from '#db/database.ts'
import { bandOf, cityKeyOf } from './place.ts'
import type { Point } from './place.ts'

/** A business as it presents itself. */
export type Business = Row<typeof businessListings>
/** One of a search's results, with its distance from the point that was searched around. */
export type BusinessFound = FoundRow

export interface Address {
  street?: string | null | undefined
  city: string
  region?: string | null | undefined
  postalCode?: string | null | undefined
  /** ISO 3166-1 alpha-2. */
  country: string
}

/** What the owner says of a business. */
export interface BusinessDetails {
  name: string
  category: string
  timeZone: string
  currency: string
  address: Address
  location?: Point | null | undefined
  description?: string | null | undefined
  email?: string | null | undefined
  phone?: string | null | undefined
  website?: string | null | undefined
}

export function addressColumns({ street, city, region, postalCode, country }: Address) {
  return {
    street: street ?? null,
    city,
    region: region ?? null,
    postalCode: postalCode ?? null,
    country,
    cityKey: cityKeyOf(city),
  }
}

export function locationColumns(location: Point | null | undefined) {
  return {
    latitude: location?.latitude ?? null,
    longitude: location?.longitude ?? null,
    latitudeBand: location ? bandOf(location.latitude) : null,
  }
}
