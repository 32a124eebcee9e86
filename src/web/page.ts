// How a page goes out: to one reader, for no other eyes, and able to do nothing but show itself and send its own forms.
import type { Context } from 'hono'
import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Hallway } from '#http/hallway.ts'
import { respond } from '#http/respond.ts'

/** Of a page that a program asks for, too. */
export const paperHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=UTF-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Robots-Tag': 'noindex, nofollow',
}

export const pageHeaders: Readonly<Record<string, string | null>> = {
  ...paperHeaders,
  // A page is read by people, not by other pages.
  'Access-Control-Allow-Origin': null,
  'Access-Control-Expose-Headers': null,
}

export function htmlOf(page: JSX.Element): string {
  if (page instanceof Promise) throw new Error('a page has all that it shows before it is written')
  return `<!doctype html>${page}`
}

export function showPage(c: Context<Hallway>, page: JSX.Element): Response {
  return respond(c, htmlOf(page), 200, pageHeaders)
}

/** Sends the reader on to another page, which is asked for with GET. */
export function sendTo(c: Context<Hallway>, path: string): Response {
  return respond(c, null, 303, { ...pageHeaders, 'Content-Type': null, Location: path })
}
