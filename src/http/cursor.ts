// A cursor is its list's name and the sort key of the last entry seen; it costs the same at any depth.
import { z } from '@hono/zod-openapi'

export type Cursor = [list: string, ...key: (number | string)[]]

const parts = z.tuple([z.string()], z.union([z.number(), z.string()]))

export function toCursor(list: string, key: readonly (number | string)[] | undefined): string | null {
  return key ? Buffer.from(JSON.stringify([list, ...key])).toString('base64url') : null
}

/** Undefined for what is no cursor. */
export function readCursor(text: string): Cursor | undefined {
  try {
    return parts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch {
    return undefined
  }
}
