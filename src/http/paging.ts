// Lists come by page or by cursor. A cursor is its list's name and the sort key of the last entry seen; it costs the same
// at any depth.
import { z } from '@hono/zod-openapi'
import { countedUpTo } from '#domain/page.ts'
import type { PageRequest } from '#domain/page.ts'
import { BadRequest } from './bad-request.ts'

const cursorParts = z.tuple([z.string()], z.union([z.number(), z.string()]))

const cursor = z
  .string()
  .max(512)
  .transform((text, refinement) => {
    try {
      return cursorParts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    } catch {
      refinement.addIssue({ code: 'custom', message: 'Cursor is not one of ours' })
      return z.NEVER
    }
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
  cursor?: [list: string, ...key: (number | string)[]] | undefined
}

/** Throws BadRequest for the cursor of another list, or of this one in another order: `keyLength` is how many columns it is sorted by. */
export function toPageRequest(
  { page = 1, limit = 20, cursor }: PageQuery,
  list: string,
  keyLength = 2,
): PageRequest {
  const [origin, ...after] = cursor ?? []
  if (cursor && (origin !== list || after.length !== keyLength)) {
    throw new BadRequest([{ field: 'cursor', message: 'Cursor is not one of ours' }])
  }
  // Skipping reads what it skips: a cursor does not.
  if (!cursor && page * limit > countedUpTo) {
    throw new BadRequest([{ field: 'page', message: `Beyond ${countedUpTo} entries a cursor is needed` }])
  }
  return { page, limit, after: cursor && after }
}

export function toCursor(list: string, key: readonly (number | string)[] | undefined): string | null {
  return key ? Buffer.from(JSON.stringify([list, ...key])).toString('base64url') : null
}
