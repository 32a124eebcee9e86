import type { Context } from 'hono'
import type { Hallway } from './hallway.ts'

/** What was sent in another form is read as this from here on, by whoever reads it: the route, the log, a repetition. */
export function restateBody(c: Context<Hallway>, json: object): void {
  const body = new TextEncoder().encode(JSON.stringify(json))
  const headers = new Headers(c.req.raw.headers)
  headers.set('Content-Type', 'application/json')
  headers.set('Content-Length', String(body.byteLength))
  c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body })
  c.req.bodyCache = {}
}
