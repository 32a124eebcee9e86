// Every request of somebody known goes into the log. All of that work comes after the answer, and may fail.
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { newId } from '#domain/identifiers.ts'
import { toMessage } from '#domain/request-log/log-message.ts'
import { toRecord } from '#domain/request-log/record.ts'
import type { Observation } from '#domain/request-log/record.ts'
import type { Hallway } from './tools.ts'

/** More than this is not read for the log alone. */
const readableBytes = 256 * 1024

export const requestLog: MiddlewareHandler<Hallway> = async (c, next) => {
  const startedAt = c.env.clock.now()
  await next()
  const caller = callerOf(c)
  if (!caller) return

  const { requestId } = c.var
  // Begun before the answer is out: from then on what nobody has read yet can be read no more.
  const bodies = Promise.all([requestBodyOf(c), c.res.clone().text()])
  const seen = {
    id: newId(startedAt),
    requestId,
    caller,
    url: new URL(c.req.url),
    method: c.req.method,
    route: routeOf(c),
    status: c.res.status,
    startedAt,
    endedAt: c.env.clock.now(),
    requestHeaders: c.req.raw.headers,
    responseHeaders: c.res.headers,
  }
  const log = async (): Promise<void> => {
    const [requestBody, responseBody] = await bodies
    await c.env.log(await toMessage(await toRecord({ ...seen, requestBody, responseBody })))
  }
  c.executionCtx.waitUntil(
    log().catch((error: unknown) => {
      console.warn('request not logged', requestId, error instanceof Error ? error.message : error)
    }),
  )
}

/** Whose request it was, once all is known; nobody's is not logged, nor is one whose key was not confirmed. */
function callerOf({ var: { actor } }: Context<Hallway>): Observation['caller'] | undefined {
  if (actor.type === 'user') return { accountId: actor.accountId }
  return actor.type === 'key' ? { keyId: actor.keyId, businessId: actor.businessId } : undefined
}

/** The path as it was declared, such as /api/bookings/{id}; null when there is nothing at the address. */
function routeOf(c: Context<Hallway>): string | null {
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL')
  return route ? route.path.replaceAll(/:(\w+)/g, '{$1}') : null
}

async function requestBodyOf(c: Context<Hallway>): Promise<string | undefined> {
  const isLarge = Number(c.req.header('Content-Length') ?? 0) > readableBytes
  return isLarge ? undefined : c.req.text().catch(() => undefined)
}
