import { z } from '@hono/zod-openapi'
import { countedUpTo, requireShallow } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { DomainError } from '#domain/errors.ts'
import { readCursor, toCursor } from '#http/cursor.ts'
import type { Cursor } from '#http/cursor.ts'

const notOurs = 'Cursor is not one of ours'

const cursor = z
  .string()
  .max(512)
  .transform((text, refinement) => {
    const read = readCursor(text)
    if (read) return read
    refinement.addIssue({ code: 'custom', message: notOurs })
    return z.NEVER
  })
  .openapi({ type: 'string', description: 'nextCursor of the page before; goes on behind it' })

const whole = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .openapi({ type: 'integer', minimum, maximum })

/** The query parameters of every list. */
export const pageQuery = {
  page: whole(1, 100_000).optional(),
  limit: whole(1, 100).optional().openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20 }),
  cursor: cursor.optional(),
}

interface PageQuery {
  page?: number | undefined
  limit?: number | undefined
  cursor?: Cursor | undefined
}

/** Throws malformed for the cursor of another list, or of this one in another order: `keyLength` is how many columns it is sorted by. */
export function toPageRequest(
  { page = 1, limit = 20, cursor: given }: PageQuery,
  list: string,
  keyLength = 2,
): PageRequest {
  const [origin, ...after] = given ?? []
  if (given && (origin !== list || after.length !== keyLength)) {
    throw new DomainError('request.invalid', {
      message: notOurs,
      errors: [{ field: 'cursor', message: notOurs }],
    })
  }
  return requireShallow({ page, limit, after: given && after })
}

const position = {
  total: z.int(),
  page: z.int(),
  limit: z.int(),
  totalIsLowerBound: z.literal(true).optional(),
  nextCursor: z.string().nullable(),
}

/** The schema of a list whose entries stand under their plural. */
export function listBody<Plural extends string, Entry extends z.ZodType>(plural: Plural, entry: Entry) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key widens to string
  return z.object({ [plural]: z.array(entry), ...position } as Record<Plural, z.ZodArray<Entry>> &
    typeof position)
}

/** `list` is the name in the cursors, where the plural alone could be another list's. */
export function toListBody<Plural extends string, Entry, Body>(
  plural: Plural,
  { entries, total, totalIsLowerBound = false, page, limit, next }: Page<Entry>,
  toBody: (entry: Entry) => Body,
  list: string = plural,
) {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key widens to string
    ...({ [plural]: entries.map(toBody) } as Record<Plural, Body[]>),
    total: Math.min(total, countedUpTo),
    page,
    limit,
    ...((totalIsLowerBound || total > countedUpTo) && { totalIsLowerBound: true as const }),
    nextCursor: toCursor(list, next),
  }
}
