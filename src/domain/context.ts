// What a verb may touch. Verbs read, decide, and then commit once; nothing they do goes around this.
import { insertEvent } from '#db/events.ts'
import { ConstraintError, StorageError } from '#db/database.ts'
import type { Database, Statement } from '#db/database.ts'
import { actorColumns } from './actor.ts'
import type { Actor } from './actor.ts'
import type { Passwords } from './accounts/password.ts'
import type { AccessTokens } from './accounts/session.ts'
import { DomainError } from './errors.ts'
import type { NewEvent } from './events/event.ts'
import { newId } from './identifiers.ts'
import { remembering } from './idempotency/idempotency.ts'
import type { Attempt } from './idempotency/idempotency.ts'
import type { SlotLocks } from './slots/slot-locks.ts'

/** A change and all that must stand or fall with it. */
export interface Change {
  statements: readonly Statement[]
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
  accessTokens: AccessTokens
  /** Tells the consumer that these events wait in the outbox. */
  announce(eventIds: readonly number[]): Promise<void>
  /** Lets work go on after the answer. */
  background(work: Promise<unknown>): void
}

export interface Context {
  readonly actor: Actor
  readonly clock: Clock
  readonly requestId: string
  /** Reading: one call, one round trip. */
  readonly db: Pick<Database, 'read'>
  readonly locks: SlotLocks
  readonly passwords: Passwords
  readonly accessTokens: AccessTokens
  /** Marks the claims of requests that carry the same Idempotency-Key as one caller's; null without one. */
  readonly owner: string | null
  newId(): number
  /** Resolves once this request may have effects; throws when it is over its rate limit or was answered before. */
  admitted(): Promise<void>
  /** Writes all of it in one batch, or nothing. Throws ConstraintError when the database's own rules refuse. */
  commit<Result>(outcome: Outcome<Result>): Promise<Result>
  /** Writes what nobody asked for in so many words; it leaves no answer behind to be given again. */
  commitAside(change: Change): Promise<void>
  /** Tells the consumer about events that are in the outbox already. */
  announce(eventIds: readonly number[]): Promise<void>
  /** Goes on after the answer; a failure there is for the sweeps to mend. */
  background(work: () => Promise<unknown>): void
}

export interface Circumstances {
  actor: Actor
  clock: Clock
  requestId: string
  /** The gates before the first side effect: the rate limit, and an earlier answer to the same request. */
  gates?: readonly Promise<void>[]
  /** Set when the caller sent an Idempotency-Key. */
  attempt?: Attempt | undefined
}

export function createContext(
  ports: Ports,
  { actor, clock, requestId, gates = [], attempt }: Circumstances,
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

  const write = async ({ statements, events = [] }: Change, record: readonly Statement[]): Promise<void> => {
    const createdAt = clock.now()
    const outbox = events.map((event) => {
      const columns = { ...actorColumns(actor), data: JSON.stringify(event.data), requestId, createdAt }
      return insertEvent({ ...event, ...columns })
    })
    try {
      await ports.db.commit([...record, ...statements, ...outbox])
    } catch (error) {
      const isAnswered =
        error instanceof ConstraintError && error.constraint.startsWith('idempotencyRecords.')
      if (isAnswered) await attempt?.answered()
      throw reported(error)
    }
    if (events.length > 0) background(() => ports.announce(events.map((event) => event.id)))
  }

  return {
    actor,
    clock,
    requestId,
    db: {
      read: (...statements) =>
        ports.db.read(...statements).catch((error: unknown) => {
          throw reported(error)
        }),
    },
    locks: ports.locks,
    passwords: ports.passwords,
    accessTokens: ports.accessTokens,
    owner: attempt?.keyHash ?? null,
    newId: () => newId(clock.now()),
    admitted: async () => void (await gate),
    announce: (eventIds) => ports.announce(eventIds),
    background,
    async commit({ result, ...change }) {
      await gate
      await write(change, attempt ? [await remembering(attempt, result, clock.now())] : [])
      return result
    },
    async commitAside(change) {
      await gate
      await write(change, [])
    },
  }
}

/** Storage that does not answer is a refusal the caller can wait out; everything else is as it was. */
function reported(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error
  return new DomainError('unavailable', 'storage.unavailable', 'Storage is not available, please try again', {
    retryAfterSeconds: 2,
    cause: error,
  })
}
