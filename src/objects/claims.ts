// What a lock keeps in mind: in a table of its own, and in memory by booking and by day, so that a claim looks at no
// more than its own booking and the days that it touches.
import type { Occupancy } from '#domain/availability/occupancy.ts'
import type { Interval } from '#domain/schedules/schedule.ts'
import type { ClaimName } from '#domain/slots/slot-locks.ts'

/** Entries are never changed, only replaced: the same object is the same knowledge. */
export interface Entry extends ClaimName, Occupancy {
  /** claimed: not known to be written yet. kept: as in the database. freed: kept in mind only. Only claims have a token. */
  state: 'claimed' | 'kept' | 'freed'
  /** kept: when it lapses, null for never; freed: when to forget. */
  until: number | null
  /** When to ask the database about it. */
  askAt: number | null
  caller: string | null
  owner: string | null
}

const day = 86_400_000
/** How long what is over is remembered. */
const pastKeptMs = day
/** Raised whenever the table changes: its contents are then read from the database again. */
const schema = 3

const columns = [
  'id',
  'version',
  'token',
  'state',
  'from',
  'to',
  'startAt',
  'units',
  'serviceId',
  'until',
  'askAt',
  'caller',
  'owner',
] as const satisfies readonly (keyof Entry)[]
const names = columns.map((column) => `"${column}"`).join(', ')
const marks = columns.map(() => '?').join(', ')

export class Claims {
  readonly #storage: DurableObjectStorage
  readonly #byId = new Map<number, readonly Entry[]>()
  readonly #byDay = new Map<number, Set<Entry>>()
  /** Those with `askAt`, and those with `until`. */
  readonly #toAsk = new Set<Entry>()
  readonly #passing = new Set<Entry>()

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    if (storage.kv.get('schema') !== schema) {
      storage.sql.exec(`
        DROP TABLE IF EXISTS claims;
        CREATE TABLE claims (
          id INTEGER NOT NULL, version INTEGER NOT NULL, token TEXT NOT NULL, state TEXT NOT NULL,
          "from" INTEGER NOT NULL, "to" INTEGER NOT NULL,
          startAt INTEGER NOT NULL, units INTEGER NOT NULL, serviceId INTEGER,
          until INTEGER, askAt INTEGER, caller TEXT, owner TEXT,
          PRIMARY KEY (id, version, token)
        ) STRICT, WITHOUT ROWID
      `)
      storage.kv.delete('filled')
      storage.kv.put('schema', schema)
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table is STRICT and this file's own
    const entries = storage.sql.exec(`SELECT ${names} FROM claims`).toArray() as unknown as Entry[]
    for (const entry of entries) this.#remember(entry)
  }

  of(id: number): readonly Entry[] {
    return this.#byId.get(id) ?? []
  }

  has(entry: Entry): boolean {
    return this.of(entry.id).includes(entry)
  }

  overlapping({ from, to }: Interval): Entry[] {
    const found = new Set<Entry>()
    for (const date of daysOf({ from, to })) {
      for (const entry of this.#byDay.get(date) ?? [])
        if (entry.from < to && from < entry.to) found.add(entry)
    }
    return [...found]
  }

  settled(): Entry[] {
    return [...this.#byId.values()].flat().filter(({ state }) => state !== 'claimed')
  }

  toAsk(): Iterable<Entry> {
    return this.#toAsk
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0
  }

  /** In place of the entry of the same name, if there is one. */
  put(entry: Entry): void {
    const known = this.of(entry.id).find(
      ({ version, token }) => version === entry.version && token === entry.token,
    )
    if (known) this.#dismiss(known)
    this.#remember(entry)
    this.#storage.sql.exec(
      `INSERT OR REPLACE INTO claims (${names}) VALUES (${marks})`,
      ...columns.map((column) => entry[column]),
    )
  }

  drop(entry: Entry): void {
    const { id, version, token } = entry
    this.#dismiss(entry)
    this.#storage.sql.exec(
      'DELETE FROM claims WHERE id = ? AND version = ? AND token = ?',
      id,
      version,
      token,
    )
  }

  /** Forgets what is over, and what no late message can refer to any more. */
  forget(now: number): void {
    for (const entry of this.#passing) {
      if ((entry.until ?? now) <= (entry.state === 'freed' ? now : now - pastKeptMs)) this.drop(entry)
    }
    for (const [date, entries] of this.#byDay) {
      if (date * day >= now - pastKeptMs) continue
      for (const entry of entries) {
        if (entry.state === 'kept' && entry.to <= now - pastKeptMs) this.drop(entry)
      }
    }
  }

  #remember(entry: Entry): void {
    this.#byId.set(entry.id, [...this.of(entry.id), entry])
    for (const date of daysOf(entry)) {
      const entries = this.#byDay.get(date)
      if (entries) entries.add(entry)
      else this.#byDay.set(date, new Set([entry]))
    }
    if (entry.askAt !== null) this.#toAsk.add(entry)
    if (entry.until !== null) this.#passing.add(entry)
  }

  #dismiss(entry: Entry): void {
    const others = this.of(entry.id).filter((other) => other !== entry)
    if (others.length > 0) this.#byId.set(entry.id, others)
    else this.#byId.delete(entry.id)
    for (const date of daysOf(entry)) {
      const entries = this.#byDay.get(date)
      entries?.delete(entry)
      if (entries?.size === 0) this.#byDay.delete(date)
    }
    this.#toAsk.delete(entry)
    this.#passing.delete(entry)
  }
}

/** The days (UTC) that an interval touches; none for an empty one. */
function* daysOf({ from, to }: Interval): Iterable<number> {
  if (from >= to) return
  for (let date = Math.floor(from / day); date * day < to; date++) yield date
}
