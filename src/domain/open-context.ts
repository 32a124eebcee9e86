// Opens a verb's context: who acts is confirmed with the first read, the gates stand before the first effect, and what
// happened goes into the outbox with the change.
import { ConstraintError, inOrder, rowsOf, StorageError } from '#db/database.ts'
import type { Batch, Database, RowsOf, Statement } from '#db/database.ts'
import { insertEvent } from '#db/events.ts'
import { membershipsOf } from '#db/members.ts'
import type { Membership } from '#db/members.ts'
import { actorColumns } from './actor.ts'
import type { Actor, Caller, User } from './actor.ts'
import type { Change, Clock, Context, Outcome, Ports } from './context.ts'
import { DomainError } from './errors.ts'
import { duesOf } from './events/event.ts'
import type { NewEvent } from './events/event.ts'
import { newId } from './identifiers.ts'
import { idempotencyCallerOf } from './idempotency/idempotency.ts'
import type { KeyedRequest } from './idempotency/idempotency.ts'

/** What only storage can tell of a caller: it is looked up in the round trip of the verb's first read. */
interface Lookup {
  statement: Statement
  /** Who it is, from the rows that the statement found. Throws unauthenticated when it is nobody. */
  admit: (rows: readonly unknown[], now: number) => Admission
}

export interface Credential extends Lookup {
  /** Of the key that was presented; null when it was something else. */
  keyHash: string | null
}

export interface Admission {
  /** Whose the credential is. */
  bearer: Caller
  /** The actor; nobody, where a route is open to all and the credential gives no right to more. */
  actor: Actor
  /** Why somebody who is known still may not go on. */
  refusal?: DomainError | undefined
  /** Notes, after the answer, that the credential was used. */
  trace?: Statement | undefined
}

export interface Circumstances {
  /** Who calls, where there is no credential to confirm. */
  caller: Caller
  credential?: Credential | undefined
  clock: Clock
  requestId: string
  /** The gates before the first side effect: the rate limit, and an earlier answer to the same request. */
  gates?: readonly Promise<void>[]
  /** Set when the caller sent an Idempotency-Key. */
  keyed?: KeyedRequest | undefined
}

export function openContext(ports: Ports, circumstances: Circumstances): Context {
  return new OpenContext(ports, circumstances)
}

/** Made anew for every request: its methods are made once, and what the platform lends is asked for by those who use it. */
class OpenContext implements Context {
  readonly clock: Clock
  readonly requestId: string
  readonly accountId: number
  readonly keyHash: string | null
  readonly #ports: Ports
  readonly #presented: Caller
  readonly #credential: Credential | undefined
  readonly #lookup: Lookup | undefined
  readonly #gate: Promise<unknown>
  readonly #keyed: KeyedRequest | undefined
  #admission: Pick<Admission, 'actor' | 'bearer'> | undefined

  constructor(ports: Ports, { caller, credential, clock, requestId, gates = [], keyed }: Circumstances) {
    this.clock = clock
    this.requestId = requestId
    this.accountId = caller.type === 'user' ? caller.accountId : 0
    this.keyHash = credential?.keyHash ?? null
    this.#ports = ports
    this.#presented = caller
    this.#credential = credential
    this.#lookup = credential ?? (caller.type === 'user' ? lookupOf(caller) : undefined)
    this.#keyed = keyed
    if (!credential && caller.type !== 'user') this.#admission = { actor: caller, bearer: caller }
    this.#gate = Promise.all(gates)
    // A gate may reject before anybody awaits it: without this, that is an unhandled rejection.
    this.#gate.catch(() => undefined)
  }

  get locks() {
    return this.#ports.locks
  }

  get passwords() {
    return this.#ports.passwords
  }

  get tokens() {
    return this.#ports.tokens
  }

  get webhooks() {
    return this.#ports.webhooks
  }

  get logs() {
    const { logs } = this.#ports
    return {
      ...logs,
      read: <B extends Batch>(batch: B) => reporting(logs.read(batch)),
      records: {
        ...logs.records,
        get: (...part: Parameters<typeof logs.records.get>) => reporting(logs.records.get(...part)),
      },
    }
  }

  get actor(): Actor {
    return this.#known().actor
  }

  get caller(): Caller {
    return this.#identity().actor
  }

  get owner(): string | null {
    const keyed = this.#keyed
    return keyed ? `${idempotencyCallerOf(this.#identity().bearer, '')} ${keyed.keyHash}` : null
  }

  newId(): number {
    return newId(this.clock.now())
  }

  async confirmed(): Promise<Actor> {
    if (!this.#admission) await this.read({})
    return this.actor
  }

  async identified(): Promise<Caller> {
    if (this.#credential) await this.confirmed()
    return this.caller
  }

  read<const B extends Batch>(batch: B): Promise<RowsOf<B>> {
    const lookup = this.#lookup
    return reporting(
      this.#admission || !lookup ? this.#ports.db.read(batch) : this.#confirming(lookup, batch),
    )
  }

  async mayAct(): Promise<void> {
    // A caller who is not identified is refused before learning that the request had been answered.
    await this.identified()
    await this.#gate
  }

  async commit<Result>({ result, about = null, ...change }: Outcome<Result>): Promise<Result> {
    await this.mayAct()
    const record = this.#keyed ? [await this.#keyed.remembering(result, this.#keptFor(change, about))] : []
    await this.#write(change, record)
    return result
  }

  async commitAside<const B extends Batch>(change: Change<B>): Promise<RowsOf<B>> {
    await this.mayAct()
    return this.#write(change, [])
  }

  announce(eventIds: readonly number[]): Promise<void> {
    return this.#ports.announce(eventIds)
  }

  background(work: () => Promise<unknown>): void {
    this.#ports.background(
      work().catch((error: unknown) => {
        const why = error instanceof Error ? error.message : error
        console.warn('background work failed', this.requestId, why)
      }),
    )
  }

  #known(): Pick<Admission, 'actor' | 'bearer'> {
    if (!this.#admission) throw new Error('nobody is confirmed yet: read first, or await ctx.confirmed()')
    return this.#admission
  }

  /** As whom the request acts, and whose credential it came with: a person is known by the token alone. */
  #identity(): { actor: Caller; bearer: Caller } {
    const presented = this.#presented
    return this.#admission || this.#credential ? this.#known() : { actor: presented, bearer: presented }
  }

  async #confirming<B extends Batch>({ statement, admit }: Lookup, batch: B): Promise<RowsOf<B>> {
    const { db } = this.#ports
    const [found, ...rows] = await db.read([statement, ...inOrder(batch)])
    const { refusal, trace, ...admission } = admit(found ?? [], this.clock.now())
    if (refusal) throw refusal
    // Of two parallel reads, only the first to answer notes that the credential was used.
    if (!this.#admission && trace) this.background(() => db.commit([trace]))
    this.#admission = admission
    return rowsOf(batch, rows)
  }

  #keptFor({ events = [] }: Change, about: number | null) {
    const customerId = events.map(customerOf).find((id) => id !== null) ?? about
    return { caller: this.#identity().bearer, customerId, now: this.clock.now() }
  }

  async #write<B extends Batch>(
    { statements, events = [] }: Change<B>,
    record: readonly Statement[],
  ): Promise<RowsOf<B>> {
    const createdAt = this.clock.now()
    const by = actorColumns(this.caller)
    const outbox = events.map((event) => {
      const columns = { ...by, data: JSON.stringify(event.data), requestId: this.requestId, createdAt }
      return insertEvent({ ...event, ...columns, ...duesOf(createdAt) })
    })
    let rows
    try {
      rows = await this.#ports.db.commit([...record, ...inOrder(statements), ...outbox])
    } catch (error) {
      const isAnswered =
        error instanceof ConstraintError && error.constraint.startsWith('idempotencyRecords.')
      if (isAnswered) await this.#keyed?.answered()
      throw toUnavailable(error)
    }
    if (events.length > 0) this.background(() => this.announce(events.map((event) => event.id)))
    return rowsOf(statements, rows.slice(record.length))
  }
}

/** What is looked up of a person, whom the token has told already: what they are to businesses. */
function lookupOf(caller: User): Lookup {
  return {
    statement: membershipsOf({ accountId: caller.accountId }),
    admit(rows) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rows of the statement above
      const memberships = rows as Membership[]
      return { bearer: caller, actor: { ...caller, memberships } }
    },
  }
}

/** Whom the subject of an event is for. */
function customerOf({ data }: NewEvent): number | null {
  return 'customerId' in data && typeof data.customerId === 'number' ? data.customerId : null
}

/** Reads, and reports storage that does not answer as a refusal. */
export function readerOf(db: Database): Pick<Database, 'read'> {
  return { read: (batch) => reporting(db.read(batch)) }
}

async function reporting<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw toUnavailable(error)
  }
}

/** Storage that does not answer is a refusal the caller can wait out; everything else is as it was. */
function toUnavailable(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error
  return new DomainError('storage.unavailable', { retryAfterSeconds: 2, cause: error })
}
