// How often: the limiter is asked while the request is being read, and heard before its first side effect.
import type { Context, MiddlewareHandler } from 'hono'
import { invalidToken } from '#domain/accounts/session.ts'
import { DomainError } from '#domain/errors.ts'
import type { Verdict } from '#domain/rate-limits/sliding-window.ts'
import type { Hallway, Payer } from './hallway.ts'
import { askLimiter, mayPassDenial, rememberedDenial } from './limiter.ts'
import type { Answer, Toll } from './limiter.ts'
import { refuse } from './refusal.ts'
import type { Voice } from './refusal.ts'

/** How often one may call, in the words of a dialect. */
export interface Limits {
  /** What the request is counted for; undefined when that takes a caller, and nobody knows yet whose key it came with. */
  counted: (c: Context<Hallway>, payer: Payer | undefined) => Toll | undefined
  /** What a request is counted for whose key turns out to be none. */
  suspected: (c: Context<Hallway>) => Toll
  /** What the answer's headers say of the limit. */
  headers: (verdict: Verdict) => Record<string, string>
}

export function throttle(limits: Limits, voice: Voice): MiddlewareHandler<Hallway> {
  const { counted, suspected } = limits
  const withLimits = (answer: Response, verdict: Verdict) => {
    for (const [name, value] of Object.entries(limits.headers(verdict))) answer.headers.set(name, value)
    return answer
  }
  return async (c, next) => {
    const { limiter, clock } = c.env
    const { keyHash } = c.get('presented')
    const knownKey = c.get('knownKey')
    const now = clock.now()
    const refuseInstead = (error: Error): void => {
      // Nothing of the answer before is to be left on this one.
      c.res = undefined
      c.res = refuse(error, voice, c)
    }

    const payer: Payer | undefined =
      keyHash === undefined ? c.get('caller') : knownKey && { type: 'key', ...knownKey }
    const toll = counted(c, payer)
    const first = toll ?? suspected(c)
    const denial = rememberedDenial(limiter, first.limiter, first.policies, now)
    // A key that nobody knows here may be a good one among its neighbours' invented ones: a few are let through to storage.
    const mayPass = first.isLenient || (!toll && mayPassDenial(limiter, first.limiter, first.policies, now))
    if (denial && !mayPass) return withLimits(refuse(overLimit(denial), voice, c), denial)

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
    c.set('limited', gate.promise)
    c.set('identified', (found) => {
      const due = asked ? undefined : counted(c, found)
      if (due) count(due)
    })
    await next()

    // Only storage makes a key a key: any other is counted for the address that it came from, whatever it was answered.
    if (keyHash !== undefined && c.get('caller').type !== 'key') count(suspected(c))
    // A limiter that is out of order stops what has effects, at the gate; what only reads is let through.
    const verdict = await asked?.catch(() => undefined)
    if (!verdict) return
    const kind = c.get('refusal')?.kind
    if (verdict.hasEnded && kind !== 'unauthenticated') refuseInstead(invalidToken())
    const isOver = !verdict.allowed && !first.isLenient
    if (isOver && kind !== 'rate_limited') refuseInstead(overLimit(verdict))
    withLimits(c.res, { ...verdict, allowed: !isOver })
    return
  }
}

function overLimit({ retryAfterMs }: Verdict): DomainError {
  return new DomainError('rate_limit.exceeded', {
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)),
  })
}
