// One call in five seconds with a key; whoever has none is counted by their address.
import { defaultPolicy } from '#domain/rate-limits/policies.ts'
import type { Policy } from '#domain/rate-limits/sliding-window.ts'
import { tollOfAddress } from '#http/limiter.ts'
import type { Limits } from '#http/throttle.ts'

const seconds = 5
/** What a call too early is told. */
export const tooEarly = `Limit on the number of consecutive requests: ${seconds} seconds`

export const consecutivePolicy: Policy = { name: 'consecutive', limit: 1, windowMs: seconds * 1000 }

export const limits: Limits = {
  counted: (c, payer) =>
    payer?.type === 'key'
      ? { limiter: `rubitime:${payer.keyId}`, policies: [consecutivePolicy] }
      : payer && tollOfAddress(c.req.raw, [defaultPolicy]),
  suspected: (c) => tollOfAddress(c.req.raw, [defaultPolicy]),
  headers: () => ({}),
}
