// What a verb may touch. Verbs read, decide, and then commit once; nothing they do goes around this.
import { insertEvent } from '#db/events.ts'
import { ConstraintError, StorageError } from '#db/database.ts'
import type { Database, Statement } from '#db/database.ts'
import type { Passwords } from './accounts/password.ts'
import type { AccessTokens } from './accounts/session.ts'
import { DomainError } from './errors.ts'
import { actorColumns } from './events/event.ts'
import type { NewEvent } from './events/event.ts'
import { newId } from './identifiers.ts'
import { remembering } from './idempotency/idempotency.ts'
import type { Attempt } from './idempotency/idempotency.ts'
import type { SlotLocks } from './slots/slot-locks.ts'

export type Actor =
  | { type: 'anonymous' }
  | { type: 'user'; accountId: number; sessionId: number }
  | { type: 'system' }

/** A change and all that must stand or fall with it. `result` is what the caller will be told. */
export interface Change<Result> {
  statements: readonly Statement[]
  events?: readonly NewEvent[]
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
  readonly db: Database
  readonly locks: SlotLocks
  readonly passwords: Passwords
  readonly accessTokens: AccessTokens
  /** Marks the claims of requests that carry the same Idempotency-Key as one caller's; null without one. */
  readonly owner: string | null
  newId(): number
  /** Resolves once this request may have effects; throws when it is over its rate limit or was answered before. */
  admitted(): Promise<void>
  /** Writes all of it in one batch, or nothing. Throws ConstraintError when the database's own rules refuse. */
  commit<Result>(change: Change<Result>): Promise<Result>
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

  return {
    actor,
    clock,
    requestId,
    db: ports.db,
    locks: ports.locks,
    passwords: ports.passwords,
    accessTokens: ports.accessTokens,
    owner: attempt?.keyHash ?? null,
    newId: () => newId(clock.now()),
    admitted: async () => void (await gate),
    announce: (eventIds) => ports.announce(eventIds),
    background,
    async commit({ statements, events = [], result }) {
      await gate
      const now = clock.now()
      const outbox = events.map((event) =>
        insertEvent({
          ...event,
          ...actorColumns(actor),
          data: JSON.stringify(event.data),
          requestId,
          createdAt: now,
        }),
      )
      const record = attempt ? [await remembering(attempt, result, now)] : []
      try {
        await ports.db.commit([...record, ...statements, ...outbox])
      } catch (error) {
        if (
          attempt &&
          error instanceof ConstraintError &&
          error.constraint.startsWith('idempotencyRecords.')
        ) {
          await attempt.answered()
        }
        if (error instanceof StorageError) {
          throw new DomainError(
            'unavailable',
            'storage.unavailable',
            'Storage is not available, please try again',
            {
              retryAfterSeconds: 2,
              cause: error,
            },
          )
        }
        throw error
      }
      if (events.length > 0) background(() => ports.announce(events.map((event) => event.id)))
      return result
    },
  }
}
