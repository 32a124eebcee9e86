// Puts a door together, the only place that does: request id, body limit, caller, log and rate limit come in the same
// order at each. A dialect brings its manners; the hallway knows none of them.
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Hook, RouteConfig } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { DomainError } from '#domain/errors.ts'
import type { Entitlement } from '#domain/plans/plan.ts'
import { answerJson, answerPage } from './answer.ts'
import { limitBody } from './body-limit.ts'
import { deviceOf } from './device.ts'
import { serveDocuments } from './documents.ts'
import type { About } from './documents.ts'
import type { AnyInput, Route, Routes } from './endpoint.ts'
import type { Hallway } from './hallway.ts'
import { admitting, confirmed, identify, keyOf, nobody } from './identify.ts'
import type { Presentation } from './identify.ts'
import { throttle } from './throttle.ts'
import type { Limits } from './throttle.ts'
import { refuse, refusing } from './refusal.ts'
import type { Voice } from './refusal.ts'
import { requestId } from './request-id.ts'
import { requestLog } from './request-log.ts'
import type { RequestLogOptions } from './request-log.ts'
import { answerPreflight, shareFor } from './respond.ts'
import { secretsIn } from './secret.ts'
import { fieldErrorsOf, isOfAnotherSet } from './validation.ts'

/** What every door has, a dialect's or that of the pages. */
export interface Doorway {
  /** The paths at which callers are identified and counted, such as `/api/*`. */
  within: string
  voice: Voice
  /** The dialect's own name of the header that says which request it was, beside the general one. */
  requestIdHeader?: string
  /** How a caller's credential is read. */
  present: Presentation
  limits: Limits
}

/** What a dialect has, too: declared routes, their documents, and a log of who called. */
export interface Manners extends Doorway {
  /** What its documents say of it as a whole. */
  about: About
  log: RequestLogOptions
  /** What its documents say of a route beside what the route says itself. */
  documented: (route: Route) => Pick<RouteConfig, 'security' | 'responses'> & Partial<RouteConfig>
  routes: readonly Routes[]
  /** What the plan of a business must include for its keys to come in. */
  entitlement?: Entitlement
  /**
   * Set where a bad value of a known query parameter is a broken rule, and only a wrong set of them not understood: also at a
   * route that has none.
   */
  checksQueries?: true
}

export function openDoor(manners: Doorway | Manners): OpenAPIHono<Hallway> {
  const { within, voice, present, limits, requestIdHeader } = manners
  const checksQueries = 'checksQueries' in manners
  const door = new OpenAPIHono<Hallway>({ defaultHook: onInvalid(checksQueries) })
  door.onError(refusing(voice))
  door.notFound((c) => refuseAddress(door, voice, c))
  door.use(requestId, answerPreflight, nobody)
  if (requestIdHeader !== undefined) door.use(saidAs(requestIdHeader))
  // Documents come before the caller is asked for: they are everybody's, and cost nothing that would need a limit.
  if ('about' in manners) serveDocuments(door, manners.about)
  door.use(within, limitBody, identify(present))
  if ('log' in manners) door.use(within, requestLog(manners.log))
  door.use(within, throttle(limits, voice), confirmed)
  if ('routes' in manners) {
    for (const { tag, routes } of manners.routes) for (const route of routes) mount(door, tag, route, manners)
  }
  return door
}

/** A body that breaks a rule is `invalid`; a path, query or header that does is `malformed`. */
function onInvalid(checksQueries: boolean): Hook<unknown, Hallway, string, unknown> {
  return (result) => {
    if (result.success) return
    const { issues } = result.error
    const errors = fieldErrorsOf(issues)
    const isUnderstood = checksQueries && result.target === 'query' && !issues.some(isOfAnotherSet)
    if (result.target === 'json' || isUnderstood)
      throw new DomainError('request.validation_failed', { errors })
    const message = errors.map((error) => error.message).join('. ')
    throw new DomainError('request.invalid', { message, errors })
  }
}

/** Says the request's id once more, in a header of the dialect's own: with an answer that is given again, the first one's. */
function saidAs(header: string): MiddlewareHandler<Hallway> {
  return async (c, next) => {
    await next()
    if (!c.res.headers.has(header)) c.res.headers.set(header, c.get('requestId'))
  }
}

/** The query of a route that takes no parameters. */
const noQuery = z.strictObject({})

function mount(door: OpenAPIHono<Hallway>, tag: string, route: Route, manners: Manners): void {
  const { documented, within, entitlement, checksQueries, requestIdHeader } = manners
  const { method, path, id: operationId, summary, description, access, scope, orScope } = route
  const { params, headers, json, jsonRequired, answer } = route
  const query = route.query ?? (checksQueries && noQuery)
  const secrets = {
    query: query && secretsIn(query),
    body: json && secretsIn(json),
    answer: answer ? secretsIn(answer) : [],
  }
  const isShared = access === 'public' && method === 'get' && isWithin(path, within)
  const body = json && { content: { 'application/json': { schema: json } }, required: jsonRequired }
  const request = definedOf({ params, query, headers, body }) as RouteConfig['request']
  const declared = createRoute({
    method,
    path,
    operationId,
    summary,
    ...(description && { description }),
    tags: [tag],
    request,
    middleware: [
      ...(isShared ? [shareFor(publicSeconds)] : []),
      admitting({ access, scope, orScope }, entitlement),
      ...(json && !jsonRequired ? [withoutEmptyBody] : []),
      ...(json ? [jsonByAnyName] : []),
    ],
    ...documented(route),
  })
  door.openapi(declared, (c) => {
    c.set('secrets', secrets)
    const input = new RequestInput(c, route)
    const { page, verb } = route
    return page ? answerPage(c, { page, verb }, input) : answerJson(c, route, input, requestIdHeader)
  })
}

/** How long shared caches may keep an answer that is the same for everybody. */
const publicSeconds = 15

/** Whether a path is one of those that a pattern such as `/api/*` stands for. */
function isWithin(path: string, pattern: string): boolean {
  return path.startsWith(pattern.replace('*', ''))
}

/** There is nothing at the address, or it takes other methods. */
function refuseAddress(door: OpenAPIHono<Hallway>, voice: Voice, c: Context<Hallway>): Response {
  const takes = (method: string) =>
    door.router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method)
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(takes)
  if (methods.length === 0) return refuse(new DomainError('request.unknown_path'), voice, c)
  const allowed = (methods.includes('GET') ? ['GET', 'HEAD', ...methods.slice(1)] : methods).join(', ')
  const message = `This address does not take ${c.req.method}, but ${allowed}`
  const answer = refuse(new DomainError('request.unknown_method', { message }), voice, c)
  answer.headers.set('Allow', allowed)
  return answer
}

/** What the schemas have read of the request, each part as it is asked for. */
class RequestInput implements AnyInput {
  readonly #c: Context<Hallway>
  readonly #route: Route

  constructor(c: Context<Hallway>, route: Route) {
    this.#c = c
    this.#route = route
  }

  #valid(target: 'param' | 'query' | 'header' | 'json'): unknown {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Hono types it by the route, which is not known here
    return this.#c.req.valid(target as never)
  }

  get params() {
    return this.#valid('param')
  }

  get query() {
    return this.#valid('query')
  }

  get headers() {
    return this.#valid('header')
  }

  get json() {
    const { json, jsonRequired } = this.#route
    const isAbsent = !jsonRequired && this.#c.req.header('Content-Type') === undefined
    return isAbsent ? json?.parse({}) : this.#valid('json')
  }

  get device() {
    return deviceOf(this.#c)
  }

  get withBusiness() {
    const c = this.#c
    return <I extends object>(input: I & { businessId?: number | undefined }) => withBusiness(c, input)
  }
}

async function withBusiness<I extends object>(
  c: Context<Hallway>,
  input: I & { businessId?: number | undefined },
): Promise<I & { businessId: number }> {
  const businessId = input.businessId ?? (await keyOf(c))?.businessId
  if (businessId !== undefined) return { ...input, businessId }
  const errors = [{ field: 'businessId', message: 'Business id is required' }]
  throw c.req.method === 'GET'
    ? new DomainError('request.invalid', { message: 'Business id is required', errors })
    : new DomainError('request.validation_failed', { errors })
}

/** Many clients send a JSON Content-Type on every POST, also with an empty body. */
const withoutEmptyBody: MiddlewareHandler<Hallway> = async (c, next) => {
  if (c.req.header('Content-Type') !== undefined && (await c.req.text()) === '') {
    const headers = new Headers(c.req.raw.headers)
    headers.delete('Content-Type')
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers })
  }
  await next()
}

/** Accepts every Content-Type that means JSON in UTF-8. */
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
    if (!isJson || (charset !== undefined && charset !== 'utf-8')) {
      throw new DomainError('request.unsupported_media_type')
    }
    const headers = new Headers(c.req.raw.headers)
    headers.set('Content-Type', 'application/json')
    c.req.raw = new Request(c.req.raw, { headers })
  }
  await next()
}

function definedOf(parts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined))
}
