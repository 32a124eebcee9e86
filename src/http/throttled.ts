// How often: the limiter is asked while the request is being read, and heard before its first side effect.
import type { Context, MiddlewareHandler } from 'hono'
import { DomainError } from '#domain/errors.ts'
import type { Verdict } from '#domain/rate-limits/sliding-window.ts'
import { invalidToken } from './identify.ts'
import { askLimiter, mayPassDenial, rateLimitHeaders, rememberedDenial } from './throttle.ts'
import type { Answer, Toll } from './throttle.ts'
import type { Caller, Hallway } from './tools.ts'

export interface ThrottleOptions {
  /** What the request is counted for; undefined when that takes a caller, and nobody knows yet whose key it came with. */
  counted: (c: Context<Hallway>, caller: Caller | undefined) => Toll | undefined
  /** What a request is counted for whose key turns out to be none. */
  suspected: (c: Context<Hallway>) => Toll
  /** The door's own voice for a refusal. */
  refuse: (error: Error, c: Context<Hallway>) => Response | Promise<Response>
}

export function throttled({ counted, suspected, refuse }: ThrottleOptions): MiddlewareHandler<Hallway> {
  return async (c, next) => {
    const { limiter, clock } = c.env
    const { actor, keyHash, knownKey } = c.var
    const now = clock.now()
    const refuseInstead = async (error: Error): Promise<void> => {
      // Nothing of the answer before is to be left on this one.
      c.res = undefined
      c.res = await refuse(error, c)
    }

    const caller: Caller | undefined =
      keyHash === undefined ? actor : knownKey && { type: 'key', ...knownKey }
    const toll = counted(c, caller)
    const first = toll ?? suspected(c)
    const denial = rememberedDenial(limiter, first.limiter, first.policies, now)
    // A key that nobody knows here may be a good one among its neighbours' invented ones: a few are let through to storage.
    const mayPass = first.isLenient || (!toll && mayPassDenial(limiter, first.limiter, first.policies, now))
    if (denial && !mayPass) return withLimits(await refuse(overLimit(denial), c), denial)

    const gate = Promise.withResolvers<void>()
    gate.promise.catch(() => undefined)
    let asked: Promise<Answer> | undefined
    const count = ({ limiter: name, policies, session, isLenient }: Toll) => {
      asked = askLimiter(limiter, name, policies, now, session)
      asked.then((verdict) => {
        if (verdict.hasEnded) gate.reject(invalidToken())
        else if (verdict.allowed || isLenient) gate.resolve()
        else gate.reject(overLimit(verdict))
      }, gate.reject)
    }
    if (toll) count(toll)
    c.set('admission', gate.promise)
    c.set('identified', (found) => {
      const due = asked ? undefined : counted(c, found)
      if (due) count(due)
    })
    await next()

    // Only storage makes a key a key: any other is counted for the address that it came from, whatever it was answered.
    if (keyHash !== undefined && c.var.actor.type !== 'key') count(suspected(c))
    // A limiter that is out of order stops what has effects, at the gate; what only reads is let through.
    const verdict = await asked?.catch(() => undefined)
    if (!verdict) return
    if (verdict.hasEnded && c.res.status !== 401) await refuseInstead(invalidToken())
    const isOver = !verdict.allowed && !first.isLenient
    if (isOver && c.res.status !== 429) await refuseInstead(overLimit(verdict))
    withLimits(c.res, { ...verdict, allowed: !isOver })
    return
  }
}

function withLimits(answer: Response, verdict: Verdict): Response {
  for (const [name, value] of Object.entries(rateLimitHeaders(verdict))) answer.headers.set(name, value)
  return answer
}

function overLimit({ retryAfterMs }: Verdict): DomainError {
  return new DomainError('rate_limited', 'rate_limit.exceeded', 'Too many requests, please slow down', {
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)),
  })
}
