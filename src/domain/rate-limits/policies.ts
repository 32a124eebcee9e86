// The rate limits that all dialects share: they are counted together, under these names.
import type { Policy } from './sliding-window.ts'

const quarterHourMs = 15 * 60_000

/** Counted for every caller; requests that try a password are counted under `auth` as well. */
export const defaultPolicy: Policy = { name: 'default', limit: 500, windowMs: quarterHourMs }
export const authPolicy: Policy = { name: 'auth', limit: 20, windowMs: quarterHourMs }
