// The native dialect: /api/*, and what describes the service as a whole.
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { answerHeaders } from '#http/answer-headers.ts'
import { confirmed, identify } from '#http/identify.ts'
import { requestId } from '#http/request-id.ts'
import { requestLog } from '#http/request-log.ts'
import {
  AUTH_POLICY,
  callerOf,
  DEFAULT_POLICY,
  SIGN_UP_POLICY,
  tollOfAddress,
  tollOfKey,
} from '#http/throttle.ts'
import type { Toll } from '#http/throttle.ts'
import { throttled } from '#http/throttled.ts'
import type { Caller, Hallway } from '#http/tools.ts'
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
native.notFound((c) => notFound(c, methodsAt(c.req.path)))
native.use(requestId, answerHeaders)
native.route('/', health)

native.use(
  '/api/*',
  identify,
  requestLog({ subjectOf }),
  throttled({
    counted,
    // Whoever invents keys is held to the limit of the address that they come from.
    suspected: (c) => tollOfAddress(c.req.raw, [DEFAULT_POLICY]),
    refuse: async (error, c) => onError(error, c),
  }),
  confirmed,
  bodyLimit({
    maxSize: 256 * 1024,
    onError: () => {
      throw new HTTPException(413)
    },
  }),
)

/** What an address takes; nothing where there is none. */
function methodsAt(path: string): string[] {
  const takes = (method: string) =>
    native.router.match(method, path)[0].some(([[, route]]) => route.method === method)
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(takes)
  return methods.includes('GET') ? ['GET', 'HEAD', ...methods.slice(1)] : methods
}

function counted(c: Context<Hallway>, caller: Caller | undefined): Toll | undefined {
  const { method, path } = c.req
  const session = caller?.type === 'user' ? caller : undefined
  const own = session && { limiter: callerOf(session), policies: [DEFAULT_POLICY] }
  // Nobody is kept from signing out, and it may be said twice.
  if (own && method === 'DELETE' && path === '/api/auth/session') return { ...own, isLenient: true }
  // Where passwords are tried, addresses are counted, even of those who are signed in.
  if (path.startsWith('/api/auth/') || path === '/api/users/account') {
    const policies = [DEFAULT_POLICY, AUTH_POLICY, ...(path === '/api/auth/signup' ? [SIGN_UP_POLICY] : [])]
    // Whoever signs in may still carry the token of the time before.
    return {
      ...tollOfAddress(c.req.raw, policies),
      session: path === '/api/users/account' ? session : undefined,
    }
  }
  if (caller?.type === 'key') return tollOfKey(caller)
  if (own) return { ...own, session }
  return caller && tollOfAddress(c.req.raw, [DEFAULT_POLICY])
}

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
