// Opens a verb's context: who acts is confirmed with the first read, the gates stand before the first effect, and what
// happened goes into the outbox with the change.
import { ConstraintError, inOrder, rowsOf, StorageError } from '#db/database.ts'
import type { Batch, Database, RowsOf, Statement } from '#db/database.ts'
import { insertEvent } from '#db/events.ts'
import { membershipsOf } from '#db/members.ts'
import type { Membership } from '#db/members.ts'
import { actorColumns } from './actor.ts'
import type { Actor, Caller, User } from './actor.ts'
import type { Change, Clock, Context, Ports } from './context.ts'
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
  /** Of the key that was presented. */
  keyHash: string
}

export interface Admission {
  /** Whose the credential is. */
  bearer: Caller
  /** As whom the request acts: nobody, where a route is open to all and the credential gives no right to more. */
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

export function openContext(
  ports: Ports,
  { caller, credential, clock, requestId, gates = [], keyed }: Circumstances,
): Context {
  const { db, ...lent } = ports
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

  const lookup = credential ?? (caller.type === 'user' ? lookupOf(caller) : undefined)
  let admission: Pick<Admission, 'actor' | 'bearer'> | undefined =
    credential || caller.type === 'user' ? undefined : { actor: caller, bearer: caller }

  const known = () => {
    if (!admission) throw new Error('nobody is confirmed yet: read first, or await ctx.confirmed()')
    return admission
  }
  /** As whom the request acts, and whose credential it came with: a person is known by the token alone. */
  const identity = () => (admission || credential ? known() : { actor: caller, bearer: caller })

  const confirming = async <B extends Batch>({ statement, admit }: Lookup, batch: B) => {
    const [found, ...rows] = await db.read([statement, ...inOrder(batch)])
    const { refusal, trace, ...confirmed } = admit(found ?? [], clock.now())
    if (refusal) throw refusal
    // Of two reads side by side the first one to answer leaves the trace.
    if (!admission && trace) background(() => db.commit([trace]))
    admission = confirmed
    return rowsOf(batch, rows)
  }

  const read = <B extends Batch>(batch: B): Promise<RowsOf<B>> =>
    reporting(admission || !lookup ? db.read(batch) : confirming(lookup, batch))

  const confirmed = async (): Promise<Actor> => {
    if (!admission) await read({})
    return known().actor
  }

  const identified = async (): Promise<Caller> => {
    if (credential) await confirmed()
    return identity().actor
  }

  const mayAct = async (): Promise<void> => {
    // Whoever is nobody is told so first, and never what an earlier answer was.
    await identified()
    await gate
  }

  const keptFor = ({ events = [] }: Change) => {
    const customerId = events.map(customerOf).find((id) => id !== null) ?? null
    return { caller: identity().bearer, customerId, now: clock.now() }
  }

  const write = async <B extends Batch>(
    { statements, events = [] }: Change<B>,
    record: readonly Statement[],
  ): Promise<RowsOf<B>> => {
    const createdAt = clock.now()
    const by = actorColumns(identity().actor)
    const outbox = events.map((event) => {
      const columns = { ...by, data: JSON.stringify(event.data), requestId, createdAt }
      return insertEvent({ ...event, ...columns, ...duesOf(createdAt) })
    })
    let rows
    try {
      rows = await db.commit([...record, ...inOrder(statements), ...outbox])
    } catch (error) {
      const isAnswered =
        error instanceof ConstraintError && error.constraint.startsWith('idempotencyRecords.')
      if (isAnswered) await keyed?.answered()
      throw toUnavailable(error)
    }
    if (events.length > 0) background(() => ports.announce(events.map((event) => event.id)))
    return rowsOf(statements, rows.slice(record.length))
  }

  return {
    ...lent,
    get caller() {
      return identity().actor
    },
    get actor() {
      return known().actor
    },
    accountId: caller.type === 'user' ? caller.accountId : 0,
    keyHash: credential?.keyHash ?? null,
    clock,
    requestId,
    logs: {
      ...lent.logs,
      read: (batch) => reporting(lent.logs.read(batch)),
      records: { ...lent.logs.records, get: (...part) => reporting(lent.logs.records.get(...part)) },
    },
    get owner() {
      return keyed ? `${idempotencyCallerOf(identity().bearer, '')} ${keyed.keyHash}` : null
    },
    newId: () => newId(clock.now()),
    confirmed,
    identified,
    read,
    mayAct,
    background,
    async commit({ result, ...change }) {
      await mayAct()
      await write(change, keyed ? [await keyed.remembering(result, keptFor(change))] : [])
      return result
    },
    async commitAside(change) {
      await mayAct()
      return write(change, [])
    },
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
