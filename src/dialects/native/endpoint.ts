// How a native endpoint is declared: a credential unless said otherwise, and the answers that every route can give.
import { createRoute, z } from '@hono/zod-openapi'
import type { OpenAPIHono, RouteConfig, RouteHandler } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Scope } from '#domain/api-keys/scope.ts'
import { shared } from '#http/answer-headers.ts'
import { admitting } from '#http/identify.ts'
import { secretsIn } from '#http/secret.ts'
import type { Hallway } from '#http/tools.ts'
import { errorBody } from './wire.ts'

interface NativeRoute extends Omit<RouteConfig, 'responses' | 'middleware' | 'security'> {
  /** What it is for, in a few words. */
  summary: string
  tags: string[]
  /** Said only by the few routes that need no credential, and by those that are for API keys only. */
  access?: 'public' | 'key'
  /** What an API key must be allowed for; without it only routes for API keys alone take them, all of them. */
  scope?: Scope
  /** The body of a good answer; null where there is none (204). */
  answer: z.ZodType | null
  /** Said by the few POSTs whose answer is for once: it is not kept, and an Idempotency-Key means nothing to them. */
  isForOnce?: true
  status?: 200 | 201 | 204
}

const reasons: Record<number, string> = {
  400: 'The request cannot be understood',
  401: 'No valid credential',
  403: 'Not yours to do',
  404: 'Not found',
  409: 'In conflict with what is there',
  412: 'Not at the version that If-Match asks for',
  413: 'The body is larger than 256 KiB',
  415: 'The body is not application/json',
  422: 'Validation failed',
  429: 'Too many requests',
  500: 'Our fault',
  503: 'Please try again later',
}

const headerOf = (name: string) => ({ $ref: `#/components/headers/${name}` })
/** What /health does not say: nobody's limit stands before it. */
const limits = { RateLimit: headerOf('RateLimit'), 'RateLimit-Policy': headerOf('RateLimit-Policy') }

const noCredential = {}
const accessToken = { accessToken: [] }
const apiKey = { apiKey: [] }

/** How old what everybody may see may be. */
const publicSeconds = 15

/** The credentials that a route takes, any one of them. */
function securityOf(access: NativeRoute['access'], scope: Scope | undefined) {
  if (access === 'key') return [apiKey]
  const others = access === 'public' ? noCredential : accessToken
  if (scope === undefined) return access === 'public' ? [] : [others]
  return [others, apiKey]
}

/** A JSON body. */
export function json<Schema extends z.ZodType>(schema: Schema, { required = true } = {}) {
  return { content: { 'application/json': { schema } }, required }
}

type Call<R extends NativeRoute> = Parameters<RouteHandler<R & Pick<RouteConfig, 'responses'>, Hallway>>[0]

/** Adds an endpoint to its noun's routes. What it answers is held against `answer` where the body is made. */
export function endpoint<const R extends NativeRoute>(
  routes: OpenAPIHono<Hallway>,
  { answer, access, scope, status, isForOnce, ...config }: R,
  handler: (c: Call<R>) => Response | Promise<Response>,
): void {
  const writes = config.method !== 'get'
  const isLimited = config.path.startsWith('/api/')
  const failures = Object.keys(reasons)
    .map(Number)
    .filter((code) => {
      if (code === 401 || code === 429) return isLimited
      if (code === 403) return access !== 'public'
      if (code === 412) return config.request?.headers !== undefined
      return writes || ![409, 413, 415, 422].includes(code)
    })
  const responses = Object.fromEntries(
    failures.map((code) => {
      return [
        code,
        {
          description: reasons[code] ?? '',
          ...((code === 429 || code === 503) && { headers: { 'Retry-After': headerOf('Retry-After') } }),
          content: { 'application/json': { schema: errorBody } },
        },
      ]
    }),
  )
  const good = {
    description: 'Good',
    headers: { 'X-Request-Id': headerOf('X-Request-Id'), ...(isLimited && limits) },
    ...(answer && { content: { 'application/json': { schema: answer } } }),
  }
  const declared = createRoute({
    ...config,
    ...(config.method === 'post' && !isForOnce && { parameters: [idempotencyKey] }),
    security: securityOf(access, scope),
    ...(scope && { 'x-scope': scope }),
    middleware: [
      ...(access === 'public' && !writes && isLimited ? [shared(publicSeconds)] : []),
      admitting({ without: access ?? 'user', scope, isForOnce }),
      ...(config.request?.body?.required === false ? [withoutEmptyBody] : []),
      ...(config.request?.body ? [jsonByAnyName] : []),
    ],
    responses: { ...responses, [status ?? (answer === null ? 204 : 200)]: good },
  })
  const { query, body } = config.request ?? {}
  const media = body?.content['application/json']
  const sent = media && 'schema' in media && media.schema instanceof z.ZodType ? media.schema : undefined
  const secrets = {
    query: query && secretsIn(query),
    body: sent && secretsIn(sent),
    answer: answer ? secretsIn(answer) : [],
  }
  const understood = (c: Call<R>) => {
    c.set('secrets', secrets)
    return handler(c)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the declaration is the one the type was made of
  routes.openapi(declared, understood as never)
}

/** Many clients announce JSON on every POST: where a body may be absent, announcing one does not make it there. */
const withoutEmptyBody: MiddlewareHandler<Hallway> = async (c, next) => {
  if (c.req.header('Content-Type') !== undefined && (await c.req.text()) === '') {
    const headers = new Headers(c.req.raw.headers)
    headers.delete('Content-Type')
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers })
  }
  await next()
}

/** Takes all that is JSON in UTF-8, whichever way its Content-Type says so. */
const jsonByAnyName: MiddlewareHandler<Hallway> = async (c, next) => {
  const type = c.req.header('Content-Type')
  if (type !== undefined && type !== 'application/json') {
    const [essence = '', ...parameters] = type
      .toLowerCase()
      .split(';')
      .map((part) => part.trim())
    const charset = parameters
      .find((parameter) => parameter.startsWith('charset='))
      ?.slice(8)
      .replaceAll('"', '')
    const isJson = /^application\/([\w.-]+\+)?json$/.test(essence)
    if (!isJson || (charset !== undefined && charset !== 'utf-8')) throw new HTTPException(415)
    const headers = new Headers(c.req.raw.headers)
    headers.set('Content-Type', 'application/json')
    c.req.raw = new Request(c.req.raw, { headers })
  }
  await next()
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  description: 'The same key and request get the first answer again, for 7 days',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
}
