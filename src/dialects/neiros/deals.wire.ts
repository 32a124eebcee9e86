import { z } from '@hono/zod-openapi'
import type { Lead } from '#domain/leads/lead.ts'
import type { SiteLead, SpanIn } from '#domain/leads/list-leads.ts'
import { countedUpTo, requireShallow } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { toMajor } from '#domain/prices/currency.ts'
import { dateAt, instantAt, isDate } from '#domain/schedules/wall-clock.ts'

const perPage = 100
const dayMinutes = 1440

const id = z.int().positive()
/** A number, or a numeric text: Laravel takes both, and an empty text is none to it. */
const given = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => {
    const isNumber = typeof value === 'string' && /^\d{1,16}(\.\d{1,6})?$/.test(value)
    return isNumber ? Number(value) : emptyToNone(value)
  }, schema)

function emptyToNone(value: unknown): unknown {
  return value === '' ? undefined : value
}
const integer = { type: 'integer', minimum: 1 } as const

/** A date or a date-time, to be read in the site's time zone unless it has an offset. */
interface Moment {
  date: string
  /** Absent: the whole day. `lastsMs` is what it means to include: a minute, a second, or a millisecond. */
  time?: { minutes: number; ms: number; lastsMs: number; offsetMinutes: number | undefined }
}

/** A plus that nobody has escaped arrives as a space. */
const momentPattern =
  /^(\d{4}-\d\d-\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d{1,6})?)?(Z|[+ -](?:0\d|1[0-4]):?[0-5]\d)?)?$/

const moment = z
  .string()
  .transform((text, refinement): Moment => {
    const [, date = '', hour, minute, second, fraction, offset] = momentPattern.exec(text) ?? []
    if (!isDate(date)) {
      refinement.addIssue({ code: 'custom', message: 'must be a date or a date-time' })
      return z.NEVER
    }
    if (hour === undefined) return { date }
    const ms = Number(second ?? 0) * 1000 + Math.floor(Number(fraction ?? 0) * 1000)
    const unit = second === undefined ? 60_000 : 1000
    return {
      date,
      time: {
        minutes: Number(hour) * 60 + Number(minute),
        ms,
        lastsMs: fraction === undefined ? unit : 1,
        offsetMinutes: offset === undefined ? undefined : minutesOf(offset),
      },
    }
  })
  .openapi({ type: 'string', example: '2022-01-27T21:33:08' })

const momentOrNone = z.preprocess(emptyToNone, moment.optional())

function minutesOf(offset: string): number {
  if (offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return offset.startsWith('-') ? -minutes : minutes
}

export const dealsQuery = z.strictObject({
  site_id: given(id).openapi(integer),
  date_start: momentOrNone.openapi({
    type: 'string',
    description: "In the time zone of the site's business; absent: from the first deal on",
  }),
  date_end: momentOrNone.openapi({
    type: 'string',
    description: 'Included, the whole day or the whole second; absent: to the last deal',
  }),
  page: given(z.int().min(1).max(100_000).default(1)).openapi({ ...integer, default: 1 }),
})

export const dealQuery = z.strictObject({ site_id: given(id).openapi(integer) })

export const dealParams = z.object({ id: given(id).openapi(integer) })

export const dealUpdate = z
  .strictObject({
    site_id: given(id).openapi(integer),
    summ: given(z.number().min(0).max(10_000_000_000)).openapi({
      type: 'number',
      minimum: 0,
      description: "In whole units of the business's currency; from then on bookings add nothing",
    }),
  })
  .openapi('DealUpdate', { example: { site_id: 100, summ: 1500 } })

export const sitesBody = z
  .object({ data: z.array(z.object({ name: z.string(), id })) })
  .openapi('Sites', { example: { data: [{ name: 'studio.example.ru', id: 124862518445312 }] } })

export const dealsBody = z
  .object({
    data: z.object({ projects: z.array(z.object({ id, site_id: id, date: z.iso.date() })) }),
    last_page: z.int().openapi({ description: 'The number of the last page' }),
    total: z.int().openapi({ description: 'How many pages there are' }),
    current_page: z.int(),
    per_page: z.int(),
    total_items: z.int(),
    total_is_lower_bound: z
      .literal(true)
      .optional()
      .openapi({ description: 'There are more deals than are counted: choose fewer days' }),
  })
  .openapi('Deals', {
    example: {
      data: { projects: [{ id: 1, site_id: 100, date: '2020-07-19' }] },
      last_page: 1,
      total: 1,
      current_page: 1,
      per_page: perPage,
      total_items: 1,
    },
  })

export const dealBody = z
  .object({
    data: z.object({
      id,
      neiros_visit: z.string().nullable(),
      neiros_id: z.string(),
      created_at: z.string(),
      phone: z.string().nullable(),
      duration: z.int(),
      record: z.string().nullable(),
      canal: z.string().nullable(),
      traffic: z.string().nullable(),
      summ: z.number(),
      status: z.string(),
    }),
  })
  .openapi('Deal', {
    example: {
      data: {
        id: 1,
        neiros_visit: '65f0c3a19b7e2d4418aa0c5e',
        neiros_id: '71204',
        created_at: '2020-07-18T21:04:48.000000Z',
        phone: '79999999999',
        duration: 15,
        record: 'https://audio.example.ru/124862518445440.mp3',
        canal: 'Google',
        traffic: 'google',
        summ: 0,
        status: 'Неразобранное',
      },
    },
  })

export const successBody = z.object({ success: z.literal(true) }).openapi('Success')

type DealsQuery = z.infer<typeof dealsQuery>

/** The span from the start to the end, both included; undefined when neither was given. */
export function toSpan({ date_start: start, date_end: end }: DealsQuery): SpanIn | undefined {
  if (!start && !end) return undefined
  return (timeZone) => ({
    fromAt: start && startOf(start, timeZone),
    toAt: end && startOf(end, timeZone) + lengthOf(end, timeZone),
  })
}

function startOf({ date, time }: Moment, timeZone: string): number {
  if (!time) return instantAt(timeZone, date, 0)
  const { minutes, ms, offsetMinutes } = time
  if (offsetMinutes === undefined) return instantAt(timeZone, date, minutes) + ms
  return Date.parse(date) + (minutes - offsetMinutes) * 60_000 + ms
}

function lengthOf({ date, time }: Moment, timeZone: string): number {
  return time?.lastsMs ?? instantAt(timeZone, date, dayMinutes) - instantAt(timeZone, date, 0)
}

/** Throws malformed beyond the deals that are counted: the client must ask for fewer days. */
export function toPageRequest({ page }: Pick<DealsQuery, 'page'>): PageRequest {
  return requireShallow({ page, limit: perPage })
}

export function toDealsBody({
  timeZone,
  leads: { entries, total, page },
}: {
  timeZone: string
  leads: Page<SiteLead>
}): z.infer<typeof dealsBody> {
  const items = Math.min(total, countedUpTo)
  const pages = Math.max(1, Math.ceil(items / perPage))
  return {
    data: {
      projects: entries.map(({ id: dealId, siteId, createdAt }) => {
        return { id: dealId, site_id: siteId, date: dateAt(timeZone, createdAt) }
      }),
    },
    last_page: pages,
    total: pages,
    current_page: page,
    per_page: perPage,
    total_items: items,
    ...(total > countedUpTo && { total_is_lower_bound: true as const }),
  }
}

export function toDealBody(lead: Lead): z.infer<typeof dealBody> {
  return {
    data: {
      id: lead.id,
      neiros_visit: lead.visitId,
      // A client without an id of its own is a new one.
      neiros_id: lead.clientId ?? String(lead.id),
      created_at: new Date(lead.createdAt).toISOString().replace('Z', '000Z'),
      phone: lead.phoneDigits,
      duration: lead.callDurationSeconds ?? 0,
      record: lead.recordingUrl,
      canal: lead.channel,
      traffic: lead.traffic,
      summ: toMajor(lead.summMinor, lead.currency),
      status: lead.stage,
    },
  }
}
