// One object per resource: the one place where its time is given away, one claim at a time. Decisions are made and
// persisted without waiting for anything; D1 is asked only to fill an empty lock and to settle what was left open.
import { DurableObject } from 'cloudflare:workers'
import { blockingOfResource, occupanciesByIds } from '#db/bookings.ts'
import type { BookingOccupancy } from '#db/bookings.ts'
import { Database } from '#db/database.ts'
import { unitsFree } from '#domain/availability/occupancy.ts'
import type { Occupancy } from '#domain/availability/occupancy.ts'
import { settlementOf } from '#domain/bookings/settlement.ts'
import type { Claim, ClaimAnswer, LockedResource, Settlement } from '#domain/slots/slot-locks.ts'

/** How long a claim waits for its booking to be written before the database is asked about it. */
export const claimLifeMs = 60_000
/** How long the end of a claim is remembered, so that a late message cannot bring it back. */
const memoryMs = 24 * 3_600_000
/** A refusal has the claims behind it looked up in the database, but not more often than this. */
const auditEveryMs = 10 * 60_000
const retryMs = 10_000

interface Entry extends Occupancy {
  id: number
  version: number
  /** claimed: not known to be written yet. kept: as in the database. freed: kept in mind only. */
  state: 'claimed' | 'kept' | 'freed'
  /** claimed: when to ask; kept: when it lapses, null for never; freed: when to forget. */
  until: number | null
  owner: string | null
}

export class SlotLock extends DurableObject {
  readonly #sql = this.ctx.storage.sql
  readonly #entries = new Map<string, Entry>()
  readonly #auditedAt = new Map<number, number>()
  #audit = new Set<number>()
  #filling: Promise<void> | undefined
  #alarmAt: number | undefined

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS claims (
        id INTEGER NOT NULL, version INTEGER NOT NULL, "from" INTEGER NOT NULL, "to" INTEGER NOT NULL,
        units INTEGER NOT NULL, capacity INTEGER NOT NULL, serviceId INTEGER,
        state TEXT NOT NULL, until INTEGER, owner TEXT,
        PRIMARY KEY (id, version)
      ) STRICT, WITHOUT ROWID
    `)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table is STRICT and this file's own
    for (const entry of this.#sql.exec('SELECT * FROM claims').toArray() as unknown as Entry[]) {
      this.#entries.set(`${entry.id}/${entry.version}`, entry)
    }
  }

  async claim(resource: LockedResource, claim: Claim): Promise<ClaimAnswer> {
    try {
      if (!this.#resource()) await this.#fill(resource)
    } catch {
      return { held: false, because: 'unavailable' }
    }
    const now = Date.now()
    const own = this.#entriesOf(claim.id)
    if (own.some((entry) => isLater(entry, claim) || isOther(entry, claim))) {
      this.#suspect(own, now)
      return { held: false, because: 'changed' }
    }

    const rivals = [...this.#entries.values()].filter(
      (entry) => entry.id !== claim.id && isPresent(entry, now),
    )
    if (unitsFree(rivals, claim) < claim.units) {
      const overlapping = rivals.filter((entry) => entry.from < claim.to && claim.from < entry.to)
      this.#suspect(overlapping, now)
      const isRepeat = claim.owner !== null && overlapping.some((entry) => entry.owner === claim.owner)
      return { held: false, because: isRepeat ? 'in_progress' : 'taken' }
    }
    this.#put({ ...claim, state: 'claimed', until: now + claimLifeMs })
    this.#schedule(now)
    return { held: true }
  }

  settle(resource: LockedResource, settlement: Settlement): void {
    // An empty lock reads all of this from the database when it is first asked.
    if (!this.#resource() && !this.#filling && this.#entries.size === 0) return
    const now = Date.now()
    this.#settle(settlement, now)
    this.#schedule(now)
  }

  release(resource: LockedResource, id: number, version: number): void {
    const entry = this.#entries.get(`${id}/${version}`)
    if (entry?.state === 'claimed') this.#drop(entry)
  }

  refill(): void {
    this.ctx.storage.kv.delete('resource')
    this.#filling = undefined
  }

  /** Asks the database about what was left open, and keeps or frees it. */
  override async alarm(): Promise<void> {
    this.#alarmAt = undefined
    const resource = this.#resource()
    const now = Date.now()
    const due = (entry: Entry) => entry.state === 'claimed' && (entry.until ?? 0) <= now
    const audit = this.#audit
    const known = [...this.#entries.values()].filter(({ id, state }) => audit.has(id) && state !== 'claimed')
    this.#audit = new Set()
    try {
      const asked = new Set([...this.#entries.values()].filter(due).map((entry) => entry.id))
      for (const id of audit) asked.add(id)
      if (resource && asked.size > 0) {
        const [rows] = await this.#primary().read(occupanciesByIds({ ids: JSON.stringify([...asked]) }))
        const found = new Map(rows.map((row) => [row.id, row]))
        this.#dropUnchanged(known)
        for (const id of asked) this.#reconcile(id, found.get(id), resource, due, now)
      }
      for (const entry of this.#entries.values()) if (isForgotten(entry, now)) this.#drop(entry)
    } catch (error) {
      for (const id of audit) this.#audit.add(id)
      console.warn('the lock could not ask the database', error instanceof Error ? error.message : error)
      this.#setAlarm(now + retryMs)
      return
    }
    this.#schedule(now)
  }

  #reconcile(
    id: number,
    row: BookingOccupancy | undefined,
    resource: LockedResource,
    due: (entry: Entry) => boolean,
    now: number,
  ): void {
    // A claim whose step is not in the database by now never will be.
    for (const entry of this.#entriesOf(id)) {
      if (due(entry) && (!row || entry.version > row.version)) this.#drop(entry)
    }
    if (row) {
      const settlement = settlementOf(row, now)
      this.#settle(
        row.resourceId === resource.resourceId ? settlement : { ...settlement, occupancy: null },
        now,
      )
    } else {
      for (const entry of this.#entriesOf(id)) if (entry.state === 'kept') this.#drop(entry)
    }
  }

  #settle({ id, version, occupancy }: Settlement, now: number): void {
    const own = this.#entriesOf(id)
    if (own.some((entry) => entry.state !== 'claimed' && entry.version > version)) return
    if (own.some((entry) => isSettledAs(entry, version, occupancy))) return
    for (const entry of own) if (entry.version < version) this.#drop(entry)
    const freed = { from: 0, to: 0, units: 1, capacity: 1, serviceId: null, until: now + memoryMs }
    this.#put({ id, version, owner: null, state: occupancy ? 'kept' : 'freed', ...(occupancy ?? freed) })
  }

  /** Takes over what the database has: on first use, after a restore, and when the two were found to differ. */
  #fill(resource: LockedResource): Promise<void> {
    this.#filling ??= (async () => {
      const now = Date.now()
      const known = [...this.#entries.values()].filter(({ state }) => state !== 'claimed')
      const [rows] = await this.#primary().read(blockingOfResource({ ...resource, now }))
      this.#dropUnchanged(known)
      for (const row of rows) this.#settle(settlementOf(row, now), now)
      this.ctx.storage.kv.put('resource', resource)
    })().finally(() => {
      this.#filling = undefined
    })
    return this.#filling
  }

  /** The claims that refused somebody are looked up, in case the database no longer knows them. */
  #suspect(entries: readonly Entry[], now: number): void {
    const fresh = entries.filter(({ id, state }) => {
      return state !== 'claimed' && (this.#auditedAt.get(id) ?? 0) <= now - auditEveryMs
    })
    for (const { id } of fresh) {
      this.#auditedAt.set(id, now)
      this.#audit.add(id)
    }
    if (fresh.length > 0) this.#setAlarm(now + retryMs)
  }

  #resource(): LockedResource | undefined {
    return this.ctx.storage.kv.get<LockedResource>('resource')
  }

  #primary(): Database {
    return new Database(this.env.DB, 'first-primary')
  }

  #entriesOf(id: number): Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.id === id)
  }

  #put(entry: Entry): void {
    const { id, version, from, to, units, capacity, serviceId, state, until, owner } = entry
    this.#entries.set(`${id}/${version}`, entry)
    this.#sql.exec(
      'INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      version,
      from,
      to,
      units,
      capacity,
      serviceId,
      state,
      until,
      owner,
    )
  }

  /**
   * Forgets what was known before the database was asked: its answer is right even where its versions are older, for
   * it may have been restored. What was settled in the meantime is newer than the answer, and stays.
   */
  #dropUnchanged(known: readonly Entry[]): void {
    for (const entry of known) {
      if (this.#entries.get(`${entry.id}/${entry.version}`) === entry) this.#drop(entry)
    }
  }

  #drop({ id, version }: Entry): void {
    this.#entries.delete(`${id}/${version}`)
    this.#sql.exec('DELETE FROM claims WHERE id = ? AND version = ?', id, version)
  }

  /** Wakes up for the first open claim; what lapses or is to be forgotten by itself can wait for that, or a day. */
  #schedule(now: number): void {
    let next = this.#entries.size > 0 ? now + memoryMs : Infinity
    for (const { state, until } of this.#entries.values()) {
      if (state === 'claimed' && until !== null) next = Math.min(next, until)
    }
    this.#setAlarm(next)
  }

  #setAlarm(at: number): void {
    // Setting an alarm is a write: one that rings early enough is left alone.
    if (at === Infinity || (this.#alarmAt !== undefined && this.#alarmAt <= at)) return
    this.#alarmAt = at
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at))
  }
}

/** What is in the database already, or beyond: the claim comes from a stale read. */
function isLater(entry: Entry, { version }: Claim): boolean {
  return entry.version > version || (entry.version === version && entry.state !== 'claimed')
}

/** A booking is settled by its request and by its event: the second time there is nothing to write. */
function isSettledAs(entry: Entry, version: number, occupancy: Settlement['occupancy']): boolean {
  if (entry.version !== version) return false
  if (!occupancy) return entry.state === 'freed'
  const { from, to, until } = occupancy
  return entry.state === 'kept' && entry.from === from && entry.to === to && entry.until === until
}

/** The same step of the same booking, but another interval: two changes are under way at once. */
function isOther(entry: Entry, claim: Claim): boolean {
  return entry.version === claim.version && (entry.from !== claim.from || entry.to !== claim.to)
}

/** An open claim counts until the database has been asked; what is kept counts until it lapses. */
function isPresent({ state, until }: Entry, now: number): boolean {
  return state === 'claimed' || (state === 'kept' && (until === null || until > now))
}

function isForgotten({ state, until, to }: Entry, now: number): boolean {
  if (state === 'claimed') return false
  if (state === 'kept' && to > now - memoryMs) return until !== null && until <= now - memoryMs
  return state === 'kept' || (until ?? 0) <= now
}
