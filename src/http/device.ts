import type { Context } from 'hono'
import type { Device } from '#domain/accounts/session.ts'
import { clientAddress } from './limiter.ts'
import type { Hallway } from './hallway.ts'

const userAgentLength = 256

/** What the request comes from. */
export function deviceOf(c: Context<Hallway>): Device {
  const userAgent = c.req.header('User-Agent')?.slice(0, userAgentLength) ?? null
  return { address: clientAddress(c.req.raw), userAgent }
}
