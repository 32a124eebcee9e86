import { z } from '@hono/zod-openapi'
import type { Business, BusinessDetails } from '#domain/businesses/business.ts'
import { longestRadiusKm, searchedUpTo } from '#domain/businesses/list-businesses.ts'
import type { BusinessQuery } from '#domain/businesses/list-businesses.ts'
import type { BusinessChanges } from '#domain/businesses/update-business.ts'
import { roles } from '#domain/businesses/standing.ts'
import type { Role } from '#domain/businesses/standing.ts'
import { listBody } from './list.wire.ts'
import {
  currency,
  email,
  id,
  instantBody,
  name,
  optionalText,
  phone,
  sample,
  text,
  timeZone,
  toInstant,
} from './wire.ts'

/** ISO 3166-1 alpha-2: the codes that are officially assigned. */
const countries = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
  CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
  GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
  KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
  MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
  SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
  UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s+/),
)

const country = z
  .string()
  .trim()
  .toUpperCase()
  .refine((code) => countries.has(code), 'Country must be an ISO 3166 alpha-2 code')
  .openapi({ example: 'DE' })

const address = z
  .strictObject({
    street: optionalText(200),
    city: text(100),
    region: optionalText(100),
    postalCode: optionalText(20),
    country,
  })
  .openapi('Address')

const location = z.strictObject({ lat: z.number().min(-90).max(90), lng: z.number().min(-180).max(180) })

const category = text(50).toLowerCase().openapi({ example: 'hairdresser' })

/** In the form a browser would give it; user info is refused. */
const website = text(500)
  .overwrite((written) => URL.parse(written)?.href ?? written)
  .refine(isWebsite, 'Website must be an http or https address')
  .openapi({ format: 'uri' })

function isWebsite(href: string): boolean {
  const url = URL.parse(href)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  return isWeb && url.username === '' && url.password === '' && href.length <= 500
}

const details = z.strictObject({
  name: name(200),
  category,
  timeZone,
  currency,
  address,
  location: location.nullable().optional(),
  description: optionalText(5000),
  email: email.nullable().optional(),
  phone: phone.nullable().optional(),
  website: website.nullable().optional(),
})

export const newBusiness = details.openapi('NewBusiness', {
  example: {
    name: 'Studio Nord',
    category: 'hairdresser',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    address: { street: 'Kastanienallee 1', city: 'Berlin', postalCode: '10435', country: 'DE' },
    location: { lat: 52.5388, lng: 13.4105 },
    email: 'hello@studio-nord.example.com',
    phone: '+49 30 23125 010',
    website: 'https://studio-nord.example.com/',
  },
})
export const businessChanges = details
  .partial()
  .extend({ active: z.boolean().optional() })
  .refine((changes) => Object.keys(changes).length > 0, 'At least one field is required')
  .openapi('BusinessChanges', {
    example: { phone: '+49 30 23125 011', description: 'Cuts and colours, by appointment' },
  })

export const businessKey = z
  .string()
  .min(1)
  .max(100)
  .transform((key) => (/^[1-9]\d{0,15}$/.test(key) ? Number(key) : key.toLowerCase()))
  .openapi({ type: 'string', description: 'An id or a slug', example: 'studio-nord' })

const decimal = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d{1,20})?$/, 'must be a decimal number')
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum))
    .openapi({ type: 'number', minimum, maximum })

const defaultRadiusKm = 25

/** The query of a search, without paging. */
export const businessesQuery = {
  q: z
    .string()
    .trim()
    .max(200)
    .optional()
    .openapi({ description: 'Every word must begin a word of the business' }),
  category: category.optional(),
  city: text(100).optional(),
  lat: decimal(-90, 90).optional(),
  lng: decimal(-180, 180).optional(),
  radiusKm: decimal(0.1, longestRadiusKm)
    .optional()
    .openapi({ type: 'number', minimum: 0.1, maximum: longestRadiusKm, default: defaultRadiusKm }),
  minRating: decimal(0, 5).optional(),
  sort: z
    .enum(['name', 'rating', 'newest', 'distance'])
    .optional()
    .openapi({ description: 'By default the nearest first with lat and lng, else the newest' }),
}

interface Place {
  lat?: number | undefined
  lng?: number | undefined
  radiusKm?: number | undefined
  sort?: string | undefined
}

/** Latitude and longitude come together; radius and sorting by distance need them. */
export const placeProblems = ({ lat, lng, radiusKm, sort }: Place, refinement: z.RefinementCtx): void => {
  const refuse = (path: string, message: string) =>
    refinement.addIssue({ code: 'custom', path: [path], message })
  if (lat === undefined && lng !== undefined) refuse('lat', 'Lat is required with lng')
  if (lng === undefined && lat !== undefined) refuse('lng', 'Lng is required with lat')
  if (lat !== undefined || lng !== undefined) return
  if (radiusKm !== undefined) refuse('radiusKm', 'Radius km needs lat and lng')
  if (sort === 'distance') refuse('sort', 'Sorting by distance needs lat and lng')
}

export const businessBody = z
  .object({
    id,
    slug: z.string(),
    name: z.string(),
    category: z.string(),
    description: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    website: z.string().nullable(),
    timeZone: z.string(),
    currency: z.string(),
    address: z.object({
      street: z.string().nullable(),
      city: z.string().nullable(),
      region: z.string().nullable(),
      postalCode: z.string().nullable(),
      country: z.string().nullable(),
    }),
    location: z.object({ lat: z.number(), lng: z.number() }).nullable(),
    rating: z.object({ average: z.number().nullable(), count: z.int() }),
    active: z.boolean(),
    createdAt: instantBody,
    updatedAt: instantBody,
    distanceKm: z.number().optional().openapi({ description: 'From the point that was searched around' }),
    role: z.enum(roles).optional().openapi({ description: 'Your own, in the list of your businesses' }),
  })
  .openapi('Business', {
    example: {
      id: sample.businessId,
      slug: 'studio-nord',
      name: 'Studio Nord',
      category: 'hairdresser',
      description: null,
      email: 'hello@studio-nord.example.com',
      phone: '+49 30 23125 010',
      website: 'https://studio-nord.example.com/',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      address: {
        street: 'Kastanienallee 1',
        city: 'Berlin',
        region: null,
        postalCode: '10435',
        country: 'DE',
      },
      location: { lat: 52.5388, lng: 13.4105 },
      rating: { average: null, count: 0 },
      active: true,
      createdAt: '2031-03-01T08:00:00.000Z',
      updatedAt: '2031-03-01T08:00:00.000Z',
    },
  })

export const businessesBody = listBody('businesses', businessBody)
/** The answer of a search, whose total stops counting sooner than other lists'. */
export const businessesFoundBody = businessesBody.extend({
  total: z.int().openapi({ description: `Of at most ${searchedUpTo} that were looked at` }),
})

type Details = z.infer<typeof newBusiness>

export function toNewBusiness({ location: place, ...rest }: Details): BusinessDetails {
  return { ...rest, location: toPoint(place) }
}

export function toBusinessChanges({
  location: place,
  ...rest
}: z.infer<typeof businessChanges>): BusinessChanges {
  return place === undefined ? rest : { ...rest, location: toPoint(place) }
}

function toPoint(place: Details['location']) {
  return place && { latitude: place.lat, longitude: place.lng }
}

export function toBusinessQuery(query: z.infer<z.ZodObject<typeof businessesQuery>>): BusinessQuery {
  const { q, lat, lng, radiusKm = defaultRadiusKm, ...rest } = query
  const near =
    lat === undefined || lng === undefined ? undefined : { latitude: lat, longitude: lng, radiusKm }
  return { ...rest, text: q || undefined, near }
}

export function toBusinessBody(
  business: Business & { distanceKm?: number | null; role?: Role },
): z.infer<typeof businessBody> {
  const { latitude, longitude, ratingSum, ratingCount, distanceKm, role } = business
  return {
    id: business.id,
    slug: business.slug,
    name: business.name,
    category: business.category,
    description: business.description,
    email: business.email,
    phone: business.phone,
    website: business.website,
    timeZone: business.timeZone,
    currency: business.currency,
    address: {
      street: business.street,
      city: business.city,
      region: business.region,
      postalCode: business.postalCode,
      country: business.country,
    },
    location: latitude === null || longitude === null ? null : { lat: latitude, lng: longitude },
    rating: { average: ratingCount === 0 ? null : round(ratingSum / ratingCount, 2), count: ratingCount },
    active: business.active === 1,
    createdAt: toInstant(business.createdAt),
    updatedAt: toInstant(business.updatedAt),
    ...(distanceKm != null && { distanceKm: round(distanceKm, 3) }),
    ...(role && { role }),
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
