// Every way to say the same things, the longest path first.
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Hallway } from '#http/hallway.ts'
import { native } from './native/index.ts'

export interface Dialect {
  path: string
  door: OpenAPIHono<Hallway>
}

export const dialects: readonly Dialect[] = [{ path: '/', door: native }]
