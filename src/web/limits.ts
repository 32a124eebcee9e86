// How often pages can be asked for: as often as anything else by callers of whom only the address is known.
import type { Policy } from '#domain/rate-limits/sliding-window.ts'
import { tollOfAddress } from '#http/limiter.ts'
import type { Limits } from '#http/throttle.ts'

const policy: Policy = { name: 'default', limit: 500, windowMs: 15 * 60_000 }

export const limits: Limits = {
  counted: (c) => tollOfAddress(c.req.raw, [policy]),
  suspected: (c) => tollOfAddress(c.req.raw, [policy]),
  // Whoever is refused is told when to come back by the refusal itself.
  headers: () => ({}),
}
