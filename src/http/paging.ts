// Lists come by page or by cursor. A cursor is the sort key of the last entry seen; it costs the same at any depth.
import { z } from '@hono/zod-openapi'
import type { PageRequest } from '#domain/page.ts'

const cursorKey = z
  .array(z.union([z.number(), z.string()]))
  .min(1)
  .max(3)

const cursor = z
  .string()
  .max(512)
  .transform((text, refinement) => {
    try {
      return cursorKey.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
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

export function toPageRequest(query: {
  page?: number | undefined
  limit?: number | undefined
  cursor?: (number | string)[] | undefined
}): PageRequest {
  return { page: query.page ?? 1, limit: query.limit ?? 20, after: query.cursor }
}

export function toCursor(key: readonly (number | string)[] | undefined): string | null {
  return key ? Buffer.from(JSON.stringify(key)).toString('base64url') : null
}
