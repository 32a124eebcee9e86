// Counts what a request waits for: calls to D1, Durable Objects and queues, which of them one after the other, and
// how many rows D1 read for it.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Context } from '#domain/context.ts'
import { openPorts } from '../src/wiring/index.ts'
import worker from '../src/worker.ts'
import { contextOf } from './world.ts'
import type { Person } from './world.ts'

interface Trip {
  name: string
  start: number
  end: number
}

interface Waits {
  /** The longest chain of calls, each begun after the one before had ended, before the answer. */
  steps: number
  trips: string[]
  /** Those after the answer, too. */
  all: string[]
  rowsRead: number
}

export interface Counted extends Waits {
  response: Response
}

export async function counted(request: Request): Promise<Counted> {
  const { watched, toAnswer, inAll } = watching()
  const execution = createExecutionContext()
  const response = await worker.fetch(
    request as Request<unknown, IncomingRequestCfProperties>,
    watched,
    execution,
  )
  const before = toAnswer()
  await waitOnExecutionContext(execution)
  return { response, ...before, ...inAll() }
}

/** The same of a verb, asked by somebody without a dialect between. */
export async function countedVerb<T>(
  person: Person,
  verb: (ctx: Context) => Promise<T>,
): Promise<Waits & { result: T }> {
  const { watched, toAnswer, inAll } = watching()
  const execution = createExecutionContext()
  const result = await verb(contextOf(person, () => openPorts(watched, execution)))
  const before = toAnswer()
  await waitOnExecutionContext(execution)
  return { result, ...before, ...inAll() }
}

/** An environment whose calls are counted. */
function watching() {
  const trips: Trip[] = []
  let clock = 0
  let rowsRead = 0
  const timed = async <T>(name: string, work: () => PromiseLike<T>): Promise<T> => {
    const trip = { name, start: ++clock, end: Infinity }
    trips.push(trip)
    try {
      return await work()
    } finally {
      trip.end = ++clock
    }
  }
  const read = (result: D1Result | D1Result[]): void => {
    for (const { meta } of [result].flat()) rowsRead += meta.rows_read
  }

  const prepared = new WeakMap<object, D1PreparedStatement>()
  const statement = (real: D1PreparedStatement): D1PreparedStatement => {
    const fake = {
      bind: (...values: unknown[]) => statement(real.bind(...values)),
      all: () =>
        timed('D1', async () => {
          const result = await real.all()
          read(result)
          return result
        }),
    }
    prepared.set(fake, real)
    return fake as unknown as D1PreparedStatement
  }
  const database = (real: D1Database) => ({
    withSession: (from: string) => {
      const session = real.withSession(from)
      return {
        getBookmark: () => session.getBookmark(),
        prepare: (text: string) => statement(session.prepare(text)),
        batch: (statements: object[]) =>
          timed('D1', async () => {
            const results = await session.batch(statements.map((fake) => prepared.get(fake)!))
            read(results)
            return results
          }),
      }
    },
  })
  const namespace = (name: 'SLOT_LOCK' | 'RATE_LIMITER') => ({
    getByName: (id: string) =>
      new Proxy(
        {},
        {
          get:
            (_, method) =>
            (...input: unknown[]) =>
              timed(`${name}.${String(method)}`, () => {
                const stub = env[name].getByName(id) as unknown as Record<
                  string | symbol,
                  (...input: unknown[]) => Promise<unknown>
                >
                return stub[method]!(...input)
              }),
        },
      ),
  })
  const queue = {
    sendBatch: (messages: Iterable<MessageSendRequest>) =>
      timed('QUEUE', () => env.EVENTS.sendBatch(messages)),
  }
  const requestLog = {
    send: (message: unknown, options: QueueSendOptions) =>
      timed('REQUEST_LOG', () => env.REQUEST_LOG.send(message, options)),
  }
  const watched = {
    ...env,
    DB: database(env.DB),
    LOGS: database(env.LOGS),
    SLOT_LOCK: namespace('SLOT_LOCK'),
    RATE_LIMITER: namespace('RATE_LIMITER'),
    EVENTS: queue,
    REQUEST_LOG: requestLog,
  } as unknown as Cloudflare.Env

  const toAnswer = () => {
    const before = trips.filter(({ end }) => end !== Infinity).map((trip) => ({ ...trip }))
    const chain = (trip: Trip): number => {
      return 1 + Math.max(0, ...before.filter(({ end }) => end < trip.start).map(chain))
    }
    return { steps: Math.max(0, ...before.map(chain)), trips: before.map(({ name }) => name) }
  }
  const inAll = () => ({ all: trips.map(({ name }) => name), rowsRead })
  return { watched, toAnswer, inAll }
}
