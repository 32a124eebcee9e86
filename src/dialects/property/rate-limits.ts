// 60 calls a minute for each key, together with the tokens that stand for it.
import { defaultPolicy } from '#domain/rate-limits/policies.ts'
import { leastLeft } from '#domain/rate-limits/sliding-window.ts'
import type { Policy, Verdict } from '#domain/rate-limits/sliding-window.ts'
import { tollOfAddress } from '#http/limiter.ts'
import type { Toll } from '#http/limiter.ts'
import type { Limits } from '#http/throttle.ts'
import { tokenPath } from './credentials.ts'

const keyPolicy: Policy = { name: 'property', limit: 60, windowMs: 60_000 }
/** What an address may do where keys are tried for a token. */
const tokenPolicy: Policy = { name: 'token', limit: 20, windowMs: 15 * 60_000 }

export const limits: Limits = {
  counted(c, payer) {
    if (payer?.type === 'key') return tollOfKey(payer)
    return payer && tollOfStranger(c.req.raw, c.req.path)
  },
  suspected: (c) => tollOfStranger(c.req.raw, c.req.path),
  headers: toHeaders,
}

function tollOfKey({ keyId, businessId }: { keyId: number; businessId: number }): Toll {
  return {
    limiter: `business:${businessId}`,
    policies: [{ ...keyPolicy, counter: `${keyPolicy.name}:${keyId}` }],
  }
}

function tollOfStranger(request: Request, path: string): Toll {
  return tollOfAddress(request, [path === tokenPath ? tokenPolicy : defaultPolicy])
}

function toHeaders({ allowed, retryAfterMs, policies }: Verdict): Record<string, string> {
  const nearest = leastLeft(policies)
  if (!nearest) return {}
  return {
    'X-RateLimit-Limit': String(nearest.limit),
    'X-RateLimit-Remaining': String(nearest.remaining),
    ...(!allowed && { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }),
  }
}
