// Shapes that several nouns of this dialect share, and the ends of its answers.
import { z } from '@hono/zod-openapi'
import { DomainError } from '#domain/errors.ts'
import { countedUpTo } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { addDays, wallClockAt } from '#domain/schedules/wall-clock.ts'
import type { Occasion } from '#http/endpoint.ts'

export const id = z.int().positive().max(Number.MAX_SAFE_INTEGER)

/** An id in a path or query. */
export const idText = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'must be a positive integer')
  .transform(Number)
  .openapi({ type: 'integer', minimum: 1 })
export const idParams = z.object({ id: idText })

/** A whole number in a query. */
export const wholeText = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .openapi({ type: 'integer', minimum, maximum })

/** An instant of a query, in seconds since 1970, up to the year 2100. */
export const unixSeconds = wholeText(0, 4_102_444_800)

/** Yes or no: 1 or 0, in a query and in a body. */
export const flagText = z
  .enum(['0', '1'])
  .transform((given) => given === '1')
  .openapi({ type: 'integer', enum: [0, 1] })
export const flag = z
  .union([z.literal(0), z.literal(1)])
  .transform((given) => given === 1)
  .openapi({ type: 'integer', enum: [0, 1] })
export const flagBody = z.union([z.literal(0), z.literal(1)]).openapi({ type: 'integer', enum: [0, 1] })

export function toFlag(is: boolean | number): 0 | 1 {
  return is ? 1 : 0
}

/** An instant in an answer: on the property's own clock, with its offset. */
export function toLocalTime(timeZone: string, at: number): string {
  return wallClockAt(timeZone, at).text
}

export const localTime = z.iso.datetime({ offset: true })

/** A date in an answer. */
export const date = z.iso.date()

/** A date, on the property's own calendar. */
export const day = z.iso
  .date({
    abort: true,
    error: ({ code }) => (code === 'invalid_format' ? 'must be a date, YYYY-MM-DD' : undefined),
  })
  .refine((date) => date >= '1970-01-01' && date < '2100-01-01', 'must be between 1970 and 2100')

/** A text that is there, trimmed, and one that may be absent: null takes it away again, and so does an empty one. */
const whole = () =>
  z
    .string()
    .refine((given) => given.isWellFormed() && !given.includes('\0'), 'must be well-formed Unicode')
    .normalize('NFC')
    .trim()
export const text = (maximum: number) => whole().min(1).max(maximum)
export const optionalText = (maximum: number) =>
  whole()
    .max(maximum)
    .transform((given) => (given === '' ? null : given))
    .nullable()
    .optional()

/** Texts by language: `default`, or a language's tag. A text alone is the default. */
export const textByLanguage = (maximum: number) =>
  z.union([
    whole()
      .max(maximum)
      .transform((given): Record<string, string> => (given === '' ? {} : { default: given })),
    z
      .record(z.string().regex(/^(default|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$/), whole().max(maximum))
      .refine((given) => Object.keys(given).length <= 40, 'must have at most 40 languages'),
  ])

/** An array in a query, in both spellings: `name=1&name=2` and `name[]=1&name[]=2`, also mixed. */
export function several<Name extends string, Entry extends z.ZodType>(name: Name, entry: Entry, most = 100) {
  const one = z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(entry).max(most).optional(),
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- computed keys widen to string
  return { [name]: one, [`${name}[]`]: one } as Record<Name | `${Name}[]`, typeof one>
}

/** What was given under both spellings; undefined when nothing was. */
export function severalOf<Name extends string, Entry>(
  query: { readonly [N in Name | `${Name}[]`]?: readonly Entry[] | undefined },
  name: Name,
): Entry[] | undefined {
  const [plain, bracketed] = [query[name], query[`${name}[]`]]
  return plain || bracketed ? [...(plain ?? []), ...(bracketed ?? [])] : undefined
}

/** Query parameters of what is asked night by night: both days are included. Goes with `withinNights`. */
export const nights = { from: day, to: day }
const mostDays = 90

/** A refinement: `z.strictObject({ ...nights }).refine(...withinNights)`. */
export const withinNights: [
  (query: { from: string; to: string }) => boolean,
  { path: string[]; message: string },
] = [
  ({ from, to }) => from <= to && to < addDays(from, mostDays),
  { path: ['to'], message: `must be the day of from, or at most ${mostDays - 1} days after it` },
]

/** Query parameters of a list; `orders` are what it can be sorted by, the first unless said otherwise. */
export function pageQuery<const Orders extends readonly [string, ...string[]]>(orders: Orders) {
  return {
    page: wholeText(1, 100_000).default(1).openapi({ type: 'integer', minimum: 1, default: 1 }),
    limit: wholeText(1, 200).default(25).openapi({ type: 'integer', minimum: 1, maximum: 200, default: 25 }),
    orderBy: z.enum(orders).default(orders[0]),
    orderType: z.enum(['ASC', 'DESC']).optional(),
  }
}

/** Throws invalid for a page beyond all that is counted: this dialect has no cursor to go on with. */
export function toPageRequest({ page, limit }: { page: number; limit: number }): PageRequest {
  if (page * limit <= countedUpTo) return { page, limit }
  const message = `Pages end at ${countedUpTo} entries: filter for fewer`
  throw new DomainError('request.validation_failed', { errors: [{ field: 'page', message }] })
}

/** The fields that have been said: one that is not is not there. */
export function definedOf<Fields extends object>(fields: Fields): Fields {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what may be undefined may be absent
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields
}

/** Words of this dialect for words of the domain, one for one. */
export function wordsFor<const Meanings extends Record<string, string>>(meanings: Meanings) {
  type Meaning = keyof Meanings & string
  type Word = Meanings[Meaning]
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the values of these very entries
  const words = Object.values(meanings) as [Word, ...Word[]]
  const byWord = new Map(Object.entries(meanings).map(([meaning, word]) => [word, meaning]))
  return {
    words,
    word: (meaning: Meaning): Word => meanings[meaning],
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    meaning: (word: Word) => byWord.get(word) as Meaning,
  }
}

const ruid = z.uuid().openapi({ description: 'The name of the request, also in the header RUID' })
const meta = z.object({ ruid })

type Words<Result, Body> = (result: Result, occasion: Occasion) => Body

/** One thing: `{ data, meta }`. */
export function single<Body extends z.ZodType>(body: Body) {
  return z.object({ data: body, meta })
}

export function toSingle<Result, Body>(toBody: Words<Result, Body>) {
  return (result: Result, occasion: Occasion) => ({
    data: toBody(result, occasion),
    meta: { ruid: occasion.requestId },
  })
}

/** A list that is always whole: `{ data: […], meta }`. */
export function wholeList<Body extends z.ZodType>(body: Body) {
  return z.object({ data: z.array(body), meta })
}

export function toWholeList<Entry, Body>(toBody: Words<Entry, Body>) {
  return (entries: readonly Entry[], occasion: Occasion) => ({
    data: entries.map((entry) => toBody(entry, occasion)),
    meta: { ruid: occasion.requestId },
  })
}

/** A page of a list. A total beyond 10,000 is a lower bound. */
export function pagedList<Body extends z.ZodType>(body: Body) {
  const position = { totalItems: z.int(), currentPage: z.int(), totalPages: z.int(), itemsPerPage: z.int() }
  return z.object({ data: z.array(body), meta: z.object({ ...position, ruid }) })
}

export function toPagedList<Entry, Body>(toBody: Words<Entry, Body>) {
  return ({ entries, total, page, limit }: Page<Entry>, occasion: Occasion) => ({
    data: entries.map((entry) => toBody(entry, occasion)),
    meta: {
      totalItems: Math.min(total, countedUpTo),
      currentPage: page,
      totalPages: Math.ceil(Math.min(total, countedUpTo) / limit),
      itemsPerPage: limit,
      ruid: occasion.requestId,
    },
  })
}

/** Where what was made is found. */
export function located(path: string, made: number | string): Record<string, string> {
  return { Location: `/v1/public${path}/${made}` }
}
