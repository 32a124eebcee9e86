// A route is one declaration: where it is, who may call it, what comes in, the verb, and what goes out. It knows no
// HTTP, so documents, collections and clients are made from the same words.
import type { z } from '@hono/zod-openapi'
import type { Device } from '#domain/accounts/session.ts'
import type { Actor } from '#domain/actor.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import type { Context } from '#domain/context.ts'
import type { Page, Pages } from './pages.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The method with the path behind it, such as `get: '/api/bookings/{id}'`. */
type Place = { [M in Method]: Record<M, `/${string}`> }[Method]

type Read<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined

/** The parts of a request as their schemas read them. */
export interface Input<
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  H extends z.ZodType | undefined,
  J extends z.ZodType | undefined,
> {
  params: Read<P>
  query: Read<Q>
  headers: Read<H>
  json: Read<J>
  /** What the request comes from. */
  device: Device
  /** The input with its business: the one it names, or else the API key's. */
  withBusiness: <I extends object>(
    input: I & { businessId?: number | undefined },
  ) => Promise<I & { businessId: number }>
}

/** The parts of a request where the schemas are not known. */
export type AnyInput = Input<z.ZodType, z.ZodType, z.ZodType, z.ZodType>

/** What a body may need to know beside the verb's result. */
export interface Occasion {
  /** Milliseconds since 1970. */
  now: number
  /** Where the service is reached, for links. */
  origin: string
  /** Who is answered: known as soon as the verb has read. */
  actor: () => Actor
  requestId: string
}

interface Described {
  /** The operation's name in documents and clients: noun, dot, verb. */
  id: `${string}.${string}`
  /** What it is for, in a few words. */
  summary: string
  /** What else a caller should know: Markdown. */
  description?: string
  /** Set only on the few routes that need no credential, and on those that take nothing but an API key. */
  access?: 'public' | 'key'
  /**
   * The scope that an API key needs. Without one, a route takes no API keys, unless it takes nothing else: then it
   * takes any.
   */
  scope?: Scope
  /** Another scope that lets a key in: which of the two it needs turns on what is there, and the verb asks for that one. */
  orScope?: Scope
  /** Set on the few POSTs whose answer is given once: it is not kept, and an Idempotency-Key is ignored. */
  isForOnce?: true
}

type Answered<Result, Q extends z.ZodType | undefined, A extends z.ZodType> =
  | {
      answer: A
      status?: 200 | 201
      body: (result: Result, occasion: Occasion) => z.input<NoInfer<A>>
      answerHeaders?: (result: Result) => Record<string, string>
      /** Set where a caller may ask for what is new: when there is nothing, the answer is 304, without a body. */
      isUnchanged?: (result: Result, query: Read<Q>) => boolean
    }
  | { answer: null }
  | { page: (result: Result, pages: Pages) => Page }

/** A route as it is written down; `P`, `Q`, `H` and `J` are read off its schemas, `Result` off its verb. */
export type Declaration<
  Result,
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  H extends z.ZodType | undefined,
  J extends z.ZodType | undefined,
  A extends z.ZodType,
> = Place &
  Described & {
    params?: P
    query?: Q
    headers?: H
    json?: J
    /** Set where the body may be absent: the schema then reads an empty object. */
    jsonRequired?: false
    verb: (ctx: Context, input: Input<P, Q, H, J>) => Promise<Result>
  } & Answered<Result, Q, A>

/** A route as the door and the documents take it. That its parts fit together was checked by `endpoint`. */
export interface Route extends Omit<Described, 'access' | 'description' | 'scope' | 'orScope' | 'isForOnce'> {
  description: string | undefined
  scope: Scope | undefined
  orScope: Scope | undefined
  isForOnce: true | undefined
  method: Method
  path: string
  access: 'public' | 'user' | 'key'
  params?: z.ZodType | undefined
  query?: z.ZodType | undefined
  headers?: z.ZodType | undefined
  json?: z.ZodType | undefined
  jsonRequired: boolean
  /** Null where there is no body, or a page. */
  answer: z.ZodType | null
  page: ((result: unknown, pages: Pages) => Page) | undefined
  status: 200 | 201 | 204
  verb: (ctx: Context, input: AnyInput) => Promise<unknown>
  body: (result: unknown, occasion: Occasion) => unknown
  answerHeaders: (result: unknown) => Record<string, string>
  isUnchanged: ((result: unknown, query: unknown) => boolean) | undefined
}

/** The routes of a noun. */
export interface Routes {
  tag: string
  routes: readonly Route[]
}

/** Declares a route. A body that the answer's schema does not have, or that the verb's result cannot make, does not compile. */
export function endpoint<
  Result,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  H extends z.ZodType | undefined = undefined,
  J extends z.ZodType | undefined = undefined,
  A extends z.ZodType = z.ZodType,
>(declaration: Declaration<Result, P, Q, H, J, A>): Route {
  const { id, summary, description, scope, orScope, isForOnce, params, query, headers, json } = declaration
  const access: Route['access'] = declaration.access ?? 'user'
  const [method, path] = placeOf(declaration)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the input is what these very schemas have read
  const verb = declaration.verb as Route['verb']
  const described = { method, path, id, summary, description, access, scope, orScope, isForOnce, verb }
  const request = { params, query, headers, json, jsonRequired: declaration.jsonRequired ?? true }
  const nothing = {
    answer: null,
    page: undefined,
    body: () => undefined,
    answerHeaders: () => ({}),
    isUnchanged: undefined,
  }
  if ('page' in declaration) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the result is this very verb's
    const page = declaration.page as Route['page']
    return { ...described, ...request, ...nothing, page, status: 200 }
  }
  if (!('body' in declaration)) return { ...described, ...request, ...nothing, status: 204 }
  const { answer, status = 200 } = declaration
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the result is this very verb's
  const body = declaration.body as Route['body']
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the result is this very verb's
  const answerHeaders = (declaration.answerHeaders ?? (() => ({}))) as Route['answerHeaders']
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same, and the query is what this schema has read
  const isUnchanged = declaration.isUnchanged as Route['isUnchanged']
  return { ...described, ...request, answer, page: undefined, status, body, answerHeaders, isUnchanged }
}

function placeOf(place: Place): [Method, string] {
  if ('get' in place) return ['get', place.get]
  if ('post' in place) return ['post', place.post]
  if ('put' in place) return ['put', place.put]
  return 'patch' in place ? ['patch', place.patch] : ['delete', place.delete]
}
