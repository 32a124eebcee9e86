import type { MiddlewareHandler } from 'hono'
import type { Hallway } from './hallway.ts'

/** Gives the request a name of ours and says it on the answer. */
export const requestId: MiddlewareHandler<Hallway> = async (c, next) => {
  c.set('requestId', crypto.randomUUID())
  await next()
  c.res.headers.set('X-Request-Id', c.get('requestId'))
}
