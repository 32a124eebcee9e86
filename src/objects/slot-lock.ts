// One object per resource: the one place where its time is given away, one claim at a time. Decisions are made and
// persisted without waiting for anything; D1 is asked only to fill an empty lock and to settle what was left open.
import { DurableObject } from 'cloudflare:workers'
import { blockingOfResource, occupanciesByIds } from '#db/bookings/occupancy.ts'
import type { BookingOccupancy } from '#db/bookings/occupancy.ts'
import { Database } from '#db/database.ts'
import type { Statement } from '#db/database.ts'
import { onceEach, unitsFree } from '#domain/availability/occupancy.ts'
import { settlementOf } from '#domain/bookings/settlement.ts'
import { claimLifeMs } from '#domain/slots/slot-locks.ts'
import type { Claim, ClaimAnswer, ClaimName, LockedResource, Settlement } from '#domain/slots/slot-locks.ts'
import { Claims } from './claims.ts'
import type { Entry } from './claims.ts'

/** How long an open claim is left alone: its booking is being written. */
const patienceMs = 5_000
/** How long an ended claim is remembered, so that a late message cannot revive it. */
const memoryMs = 3_600_000
/** What a refusal rests on is checked against the database, at most this often. */
const auditEveryMs = 10 * 60_000
/** Questions to the database are at least this far apart. */
const retryMs = 3_000
const dayMs = 86_400_000

export class SlotLock extends DurableObject {
  readonly #kv = this.ctx.storage.kv
  readonly #claims = new Claims(this.ctx.storage)
  readonly #auditedAt = new Map<number, number>()
  #resource = this.#kv.get<LockedResource>('resource')
  #isFilled = this.#kv.get<boolean>('filled') === true
  #filling: Promise<void> | undefined
  #refills = 0
  #alarmAt: number | undefined

  async claim(resource: LockedResource, ...claims: readonly Claim[]): Promise<ClaimAnswer> {
    try {
      if (!this.#isFilled) await this.#fill(resource)
    } catch {
      return { held: false, because: 'unavailable' }
    }
    const now = Date.now()
    const ids = new Set(claims.map(({ id }) => id))
    for (const [index, claim] of claims.entries()) {
      const own = this.#claims.of(claim.id)
      const ahead = own.filter((entry) => isAhead(entry, claim, now))
      if (ahead.length > 0) return this.#refused(claim, ahead, 'changed', now)
      // Nobody can have taken what a booking has: it needs not count who else is in its session.
      if (own.some((entry) => isPresent(entry, now) && hasAll(entry, claim))) continue

      const rivals = this.#claims
        .overlapping(claim)
        .filter((entry) => !ids.has(entry.id) && isPresent(entry, now) && !isGhost(entry, claim, now))
      const present = onceEach([...rivals, ...claims.slice(0, index)])
      if (unitsFree(present, claim) < claim.units) return this.#refused(claim, rivals, 'taken', now)
    }
    for (const { capacity: _capacity, ...claim } of claims) {
      this.#claims.put({ ...claim, state: 'claimed', until: null, askAt: now + claimLifeMs })
    }
    this.#schedule(now)
    return { held: true }
  }

  settle(_: LockedResource, settlement: Settlement): void {
    // A lock without a resource has never been asked: its first claim will read everything.
    if (!this.#resource) return
    const now = Date.now()
    this.#settle(settlement, now)
    this.#schedule(now)
  }

  release(_: LockedResource, { id, version, token }: ClaimName): void {
    const claim = this.#claims.of(id).find((entry) => {
      return entry.state === 'claimed' && entry.version === version && entry.token === token
    })
    if (claim) this.#claims.drop(claim)
  }

  async recheck(_: LockedResource, id: number): Promise<void> {
    const now = Date.now()
    for (const entry of this.#claims.of(id)) this.#wonder(entry, now + retryMs)
    this.#schedule(now)
    try {
      await this.#takeOver(occupanciesByIds({ ids: JSON.stringify([id]) }), [])
    } catch {
      // The alarm retries.
    }
  }

  refill(): void {
    this.#refills += 1
    this.#isFilled = false
    this.#kv.delete('filled')
  }

  /** Asks the database about what was left open, and keeps or frees it. */
  override async alarm(): Promise<void> {
    this.#alarmAt = undefined
    const now = Date.now()
    const isDue = ({ askAt }: Entry) => askAt !== null && askAt <= now
    const ids = [...new Set([...this.#claims.toAsk()].filter(isDue).map(({ id }) => id))]
    // A claim whose step is not in the database by now never will be.
    const outdated = ids
      .flatMap((id) => this.#claims.of(id))
      .filter((entry) => entry.state !== 'claimed' || isDue(entry))
    try {
      if (ids.length > 0) await this.#takeOver(occupanciesByIds({ ids: JSON.stringify(ids) }), outdated)
    } catch (error) {
      console.warn('the lock could not ask the database', error instanceof Error ? error.message : error)
    }
    this.#claims.forget(now)
    for (const [id, at] of this.#auditedAt) if (at <= now - auditEveryMs) this.#auditedAt.delete(id)
    this.#schedule(now)
  }

  /** Reads all that the database has: on first use, after a restore, and when the two were found to differ. */
  #fill(resource: LockedResource): Promise<void> {
    if (!this.#resource) {
      this.#resource = resource
      this.#kv.put('resource', resource)
    }
    this.#filling ??= (async () => {
      let refills: number
      do {
        refills = this.#refills
        await this.#takeOver(blockingOfResource({ ...resource, now: Date.now() }), this.#claims.settled())
        // A refill that was asked for meanwhile may know of something that this answer lacks.
      } while (refills !== this.#refills)
      this.#isFilled = true
      this.#kv.put('filled', true)
    })().finally(() => {
      this.#filling = undefined
    })
    return this.#filling
  }

  /**
   * Takes the database's answer in place of what is outdated by it, even where its versions are older: it may have been
   * restored. What changed while it was asked is newer than the answer, and stays.
   */
  async #takeOver(statement: Statement<BookingOccupancy>, outdated: readonly Entry[]): Promise<void> {
    const [rows] = await new Database(this.env.DB, 'first-primary').read([statement])
    for (const entry of outdated) if (this.#claims.has(entry)) this.#claims.drop(entry)
    const now = Date.now()
    for (const row of rows) {
      const settlement = settlementOf(row, now)
      const isHere = row.resourceId === this.#resource?.resourceId
      this.#settle(isHere ? settlement : { ...settlement, occupancy: null }, now)
    }
  }

  #settle({ id, version, occupancy }: Settlement, now: number): void {
    const own = this.#claims.of(id)
    const standing = own.find(({ state }) => state !== 'claimed')
    if (standing && standing.version > version) return
    // A booking is settled by its request and by its event: the second time there is nothing to write.
    const isKnown = standing !== undefined && isSettledAs(standing, version, occupancy)
    for (const entry of own) {
      if (entry === standing ? !isKnown : entry.version <= version) this.#claims.drop(entry)
    }
    if (isKnown) return
    const nameless = { id, version, token: '', caller: null, owner: null, askAt: null }
    this.#claims.put(
      occupancy
        ? { ...occupancy, ...nameless, state: 'kept' }
        : { ...freed, ...nameless, until: now + memoryMs },
    )
  }

  /** Checks what refused a claim against the database, soon. */
  #refused(
    claim: Claim,
    by: readonly Entry[],
    because: 'taken' | 'changed',
    now: number,
  ): Exclude<ClaimAnswer, { held: true }> {
    for (const entry of by) {
      if (entry.state === 'claimed') {
        if (isLate(entry, now)) this.#wonder(entry, now)
      } else if ((this.#auditedAt.get(entry.id) ?? 0) <= now - auditEveryMs) {
        this.#auditedAt.set(entry.id, now)
        this.#wonder(entry, now)
      }
    }
    this.#schedule(now)
    const isRepeat = claim.owner !== null && by.some(({ owner }) => owner === claim.owner)
    return { held: false, because: isRepeat ? 'in_progress' : because, id: claim.id }
  }

  #wonder(entry: Entry, askAt: number): void {
    if (entry.askAt === null || entry.askAt > askAt) this.#claims.put({ ...entry, askAt })
  }

  /** Sets the alarm for the next question to the database; forgetting can wait for that, or for a day. */
  #schedule(now: number): void {
    let next = this.#claims.isEmpty ? Infinity : now + dayMs
    for (const { askAt } of this.#claims.toAsk()) next = Math.min(next, askAt ?? next)
    this.#setAlarm(Math.max(next, now + retryMs))
  }

  #setAlarm(at: number): void {
    // Setting an alarm is a write: one that rings early enough is left alone.
    if (at === Infinity || (this.#alarmAt !== undefined && this.#alarmAt <= at)) return
    this.#alarmAt = at
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at))
  }
}

const freed = { state: 'freed', from: 0, to: 0, startAt: 0, units: 1, serviceId: null } as const

/** The booking is there already, or beyond, or another try is on its way there: the claim comes from a stale read. */
function isAhead(entry: Entry, claim: Claim, now: number): boolean {
  if (entry.version !== claim.version) return entry.version > claim.version
  return entry.state !== 'claimed' || (entry.token !== claim.token && !isGhost(entry, claim, now))
}

/** Whether a booking has all that it claims. */
function hasAll(entry: Entry, { from, to, startAt, units, serviceId }: Claim): boolean {
  return (
    entry.state === 'kept' &&
    entry.serviceId === serviceId &&
    entry.startAt === startAt &&
    entry.from <= from &&
    to <= entry.to &&
    units <= entry.units
  )
}

/** Left behind by an earlier try of the same caller: the database decides which of the two it takes. */
function isGhost(entry: Entry, { caller }: Claim, now: number): boolean {
  return entry.state === 'claimed' && caller !== null && entry.caller === caller && isLate(entry, now)
}

/** Whether its booking should have been written by now, or it is not known whether it was. */
function isLate({ askAt }: Entry, now: number): boolean {
  return askAt !== null && askAt <= now + claimLifeMs - patienceMs
}

function isSettledAs(entry: Entry, version: number, occupancy: Settlement['occupancy']): boolean {
  if (entry.version !== version) return false
  if (!occupancy) return entry.state === 'freed'
  const { from, to, until } = occupancy
  return entry.state === 'kept' && entry.from === from && entry.to === to && entry.until === until
}

/** An open claim counts until the database has been asked; what is kept counts until it lapses. */
function isPresent({ state, until }: Entry, now: number): boolean {
  return state === 'claimed' || (state === 'kept' && (until === null || until > now))
}
