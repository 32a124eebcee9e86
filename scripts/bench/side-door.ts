// Runs inside a Worker, around another: tells in `X-Round-Trips` how many calls to its bindings an answer waited for in a
// row, and lets the bench claim slots behind the database's back.

interface Env {
  SLOT_LOCK: DurableObjectNamespace
}
type Fetch = (request: Request, env: Env, execution: ExecutionContext) => Response | Promise<Response>

/** One call of a lock. */
export interface LockCall {
  lock: string
  args: unknown[]
}

/** The same Worker, but for the header on its answers and `PUT /claims`. */
export function withSideDoor<W extends { fetch: Fetch }>(worker: W): W {
  const fetch: Fetch = async (request, env, execution) => {
    if (request.method === 'PUT') {
      const claims = await request.json<LockCall[]>()
      await Promise.all(claims.map(({ lock, args }) => claim(env.SLOT_LOCK.getByName(lock), args)))
      return new Response(null, { status: 204 })
    }
    const calls: { startedAt: number; endedAt: number }[] = []
    let clock = 0
    const timed = async (waiting: unknown) => {
      const call = { startedAt: clock++, endedAt: Infinity }
      calls.push(call)
      try {
        return await waiting
      } finally {
        call.endedAt = clock++
      }
    }
    const bindings: [string, unknown][] = Object.entries(env).map(([name, binding]: [string, unknown]) => [
      name,
      watched(binding, timed),
    ])
    const { status, headers, body } = await worker.fetch(
      request,
      { ...env, ...Object.fromEntries(bindings) },
      execution,
    )
    const roundTrips = longestChain(calls.filter(({ endedAt }) => endedAt < Infinity))
    return new Response(body, {
      status,
      headers: { ...Object.fromEntries(headers), 'X-Round-Trips': String(roundTrips) },
    })
  }
  return { ...worker, fetch }
}

async function claim(lock: unknown, args: unknown[]): Promise<void> {
  await (lock as { claim(...args: unknown[]): Promise<unknown> }).claim(...args)
}

/** What a watched object stands for, so that a binding is handed back its own. */
const originals = new WeakMap<object, object>()

/** A binding, or what its methods answer, that times everything which has to be waited for. */
function watched<T>(target: T, timed: (waiting: unknown) => Promise<unknown>): T {
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return target
  const proxy = new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(member, target, args.map(original))
        return isWaiting(answer) ? timed(answer) : watched(answer, timed)
      }
    },
  })
  originals.set(proxy, target)
  return proxy
}

function original(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(original)
  return typeof value === 'object' && value !== null ? (originals.get(value) ?? value) : value
}

function isWaiting(value: unknown): boolean {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && 'then' in value
}

/** The most calls of which each began after the one before had ended. */
function longestChain(calls: { startedAt: number; endedAt: number }[]): number {
  let length = 0
  let freeAt = -1
  for (const { startedAt, endedAt } of calls.sort((a, b) => a.endedAt - b.endedAt)) {
    if (startedAt < freeAt) continue
    length++
    freeAt = endedAt
  }
  return length
}
