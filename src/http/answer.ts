// The ends of a request that went well, one a kind of answer.
import type { Context } from 'hono'
import type { Context as DomainContext } from '#domain/context.ts'
import type { AnyInput, Occasion, Route } from './endpoint.ts'
import type { Hallway } from './hallway.ts'
import { perform, performOnce } from './perform.ts'
import { respond } from './respond.ts'

/**
 * Performs a route's verb and answers its result as JSON, in the dialect's words. A body may name its request: an answer that is
 * given again says the first one's id in `requestIdHeader`, too.
 */
export async function answerJson(
  c: Context<Hallway>,
  { status, verb, body, answerHeaders, isForOnce, isUnchanged }: Route,
  input: AnyInput,
  requestIdHeader?: string,
): Promise<Response> {
  let actor: Occasion['actor'] = () => ({ type: 'anonymous' })
  const occasion: Occasion = {
    now: c.env.clock.now(),
    origin: c.env.origin,
    requestId: c.get('requestId'),
    actor: () => actor(),
  }
  const render = (result: unknown) => ({
    body: status === 204 ? '' : JSON.stringify(body(result, occasion)),
    headers: {
      ...answerHeaders(result),
      ...(requestIdHeader !== undefined && { [requestIdHeader]: occasion.requestId }),
    },
  })
  const keeping = c.req.method === 'POST' && !isForOnce ? { status, render } : undefined
  const act = (ctx: DomainContext) => {
    actor = () => ctx.actor
    return verb(ctx, input)
  }
  const performed = await perform(c, act, keeping)
  const isEarlier = 'earlier' in performed
  if (!isEarlier && isUnchanged?.(performed.result, input.query)) return respond(c, null, 304, {})
  const { body: text, headers: own } = isEarlier
    ? performed.earlier
    : (performed.kept ?? render(performed.result))

  const headers = {
    ...own,
    ...(isEarlier && { 'Idempotent-Replayed': 'true' }),
    ...(performed.bookmark && { 'X-D1-Bookmark': performed.bookmark }),
  }
  if (status === 204) return respond(c, null, status, headers)
  c.set('answer', text)
  return respond(c, text, isEarlier ? performed.earlier.status : status, {
    ...headers,
    'Content-Type': 'application/json; charset=UTF-8',
  })
}

/** Performs a route's verb and answers the page of its result, which the log does not keep. */
export async function answerPage(
  c: Context<Hallway>,
  { verb, page }: Pick<Route, 'verb'> & { page: NonNullable<Route['page']> },
  input: AnyInput,
): Promise<Response> {
  const { headers, body } = page(await performOnce(c, (ctx) => verb(ctx, input)), c.env.pages)
  return respond(c, body, 200, headers)
}
