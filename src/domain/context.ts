// What a verb may touch. Verbs read, decide, and then commit once; nothing they do goes around this.
import { insertEvent } from '#db/events.ts'
import { ConstraintError, StorageError } from '#db/database.ts'
import type { Database, RowsOf, Statement } from '#db/database.ts'
import { actorColumns } from './actor.ts'
import type { Actor } from './actor.ts'
import type { Passwords } from './accounts/password.ts'
import type { Tokens } from './accounts/session.ts'
import { DomainError } from './errors.ts'
import { duesOf } from './events/event.ts'
import type { NewEvent } from './events/event.ts'
import { newId } from './identifiers.ts'
import { idempotencyCallerOf } from './idempotency/idempotency.ts'
import type { Attempt } from './idempotency/idempotency.ts'
import type { LogStorage } from './request-log/log-storage.ts'
import type { SlotLocks } from './slots/slot-locks.ts'
import type { WebhookPorts } from './webhooks/ports.ts'

/** A change and all that must stand or fall with it. */
export interface Change<Statements extends readonly Statement[] = readonly Statement[]> {
  statements: Statements
  events?: readonly NewEvent[]
}

/** The change that a request asked for: `result` is what the caller is told, now and when it asks again. */
export interface Outcome<Result> extends Change {
  result: Result
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

/** What the platform lends: everything that waits, and so everything that can fail. */
export interface Ports {
  db: Database
  locks: SlotLocks
  passwords: Passwords
  tokens: Tokens
  logs: LogStorage
  webhooks: WebhookPorts
  /** Tells the consumer that these events wait in the outbox. */
  announce(eventIds: readonly number[]): Promise<void>
  /** Lets work go on after the answer. */
  background(work: Promise<unknown>): void
}

/** What only storage can confirm of a caller: it is looked up in the round trip of the verb's first read. */
export interface Credential {
  statement: Statement
  /** Who it is, from the row that the statement found. Throws unauthenticated when it is nobody. */
  admit: (row: unknown, now: number) => Admission
}

export interface Admission {
  /** Whose the credential is. */
  bearer: Actor
  /** As whom the request acts: nobody, where a route is open to all and the credential gives no right to more. */
  actor: Actor
  /** Why somebody who is known still may not go on. */
  refusal?: DomainError | undefined
  /** Notes, after the answer, that the credential was used. */
  trace?: Statement | undefined
}

export interface Context {
  /** Nobody, until the first read has confirmed a credential that only storage can confirm. */
  readonly actor: Actor
  readonly clock: Clock
  readonly requestId: string
  /** Reading: one call, one round trip. */
  readonly db: Pick<Database, 'read'>
  readonly locks: SlotLocks
  readonly passwords: Passwords
  readonly tokens: Tokens
  /** The request log: no gate stands before it, and no change goes with it. */
  readonly logs: LogStorage
  readonly webhooks: WebhookPorts
  /** Marks the claims of requests that carry the same Idempotency-Key as one caller's; null without one. */
  readonly owner: string | null
  newId(): number
  /** Resolves once this request may have effects; throws when it is over its rate limit or was answered before. */
  admitted(): Promise<void>
  /** Writes all of it in one batch, or nothing. Throws ConstraintError when the database's own rules refuse. */
  commit<Result>(outcome: Outcome<Result>): Promise<Result>
  /** Writes what nobody asked for in so many words; it leaves no answer behind. Resolves to what the statements return. */
  commitAside<const S extends readonly Statement[]>(change: Change<S>): Promise<RowsOf<S>>
  /** Tells the consumer about events that are in the outbox already. */
  announce(eventIds: readonly number[]): Promise<void>
  /** Goes on after the answer; a failure there is for the sweeps to mend. */
  background(work: () => Promise<unknown>): void
}

export interface Circumstances {
  actor: Actor
  credential?: Credential | undefined
  clock: Clock
  requestId: string
  /** The gates before the first side effect: the rate limit, and an earlier answer to the same request. */
  gates?: readonly Promise<void>[]
  /** Set when the caller sent an Idempotency-Key. */
  attempt?: Attempt | undefined
}

export function createContext(
  ports: Ports,
  { actor, credential, clock, requestId, gates = [], attempt }: Circumstances,
): Context {
  const gate = Promise.all(gates)
  // A gate that closes before anyone waits at it is no unhandled rejection.
  gate.catch(() => undefined)

  const background = (work: () => Promise<unknown>): void => {
    ports.background(
      work().catch((error: unknown) => {
        console.warn('background work failed', requestId, error instanceof Error ? error.message : error)
      }),
    )
  }

  let unconfirmed = credential
  let confirmed = actor
  let bearer = actor

  const confirming = async ({ statement, admit }: Credential, statements: readonly Statement[]) => {
    const [[row], ...rows] = await ports.db.read(statement, ...statements)
    const admission = admit(row, clock.now())
    const { refusal, trace } = admission
    confirmed = admission.actor
    bearer = admission.bearer
    if (refusal) throw refusal
    if (unconfirmed && trace) background(() => ports.db.commit([trace]))
    unconfirmed = undefined
    return rows
  }

  const read: Database['read'] = async (...statements) => {
    try {
      if (!unconfirmed) return await ports.db.read(...statements)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rows of the statements asked for, in their order
      return (await confirming(unconfirmed, statements)) as never
    } catch (error) {
      throw reported(error)
    }
  }

  const enter = async (): Promise<void> => {
    // Whoever is nobody is told so first, and never what an earlier answer was.
    if (unconfirmed) await read()
    await gate
  }

  const keptFor = ({ events = [] }: Change) => {
    const customerId = events.map(customerOf).find((id) => id !== null) ?? null
    return { caller: bearer, customerId, now: clock.now() }
  }

  const write = async ({ statements, events = [] }: Change, record: readonly Statement[]) => {
    const createdAt = clock.now()
    const outbox = events.map((event) => {
      const columns = { ...actorColumns(confirmed), data: JSON.stringify(event.data), requestId, createdAt }
      return insertEvent({ ...event, ...columns, ...duesOf(createdAt) })
    })
    let rows
    try {
      rows = await ports.db.commit([...record, ...statements, ...outbox])
    } catch (error) {
      const isAnswered =
        error instanceof ConstraintError && error.constraint.startsWith('idempotencyRecords.')
      if (isAnswered) await attempt?.answered()
      throw reported(error)
    }
    if (events.length > 0) background(() => ports.announce(events.map((event) => event.id)))
    return rows
  }

  return {
    get actor() {
      return confirmed
    },
    clock,
    requestId,
    db: { read },
    locks: ports.locks,
    passwords: ports.passwords,
    tokens: ports.tokens,
    webhooks: ports.webhooks,
    logs: {
      ...ports.logs,
      read: (...statements) => reporting(ports.logs.read(...statements)),
      records: { ...ports.logs.records, get: (...part) => reporting(ports.logs.records.get(...part)) },
    },
    get owner() {
      return attempt ? `${idempotencyCallerOf(bearer, '')} ${attempt.keyHash}` : null
    },
    newId: () => newId(clock.now()),
    admitted: enter,
    announce: (eventIds) => ports.announce(eventIds),
    background,
    async commit({ result, ...change }) {
      await enter()
      await write(change, attempt ? [await attempt.remembering(result, keptFor(change))] : [])
      return result
    },
    async commitAside(change) {
      await enter()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the statements' rows come first, in their order
      return (await write(change, [])) as never
    },
  }
}

/** Whom the subject of an event is for. */
function customerOf({ data }: NewEvent): number | null {
  return 'customerId' in data && typeof data.customerId === 'number' ? data.customerId : null
}

/** Reads, and reports storage that does not answer as a refusal. */
export function readerOf(db: Database): Pick<Database, 'read'> {
  return { read: (...statements) => reporting(db.read(...statements)) }
}

async function reporting<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw reported(error)
  }
}

/** Storage that does not answer is a refusal the caller can wait out; everything else is as it was. */
function reported(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error
  return new DomainError('storage.unavailable', { retryAfterSeconds: 2, cause: error })
}
