// Calls in the property dialect, and what its tests ask for again and again.
import { call } from '../../world.ts'
import type { Answer, CallOptions } from '../../world.ts'

export interface Asked extends Omit<CallOptions, 'key' | 'token'> {
  query?: Record<string, string | number>
}

/** Calls the dialect with a key, or a token for one. */
export function ask(
  credential: string | undefined,
  method: string,
  path: string,
  options: Asked = {},
): Promise<Answer> {
  const { query, headers, ...rest } = options
  const search = query
    ? `?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString()}`
    : ''
  return call(method, `/v1/public${path}${search}`, {
    ...rest,
    headers: { ...(credential !== undefined && { Authorization: `Bearer ${credential}` }), ...headers },
  })
}
