// Every way to say the same things, the longest path first.
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Formats } from '#domain/webhooks/ports.ts'
import type { Hallway } from '#http/hallway.ts'
import { format as nativeFormat } from './native/events.wire.ts'
import { native } from './native/index.ts'

export interface Dialect {
  path: string
  door: OpenAPIHono<Hallway>
}

export const dialects: readonly Dialect[] = [{ path: '/', door: native }]

/** How each dialect tells of events. Webhooks can ask for no other. */
export const formats: Formats = { native: nativeFormat }
