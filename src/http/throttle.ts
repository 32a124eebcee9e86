// The rate limit: the limiter is asked while the request is being read, and its answer awaited before the first side
// effect.
import type { Context, MiddlewareHandler } from 'hono'
import { invalidToken } from '#domain/accounts/session.ts'
import { DomainError } from '#domain/errors.ts'
import type { Verdict } from '#domain/rate-limits/sliding-window.ts'
import type { AccessClaims } from './access-token.ts'
import type { Hallway, Payer } from './hallway.ts'
import { hashOf } from './identify.ts'
import { askLimiter, mayPassDenial, rememberedDenial } from './limiter.ts'
import type { Answer, Toll } from './limiter.ts'
import { refuse } from './refusal.ts'
import type { Voice } from './refusal.ts'

/** A dialect's rate limits. */
export interface Limits {
  /** What the request is counted for; undefined while a key or a token must be confirmed before it is known whose it is. */
  counted: (c: Context<Hallway>, payer: Payer | undefined) => Toll | undefined
  /** What a request is counted for when its key or its token is not a good one. */
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
    const isStored = hashOf(c.get('presented')) !== undefined
    const now = clock.now()
    const refuseInstead = (error: Error): void => {
      // Hono would otherwise copy the headers of the answer that this one replaces.
      c.res = undefined
      c.res = refuse(error, voice, c)
    }

    const payer: Payer | undefined = isStored ? c.get('known') : c.get('caller')
    const toll = counted(c, payer)
    const first = toll ?? suspected(c)
    const denial = rememberedDenial(limiter, first.limiter, first.policies, now)
    // An unknown key may still be good, though its address sends invented ones: a few of them are let through to
    // storage.
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

    // A credential that storage did not confirm is counted for the address it came from, whatever the answer was.
    if (isStored && c.get('caller').type === 'anonymous') count(suspected(c))
    // When the limiter fails, requests with side effects have stopped at the gate; those that only read are let
    // through.
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

/** The session that a call was made in. */
export function sessionOf(payer: Payer | undefined): AccessClaims | undefined {
  if (payer?.type !== 'user' || payer.sessionId === null) return undefined
  return { accountId: payer.accountId, sessionId: payer.sessionId }
}

function overLimit({ retryAfterMs }: Verdict): DomainError {
  return new DomainError('rate_limit.exceeded', {
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)),
  })
}
