// How often pages can be asked for: as often as anything else by callers of whom only the address is known.
import { defaultPolicy } from '#domain/rate-limits/policies.ts'
import { tollOfAddress } from '#http/limiter.ts'
import type { Limits } from '#http/throttle.ts'

export const limits: Limits = {
  counted: (c) => tollOfAddress(c.req.raw, [defaultPolicy]),
  suspected: (c) => tollOfAddress(c.req.raw, [defaultPolicy]),
  // Whoever is refused is told when to come back by the refusal itself.
  headers: () => ({}),
}
