// How often: the limiter is asked while the request is being read, and heard before its first side effect.
import type { Context, MiddlewareHandler } from 'hono'
import { DomainError } from '#domain/errors.ts'
import type { Policy, Verdict } from '#domain/rate-limits/sliding-window.ts'
import type { AccessClaims } from './access-token.ts'
import { invalidToken } from './identify.ts'
import { askLimiter, rateLimitHeaders, rememberedDenial } from './throttle.ts'
import type { Hallway } from './tools.ts'

export interface ThrottleOptions {
  /** Whom the request counts for, under which policies, and which session it stands and falls with. */
  counted: (c: Context<Hallway>) => {
    caller: string
    policies: Policy[]
    session?: AccessClaims | undefined
  }
  /** Whom a credential that turns out to be none counts for; undefined when there was no such credential. */
  suspected: (c: Context<Hallway>) => { caller: string; policies: Policy[] } | undefined
  /** The door's own voice for a refusal. */
  refuse: (error: Error, c: Context<Hallway>) => Response | Promise<Response>
}

export function throttled({ counted, suspected, refuse }: ThrottleOptions): MiddlewareHandler<Hallway> {
  return async (c, next) => {
    const suspect = suspected(c)
    const now = c.env.clock.now()
    const known = suspect && rememberedDenial(c.env.limiter, suspect.caller, suspect.policies, now)
    if (known) throw overLimit(known)

    const { caller, policies, session } = counted(c)
    const asked = askLimiter(c.env.limiter, caller, policies, now, session)
    const admission = asked.then((verdict) => {
      if (verdict.hasEnded) throw invalidToken()
      if (!verdict.allowed) throw overLimit(verdict)
    })
    admission.catch(() => undefined)
    c.set('admission', admission)
    await next()

    if (suspect && c.res.status === 401) {
      const refusal = await askLimiter(c.env.limiter, suspect.caller, suspect.policies, now).catch(
        () => undefined,
      )
      if (refusal && !refusal.allowed) c.res = await refuse(overLimit(refusal), c)
    }
    // A limiter that is out of order stops what has effects, at the gate; what only reads is let through.
    const verdict = await asked.catch(() => undefined)
    if (!verdict) return
    if (verdict.hasEnded && c.res.status !== 401) c.res = await refuse(invalidToken(), c)
    if (!verdict.allowed && c.res.status !== 429) c.res = await refuse(overLimit(verdict), c)
    for (const [name, value] of Object.entries(rateLimitHeaders(verdict))) c.res.headers.set(name, value)
  }
}

function overLimit({ retryAfterMs }: Verdict): DomainError {
  return new DomainError('rate_limited', 'rate_limit.exceeded', 'Too many requests, please slow down', {
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)),
  })
}
