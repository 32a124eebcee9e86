// The native rate limits, counted together with native requests.
import { authPolicy, defaultPolicy } from '#domain/rate-limits/policies.ts'
import { leastLeft } from '#domain/rate-limits/sliding-window.ts'
import type { Verdict } from '#domain/rate-limits/sliding-window.ts'
import { callerOf, tollOfAddress } from '#http/limiter.ts'
import type { Limits } from '#http/throttle.ts'

export const loginPath = '/api/userapi/v1/auth/login'

export const limits: Limits = {
  counted(c, payer) {
    if (c.req.path === loginPath) return tollOfAddress(c.req.raw, [defaultPolicy, authPolicy])
    if (payer?.type === 'user') return { limiter: callerOf(payer), policies: [defaultPolicy] }
    return payer && tollOfAddress(c.req.raw, [defaultPolicy])
  },
  suspected: (c) => tollOfAddress(c.req.raw, [defaultPolicy]),
  headers: toHeaders,
}

/** Laravel's headers, for the policy with the least left. */
function toHeaders({ policies }: Verdict): Record<string, string> {
  const nearest = leastLeft(policies)
  if (!nearest) return {}
  return { 'X-RateLimit-Limit': String(nearest.limit), 'X-RateLimit-Remaining': String(nearest.remaining) }
}
