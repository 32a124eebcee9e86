// Who is calling. A credential that is wrong is no credential; whether one is needed is each route's matter.
import type { MiddlewareHandler } from 'hono'
import { DomainError } from '#domain/errors.ts'
import { clientAddress } from './throttle.ts'
import type { Hallway } from './tools.ts'

export const identify: MiddlewareHandler<Hallway> = async (c, next) => {
  const [scheme, token] = c.req.header('Authorization')?.split(' ') ?? []
  const claims =
    scheme?.toLowerCase() === 'bearer' && token ? await c.env.accessTokens.verify(token) : undefined
  c.set('actor', claims ? { type: 'user', ...claims } : { type: 'anonymous' })
  c.set('caller', claims ? `user:${claims.accountId}` : `ip:${clientAddress(c.req.raw)}`)
  await next()
}

/** Lets only signed-in users past. */
export const requireUser: MiddlewareHandler<Hallway> = async (c, next) => {
  if (c.get('actor').type !== 'user') {
    throw c.req.header('Authorization')
      ? new DomainError('unauthenticated', 'auth.invalid_token', 'The access token is not valid')
      : new DomainError('unauthenticated', 'auth.required', 'Authentication is required')
  }
  await next()
}
