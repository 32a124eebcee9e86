import type { MiddlewareHandler } from 'hono'
import type { Hallway } from './hallway.ts'

/** Gives the request a name of ours, which its answer says. */
export const requestId: MiddlewareHandler<Hallway> = (c, next) => {
  c.set('requestId', crypto.randomUUID())
  return next()
}
