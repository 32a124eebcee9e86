import { z } from '@hono/zod-openapi'
import { countedUpTo } from '#domain/page.ts'
import type { Page } from '#domain/page.ts'
import { toCursor } from '#http/paging.ts'

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

/** `list` names it to its cursors, where its plural alone would not tell it from others. */
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
