// What a verb can use. A verb reads, decides, and commits once, all of it through its context.
import type { Batch, Database, RowsOf, Statement } from '#db/database.ts'
import type { Actor, Caller } from './actor.ts'
import type { Passwords } from './accounts/password.ts'
import type { Tokens } from './accounts/session.ts'
import type { NewEvent } from './events/event.ts'
import type { LogStorage } from './request-log/log-storage.ts'
import type { SlotLocks } from './slots/slot-locks.ts'
import type { WebhookPorts } from './webhooks/ports.ts'

/** A change and all that must stand or fall with it. */
export interface Change<B extends Batch = Batch> {
  statements: B
  events?: readonly NewEvent[]
}

/** The change that a request asked for: `result` is what the caller is told, now and when it asks again. */
export interface Outcome<Result> extends Change<readonly Statement[]> {
  result: Result
  /** The customer whom the result shows, where no event says so: what is kept of the answer goes when they are erased. */
  about?: number | null
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

/** What some nouns need of the platform beside storage; each says itself what that is, and its verbs find it in their context. */
export interface NounPorts {
  readonly locks: SlotLocks
  readonly passwords: Passwords
  readonly tokens: Tokens
  /** The request log's storage; it is not part of the verb's commit. */
  readonly logs: LogStorage
  readonly webhooks: WebhookPorts
}

/** What the platform lends: everything that waits, and so everything that can fail. */
export interface Ports extends NounPorts {
  db: Database
  /** Tells the consumer that these events wait in the outbox. */
  announce(eventIds: readonly number[]): Promise<void>
  /** Lets work go on after the answer. */
  background(work: Promise<unknown>): void
}

export interface Context extends NounPorts {
  /** Who calls. A person is known at once; of a key it cannot be read before storage has confirmed it. */
  readonly caller: Caller
  /** Who acts, and where. It cannot be read before storage has told it: in the verb's first read, or for `confirmed`. */
  readonly actor: Actor
  /** The account that acts, known at once; 0, which is nobody's, for everybody but a signed-in user. */
  readonly accountId: number
  /** The hash of the request's API key, before anybody has confirmed the key. */
  readonly keyHash: string | null
  readonly clock: Clock
  readonly requestId: string
  /** Marks the claims of requests that carry the same Idempotency-Key as one caller's; null without one. */
  readonly owner: string | null
  newId(): number
  /** The actor, for a verb that has nothing else to read first: a round trip, unless something was read before. */
  confirmed(): Promise<Actor>
  /** The caller, for a verb that must know before it reads: a round trip for a key, none for a person. */
  identified(): Promise<Caller>
  /** Reading: one call, one round trip. Answers the rows of each statement by its name. */
  read<const B extends Batch>(batch: B): Promise<RowsOf<B>>
  /**
   * Resolves once this request may have effects; throws when it is over its rate limit or was answered before. `commit`
   * asks by itself: a verb asks before an effect or a cost that is no commit, like a lock's claim or a password's hash.
   */
  mayAct(): Promise<void>
  /** Writes all of it in one batch, or nothing. Throws NotWritten, or what it caused, when certainly nothing was written. */
  commit<Result>(outcome: Outcome<Result>): Promise<Result>
  /** Writes a change with which no answer is kept: it is not the request's own, or nobody asks for its answer again. */
  commitAside<const B extends Batch>(change: Change<B>): Promise<RowsOf<B>>
  /** Tells the consumer about events that are in the outbox already. */
  announce(eventIds: readonly number[]): Promise<void>
  /** Goes on after the answer; a failure there is for the sweeps to mend. */
  background(work: () => Promise<unknown>): void
}
