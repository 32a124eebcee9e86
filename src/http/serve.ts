// From a request to a verb and back: opens the verb's context, minds the Idempotency-Key, writes the answer.
import type { Context as HonoContext } from 'hono'
import { createContext, readerOf } from '#domain/context.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { ErrorKind } from '#domain/errors.ts'
import { withNewIds } from '#domain/identifiers.ts'
import { createAttempt, Replay } from '#domain/idempotency/idempotency.ts'
import type { Attempt, KeptAnswer } from '#domain/idempotency/idempotency.ts'
import { canonicalJson } from './canonical-json.ts'
import { BadRequest } from './bad-request.ts'
import { clientAddress } from './throttle.ts'
import type { Hallway } from './tools.ts'

export interface Serving<Result> {
  /** Of the answer when all goes well; 200 unless said otherwise. 204 has no body. */
  status?: 200 | 201 | 204
  verb: (ctx: Context) => Promise<Result>
  /** The answer's body in the dialect's words. */
  body: (result: Result) => object
  headers?: (result: Result) => Record<string, string>
}

/** Refusals that the first run of the same request may have brought about. */
const outdated: ReadonlySet<ErrorKind> = new Set(['conflict', 'stale', 'not_found', 'invalid'])
const bookmarkPattern = /^[\da-f]{1,32}(-[\da-f]{1,32}){3}$/i
const keyPattern = /^[\x21-\x7e]{1,255}$/

/** Runs the verb and answers. */
export async function serve<Result>(c: HonoContext<Hallway>, serving: Serving<Result>): Promise<Response> {
  const { status = 200, verb, body, headers } = serving
  const { actor, credential, requestId, admission } = c.var
  const writes = c.req.method !== 'GET' && c.req.method !== 'HEAD'
  const ports = c.env.open({ writes, bookmark: bookmarkOf(c) })
  const render = (result: unknown): KeptAnswer => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the result is this verb's
    const own = result as Result
    return { body: JSON.stringify(body(own)), headers: headers?.(own) ?? {} }
  }
  const attempt = await attemptOf(c, status, render)
  const gates = attempt ? [admission, attempt.answered()] : [admission]
  const ctx = createContext(ports, { actor, credential, clock: c.env.clock, requestId, gates, attempt })
  const finish = (
    { body: text, headers: own }: KeptAnswer,
    code: number,
    extra: Record<string, string> = {},
  ) => {
    const answered = new Headers({ ...own, ...extra })
    const { bookmark } = ports.db
    if (bookmark) answered.set('X-D1-Bookmark', bookmark)
    if (code !== 204) answered.set('Content-Type', 'application/json; charset=UTF-8')
    c.set('answer', code === 204 ? undefined : text)
    return new Response(code === 204 ? null : text, { status: code, headers: answered })
  }
  try {
    const result = await withNewIds(() => verb(ctx)).catch(async (error: unknown) => {
      // The same request may have been answered since we looked.
      if (attempt && error instanceof DomainError && outdated.has(error.kind)) {
        await ctx.admitted()
        await attempt.answered()
      }
      throw error
    })
    return finish(render(result), status)
  } catch (error) {
    if (!(error instanceof Replay)) throw error
    await admission
    return finish(error, error.status, { 'Idempotent-Replayed': 'true' })
  }
}

/** Where the caller's last session had got to: in D1's own form, which is the only thing that it takes from outside. */
function bookmarkOf(c: HonoContext<Hallway>): string | undefined {
  const bookmark = c.req.header('X-D1-Bookmark')
  if (bookmark === undefined || bookmarkPattern.test(bookmark)) return bookmark
  const message = 'X-D1-Bookmark must be one that came with an answer'
  throw new BadRequest([{ field: 'X-D1-Bookmark', message }])
}

async function attemptOf(
  c: HonoContext<Hallway>,
  status: number,
  render: (result: unknown) => KeptAnswer,
): Promise<Attempt | undefined> {
  const key = c.req.header('Idempotency-Key')
  if (key === undefined || c.req.method !== 'POST' || c.var.isForOnce) return undefined
  if (!keyPattern.test(key)) {
    const message = 'Idempotency-Key must be 1-255 printable ASCII characters'
    throw new BadRequest([{ field: 'Idempotency-Key', message }])
  }
  const { pathname, searchParams } = new URL(c.req.url)
  searchParams.sort()
  const request = [c.req.method, pathname, searchParams.toString(), canonicalJson(await c.req.text())].join(
    '\n',
  )
  const { actor, keyHash } = c.var
  return createAttempt({
    open: () => readerOf(c.env.open({ writes: true, bookmark: undefined }).db),
    secret: await c.env.sealingKey(),
    actor,
    address: clientAddress(c.req.raw),
    apiKey: keyHash === undefined ? undefined : { keyHash, now: c.env.clock.now() },
    key,
    request,
    status,
    render,
  })
}
