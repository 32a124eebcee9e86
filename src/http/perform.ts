// Runs a verb for a request: opens its context, and minds the Idempotency-Key. What becomes of the result is the
// door's business: JSON, an envelope, a page, a file.
import type { Context as HonoContext } from 'hono'
import { openContext, readerOf } from '#domain/open-context.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { ErrorKind } from '#domain/errors.ts'
import { withNewIds } from '#domain/identifiers.ts'
import { createKeyedRequest, EarlierAnswer } from '#domain/idempotency/idempotency.ts'
import type { KeyedRequest, KeptAnswer } from '#domain/idempotency/idempotency.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Hallway } from './hallway.ts'
import { clientAddress } from './limiter.ts'

/** How the answer is kept for a repetition of the same request under an Idempotency-Key. */
export interface Keeping<Result> {
  status: number
  render: (result: Result) => KeptAnswer
}

/** What came of it: the verb's result with what was kept of it, or the answer that the same request had before. */
export type Performance<Result> =
  | { result: Result; kept: KeptAnswer | undefined; bookmark: string | null }
  | { earlier: EarlierAnswer; bookmark: string | null }

/** Kinds of refusal that the first run of the same request may have caused. */
const outdated: ReadonlySet<ErrorKind> = new Set(['conflict', 'stale', 'not_found', 'invalid'])
const bookmarkPattern = /^[\da-f]{1,32}(-[\da-f]{1,32}){3}$/i
const keyPattern = /^[\x21-\x7e]{1,255}$/

/** The header as documents tell of it. */
export const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  description: 'The same key and request get the first answer again, for 7 days',
  schema: { type: 'string' as const, maxLength: 255, pattern: String.raw`^[\x21-\x7e]+$` },
}

/**
 * Runs a verb for a page, whose answer nobody asks for a second time. Whoever has just changed something is shown it:
 * so it reads what was written last. Throws the verb's refusals.
 */
export async function performOnce<Result>(
  c: HonoContext<Hallway>,
  verb: (ctx: Context) => Promise<Result>,
): Promise<Result> {
  const ctx = openContext(c.env.open({ writes: true, bookmark: undefined }), {
    caller: c.get('caller'),
    credential: c.get('credential'),
    clock: c.env.clock,
    requestId: c.get('requestId'),
    gates: [c.get('limited')],
  })
  return withNewIds(() => verb(ctx))
}

/** Runs the verb. Throws its refusals. */
export async function perform<Result>(
  c: HonoContext<Hallway>,
  verb: (ctx: Context) => Promise<Result>,
  keeping?: Keeping<Result>,
): Promise<Performance<Result>> {
  const limited = c.get('limited')
  const writes = c.req.method !== 'GET' && c.req.method !== 'HEAD'
  const ports = c.env.open({ writes, bookmark: bookmarkOf(c) })

  // The answer is made once, inside the verb's batch, so that the answer kept is the answer sent.
  let kept: KeptAnswer | undefined
  const keep = (result: unknown): KeptAnswer => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the result is this very verb's
    kept = keeping!.render(result as Result)
    return kept
  }
  const keyed = keeping && (await keyedRequestOf(c, keeping.status, keep))
  const gates = keyed ? [limited, keyed.answered()] : [limited]
  const ctx = openContext(ports, {
    caller: c.get('caller'),
    credential: c.get('credential'),
    clock: c.env.clock,
    requestId: c.get('requestId'),
    gates,
    keyed,
  })
  try {
    const result = await withNewIds(() => verb(ctx)).catch(async (error: unknown) => {
      // The same request may have been answered while this one ran.
      if (keyed && error instanceof DomainError && outdated.has(error.kind)) {
        await ctx.mayAct()
        await keyed.answered()
      }
      throw error
    })
    // A verb that wrote nothing has not passed the gates yet: only they tell whether this request was answered before.
    if (keyed) await ctx.mayAct()
    return { result, kept, bookmark: ports.db.bookmark }
  } catch (error) {
    if (!(error instanceof EarlierAnswer)) throw error
    await limited
    return { earlier: error, bookmark: ports.db.bookmark }
  }
}

/** The bookmark of the caller's last session, if it has the form of D1's. */
function bookmarkOf(c: HonoContext<Hallway>): string | undefined {
  const bookmark = c.req.header('X-D1-Bookmark')
  if (bookmark === undefined || bookmarkPattern.test(bookmark)) return bookmark
  const message = 'X-D1-Bookmark must be one that came with an answer'
  throw new DomainError('request.invalid', { message, errors: [{ field: 'X-D1-Bookmark', message }] })
}

/** The request under its Idempotency-Key; undefined without one. */
async function keyedRequestOf(
  c: HonoContext<Hallway>,
  status: number,
  render: (result: unknown) => KeptAnswer,
): Promise<KeyedRequest | undefined> {
  const key = c.req.header('Idempotency-Key')
  if (key === undefined) return undefined
  if (!keyPattern.test(key)) {
    const message = 'Idempotency-Key must be 1-255 printable ASCII characters'
    throw new DomainError('request.invalid', { message, errors: [{ field: 'Idempotency-Key', message }] })
  }
  const { pathname, searchParams } = new URL(c.req.url)
  searchParams.sort()
  const body = canonicalJson(await c.req.text())
  const request = [c.req.method, pathname, searchParams.toString(), body].join('\n')
  const { keyHash } = c.get('presented')
  return createKeyedRequest({
    open: () => readerOf(c.env.open({ writes: true, bookmark: undefined }).db),
    secret: await c.env.sealingKey(),
    caller: c.get('caller'),
    address: clientAddress(c.req.raw),
    apiKey: keyHash === undefined ? undefined : { keyHash, now: c.env.clock.now() },
    key,
    request,
    status,
    render,
  })
}
