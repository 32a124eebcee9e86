// Every request of somebody known goes into the log. All of that work comes after the answer, and may fail.
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { newId } from '#domain/identifiers.ts'
import { toMessage } from '#domain/request-log/log-message.ts'
import { bodyKeptBytes, toRecord } from '#domain/request-log/record.ts'
import type { Observation, Subject } from '#domain/request-log/record.ts'
import { parseIfJson } from '#domain/json.ts'
import type { Hallway } from './hallway.ts'

/** What a request says of itself. */
export interface Said {
  method: string
  url: URL
  /** The path as it was declared, such as /api/bookings/{id}; null when there is nothing at the address. */
  route: string | null
  isGood: boolean
  /** The body that was sent, as JSON. */
  asked: unknown
  /** The answer, as JSON. */
  answered: () => unknown
}

export interface RequestLogOptions {
  /** What a request was about, in the door's own words. */
  subjectOf: (said: Said) => Subject
}

export function requestLog({ subjectOf }: RequestLogOptions): MiddlewareHandler<Hallway> {
  return async (c, next) => {
    const startedAt = c.env.clock.now()
    await next()
    const caller = callerOf(c)
    if (!caller) return

    const requestId = c.get('requestId')
    const secrets = c.get('secrets')
    const refusal = c.get('refusal')
    const responseBody = c.get('answer')
    const { status } = c.res
    // The unread part of the body can be read only until the answer is sent.
    const sent = requestBodyOf(c)
    const seen = {
      id: newId(startedAt),
      requestId,
      caller,
      url: new URL(c.req.url),
      method: c.req.method,
      route: routeOf(c),
      status,
      startedAt,
      endedAt: c.env.clock.now(),
      secrets: secrets ?? {},
      requestHeaders: c.req.raw.headers,
      responseHeaders: c.res.headers,
      responseBody,
    }
    const log = async (): Promise<void> => {
      const requestBody = await sent
      const isGood = refusal === undefined
      const subject = subjectOf({
        ...seen,
        isGood,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Hono types it by the route, which is not known here
        asked: secrets ? c.req.valid('json' as never) : parse(requestBody),
        answered: () => parse(responseBody),
      })
      const record = toRecord({ ...seen, subject, errorCode: refusal?.code ?? null, requestBody })
      await c.env.log(await toMessage(record))
    }
    c.executionCtx.waitUntil(
      log().catch((error: unknown) => {
        console.warn('request not logged', requestId, error instanceof Error ? error.message : error)
      }),
    )
  }
}

/** Whose request it was. Anonymous requests are not logged, nor those with a key that was not confirmed. */
function callerOf(c: Context<Hallway>): Observation['caller'] | undefined {
  const caller = c.get('caller')
  if (caller.type === 'user') return { accountId: caller.accountId }
  return caller.type === 'key' ? { keyId: caller.keyId, businessId: caller.businessId } : undefined
}

function routeOf(c: Context<Hallway>): string | null {
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL')
  return route ? route.path.replaceAll(/:(\w+)/g, '{$1}') : null
}

/** The body as the route has read it; one that it did not read is read here if it is small. */
async function requestBodyOf({ req }: Context<Hallway>): Promise<string | undefined> {
  const length = Number(req.header('Content-Length') ?? NaN)
  const isAtHand = req.bodyCache.text !== undefined
  return isAtHand || length <= bodyKeptBytes ? req.text().catch(() => undefined) : undefined
}

/** Undefined when it is not JSON, or too large to be looked through. */
function parse(text = ''): unknown {
  return text.length > bodyKeptBytes ? undefined : parseIfJson(text)
}
