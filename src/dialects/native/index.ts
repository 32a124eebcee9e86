// The native dialect: /api/*, and what describes the service as a whole.
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { identify } from '#http/identify.ts'
import { requestId } from '#http/request-id.ts'
import { requestLog } from '#http/request-log.ts'
import { AUTH_POLICY, DEFAULT_POLICY, clientAddress } from '#http/throttle.ts'
import { throttled } from '#http/throttled.ts'
import type { Hallway } from '#http/tools.ts'
import { auth } from './auth.routes.ts'
import { bookings } from './bookings.routes.ts'
import { businesses } from './businesses.routes.ts'
import { customers } from './customers.routes.ts'
import { addDocuments } from './documents.routes.ts'
import { notFound, onError } from './errors.ts'
import { events } from './events.routes.ts'
import { health } from './health.routes.ts'
import { integrations } from './integrations.routes.ts'
import { logs } from './logs.routes.ts'
import { services } from './services.routes.ts'
import { staff } from './staff.routes.ts'
import { subjectOf } from './subject.ts'
import { users } from './users.routes.ts'
import { onInvalid } from './validation.ts'
import { webhooks } from './webhooks.routes.ts'

export const native = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

native.onError(onError)
native.notFound(notFound)
native.use(requestId)
native.route('/', health)

native.use(
  '/api/*',
  identify,
  requestLog({ subjectOf }),
  throttled({
    counted: (c) => {
      const { method, path } = c.req
      const { caller, actor } = c.var
      const session = actor.type === 'user' ? actor : undefined
      // Signing out is never held up by others at the same address, and may be said twice.
      if (session && method === 'DELETE' && path === '/api/auth/session') {
        return { caller, policies: [DEFAULT_POLICY] }
      }
      // Where passwords are tried, addresses are counted, even of those who are signed in.
      const byAddress = { caller: `ip:${clientAddress(c.req.raw)}`, policies: [DEFAULT_POLICY, AUTH_POLICY] }
      // Whoever signs in may still carry the token of the time before.
      if (path.startsWith('/api/auth/')) return byAddress
      if (path === '/api/users/account') return { ...byAddress, session }
      return { caller, policies: [DEFAULT_POLICY], session }
    },
    // Whoever invents keys is held to the limit of the address that they come from.
    suspected: (c) => {
      return c.var.keyHash === undefined
        ? undefined
        : { caller: `ip:${clientAddress(c.req.raw)}`, policies: [DEFAULT_POLICY] }
    },
    refuse: async (error, c) => onError(error, c),
  }),
  bodyLimit({
    maxSize: 256 * 1024,
    onError: () => {
      throw new HTTPException(413)
    },
  }),
)

for (const routes of [
  auth,
  users,
  businesses,
  services,
  staff,
  customers,
  bookings,
  integrations,
  logs,
  events,
  webhooks,
])
  native.route('/', routes)
addDocuments(native)
