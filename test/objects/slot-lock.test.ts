import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { getBooking } from '#domain/bookings/get-booking.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import type { Claim, ClaimAnswer } from '#domain/slots/slot-locks.ts'
import { Database } from '#db/database.ts'
import { Claims } from '#objects/claims.ts'
import type { SlotLock } from '#objects/slot-lock.ts'
import {
  aWorld,
  call,
  contextOf,
  hours,
  iso,
  lockOf,
  minutes,
  monday,
  query,
  setClock,
  settled,
  whoHolds,
} from '../world.ts'
import type { World } from '../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours
const resourceOf = (world: World) => ({ businessId: world.businessId, resourceId: world.staffIds[0]! })
const claimOf = (id: number, more: Partial<Claim> = {}): Claim => ({
  id,
  version: 1,
  token: `${id}`,
  from: tenOClock,
  to: tenOClock + hours,
  startAt: tenOClock,
  units: 1,
  capacity: 1,
  serviceId: 7,
  caller: null,
  owner: null,
  ...more,
})

const alarmOf = (world: World) => runInDurableObject(lockOf(world), (_, { storage }) => storage.getAlarm())

async function book(world: World, startAt = tenOClock) {
  const { businessId, serviceId, owner } = world
  return call('POST', '/api/bookings', {
    token: owner.token,
    body: { businessId, serviceId, startTime: iso(startAt) },
  })
}

describe('the lock of a resource', () => {
  it('counts a claim that nobody settled until the database has been asked, then lets it go', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    expect(await lock.claim(resourceOf(world), claimOf(1))).toEqual({ held: true })
    vi.setSystemTime(monday + 2 * minutes)
    expect(await lock.claim(resourceOf(world), claimOf(2))).toEqual({ held: false, because: 'taken', id: 2 })
    await runDurableObjectAlarm(lock)
    expect(await lock.claim(resourceOf(world), claimOf(2))).toEqual({ held: true })
  })

  it('keeps what it promised when it is evicted', async () => {
    const world = await aWorld()
    await lockOf(world).claim(resourceOf(world), claimOf(1))
    await evictDurableObject(lockOf(world))
    expect(await lockOf(world).claim(resourceOf(world), claimOf(2))).toMatchObject({ held: false })
  })

  it('that is empty fills itself from the database', async () => {
    const world = await aWorld()
    await book(world)
    // The same resource under another name: an object that has never been asked.
    const fresh = env.SLOT_LOCK.getByName(`fresh ${world.businessId}`)
    expect(await fresh.claim(resourceOf(world), claimOf(2))).toEqual({ held: false, because: 'taken', id: 2 })
    expect(await fresh.claim(resourceOf(world), claimOf(2, { from: tenOClock + 30 * minutes }))).toEqual({
      held: true,
    })
  })

  it('finds out about bookings that a restored database no longer knows', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    await vi.waitFor(async () => expect((await whoHolds(world)).lock).toHaveLength(1))
    await query('delete from bookingHistory where bookingId = ?', body.id)
    await query('delete from bookings where id = ?', body.id)
    expect((await book(world)).status).toBe(409)
    await runDurableObjectAlarm(lockOf(world))
    expect((await book(world)).status).toBe(201)
  })

  it('takes over what it did not know of once the database has refused a booking that it let through', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    const { booking } = await getBooking(contextOf(world.owner), body.id)
    // It is told that the booking is gone, which is not true.
    await lockOf(world).settle(resourceOf(world), { id: body.id, version: 99, occupancy: null })
    const twin = { ...booking, id: booking.id + 1 }
    await expect(recordBooking(contextOf(world.owner), { after: twin })).rejects.toMatchObject({
      code: 'booking.slot_taken',
    })
    await settled()
    await evictDurableObject(lockOf(world))
    expect(await lockOf(world).claim(resourceOf(world), claimOf(2))).toEqual({
      held: false,
      because: 'taken',
      id: 2,
    })
  })

  it('believes the latest version, in whatever order it hears of them', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    const { from, to, startAt, units, serviceId } = claimOf(1)
    const occupancy = { from, to, startAt, units, serviceId, until: null }
    await lock.settle(resource, { id: 1, version: 2, occupancy: null })
    await lock.settle(resource, { id: 1, version: 1, occupancy })
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
  })

  it('refuses a step that was taken already, and keeps what came of it', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    const { from, to, startAt, units, serviceId } = claimOf(1)
    const occupancy = { from, to, startAt, units, serviceId, until: null }
    await lock.settle(resource, { id: 1, version: 1, occupancy })
    expect(await lock.claim(resource, claimOf(1))).toEqual({ held: false, because: 'changed', id: 1 })
    await lock.release(resource, claimOf(1))
    expect(await lock.claim(resource, claimOf(2))).toMatchObject({ held: false })
  })

  it('agrees again with a database that was restored to before a move', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    const token = world.owner.token
    const move = { token, body: { startTime: iso(tenOClock + hours) } }
    expect((await call('PATCH', `/api/bookings/${body.id}`, move)).status).toBe(200)
    await query('delete from bookingHistory where bookingId = ? and version = 2', body.id)
    const [start, end] = [tenOClock, tenOClock + 30 * minutes]
    await query(
      'update bookings set version = 1, startAt = ?1, endAt = ?2, blockedFromAt = ?1, blockedToAt = ?2 where id = ?3',
      start,
      end,
      body.id,
    )
    expect((await book(world, tenOClock + hours)).status).toBe(409)
    await runDurableObjectAlarm(lockOf(world))
    expect((await book(world, tenOClock + hours)).status).toBe(201)
    expect((await whoHolds(world)).lock).toContainEqual([body.id, start, end])
  })

  it('gives back only a claim that is still open', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    await lock.release(resource, claimOf(1))
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
    const { from, to, startAt, units, serviceId } = claimOf(2)
    await lock.settle(resource, {
      id: 2,
      version: 1,
      occupancy: { from, to, startAt, units, serviceId, until: null },
    })
    await lock.release(resource, claimOf(2))
    expect(await lock.claim(resource, claimOf(3))).toMatchObject({ held: false })
  })

  it('tells a repeated request from a rival', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    await lock.claim(resourceOf(world), claimOf(1, { owner: 'key' }))
    expect(await lock.claim(resourceOf(world), claimOf(2, { owner: 'key' }))).toEqual({
      held: false,
      because: 'in_progress',
      id: 2,
    })
    expect(await lock.claim(resourceOf(world), claimOf(2, { owner: 'other' }))).toEqual({
      held: false,
      because: 'taken',
      id: 2,
    })
  })

  it('lets a lapsed hold go without anybody telling it', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    const { from, to, startAt, units, serviceId } = claimOf(1)
    const until = monday + minutes
    await lock.settle(resource, {
      id: 1,
      version: 1,
      occupancy: { from, to, startAt, units, serviceId, until },
    })
    expect(await lock.claim(resource, claimOf(2))).toMatchObject({ held: false })
    vi.setSystemTime(until)
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
  })

  it('counts a booking under change once: in each session with the most of its units, and all of its time', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    const seats = (id: number, more: Partial<Claim> = {}) => claimOf(id, { capacity: 4, ...more })
    const { from, to, startAt, units, serviceId } = seats(1)
    await lock.claim(resource, seats(1))
    const occupancy = { from, to, startAt, units, serviceId, until: null }
    await lock.settle(resource, { id: 1, version: 1, occupancy })
    await lock.claim(resource, seats(1, { version: 2, token: 'more', units: 2, to: to + 20 }))
    expect(await lock.claim(resource, seats(2, { units: 3 }))).toMatchObject({ because: 'taken' })
    expect(await lock.claim(resource, seats(2, { units: 2 }))).toEqual({ held: true })
    const next = { startAt: to + 20, to: to + hours }
    expect(await lock.claim(resource, seats(3, { ...next, from: to }))).toMatchObject({ held: false })
    expect(await lock.claim(resource, seats(3, { ...next, from: to + 20 }))).toEqual({ held: true })
  })

  it('leaves a booking what it has, however small its class has become, and gives it no more', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    for (const id of [1, 2, 3]) {
      const { from, to, startAt, units, serviceId } = claimOf(id)
      expect(await lock.claim(resource, claimOf(id, { capacity: 3 }))).toEqual({ held: true })
      const occupancy = { from, to, startAt, units, serviceId, until: null }
      await lock.settle(resource, { id, version: 1, occupancy })
    }
    const step = { version: 2, token: 'step', capacity: 2 }
    expect(await lock.claim(resource, claimOf(1, { ...step, units: 2 }))).toMatchObject({ because: 'taken' })
    expect(await lock.claim(resource, claimOf(1, step))).toEqual({ held: true })
    expect(await lock.claim(resource, claimOf(4, { capacity: 2 }))).toMatchObject({ because: 'taken' })
    expect(await lock.claim(resource, claimOf(4, { capacity: 4 }))).toEqual({ held: true })
  })

  it('takes several claims together, which look past what they leave to one another, or none of them', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    const at = (id: number, startAt: number, more: Partial<Claim> = {}) =>
      claimOf(id, { startAt, from: startAt, to: startAt + hours, ...more })
    expect(await lock.claim(resource, at(1, tenOClock), at(2, tenOClock + 30 * minutes))).toEqual({
      held: false,
      because: 'taken',
      id: 2,
    })
    for (const [id, startAt] of [
      [1, tenOClock],
      [2, tenOClock + hours],
    ] as const) {
      expect(await lock.claim(resource, at(id, startAt))).toEqual({ held: true })
      const { from, to, units, serviceId } = at(id, startAt)
      const occupancy = { from, to, startAt, units, serviceId, until: null }
      await lock.settle(resource, { id, version: 1, occupancy })
    }
    const moved = { version: 2, token: 'moved' }
    const later = [
      at(1, tenOClock + 30 * minutes, moved),
      at(2, tenOClock + hours + 30 * minutes, moved),
    ] as const
    expect(await lock.claim(resource, at(3, tenOClock + 2 * hours))).toEqual({ held: true })
    expect(await lock.claim(resource, ...later)).toMatchObject({ because: 'taken' })
    await lock.release(resource, at(3, 0))
    expect(await lock.claim(resource, ...later)).toEqual({ held: true })
    // Until it is written, both where they were and where they go.
    expect(await lock.claim(resource, at(4, tenOClock - 30 * minutes))).toMatchObject({ because: 'taken' })
    expect(await lock.claim(resource, at(4, tenOClock + 2 * hours))).toMatchObject({ because: 'taken' })
  })

  it('refuses a second try of a step that is under way, and neither takes the other’s claim back', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    const [ada, bob] = [claimOf(1, { caller: 'user:1' }), claimOf(1, { token: 'another', caller: 'user:2' })]
    expect(await lock.claim(resource, ada)).toEqual({ held: true })
    expect(await lock.claim(resource, bob)).toEqual({ held: false, because: 'changed', id: bob.id })
    await lock.release(resource, bob)
    expect(await lock.claim(resource, claimOf(2))).toMatchObject({ because: 'taken' })
    await lock.release(resource, ada)
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
  })

  it('does not hold a try that nobody answers for against its caller, only against others', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    const first = claimOf(1, { caller: 'user:1', owner: 'key' })
    const again = claimOf(2, { caller: 'user:1', owner: 'key' })
    await lock.claim(resource, first)
    expect(await lock.claim(resource, again)).toEqual({ held: false, because: 'in_progress', id: again.id })
    await lock.recheck(resource, 1)
    expect(await lock.claim(resource, claimOf(3, { caller: 'user:2' }))).toMatchObject({ because: 'taken' })
    expect(await lock.claim(resource, again)).toEqual({ held: true })
  })

  it('takes a caller whose process died at its word after a few seconds', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1, { caller: 'user:1' }))
    await lock.claim(resource, claimOf(1, { version: 2, token: 'step', caller: 'user:1' }))
    vi.setSystemTime(monday + 6_000)
    const step = claimOf(1, { version: 2, token: 'step again', caller: 'user:1' })
    expect(await lock.claim(resource, { ...step, caller: 'user:2' })).toMatchObject({ because: 'changed' })
    expect(await lock.claim(resource, step)).toEqual({ held: true })
  })

  it('asks within seconds, not after a minute, about a step of which nobody knows what became', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    await lock.recheck(resource, 1)
    expect(await alarmOf(world)).toBe(monday + 3_000)
    vi.setSystemTime(monday + 3_000)
    await runDurableObjectAlarm(lock)
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
  })

  it('keeps at once what turns out to have been written', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    const lock = lockOf(world)
    const moved = [tenOClock + hours, tenOClock + 1.5 * hours] as const
    await lock.claim(
      resourceOf(world),
      claimOf(body.id, { version: 2, from: moved[0], to: moved[1], serviceId: world.serviceId }),
    )
    await query(
      'update bookings set version = 2, startAt = ?1, endAt = ?2, blockedFromAt = ?1, blockedToAt = ?2 where id = ?3',
      ...moved,
      body.id,
    )
    await lock.recheck(resourceOf(world), body.id)
    expect((await whoHolds(world)).lock).toEqual([[body.id, ...moved]])
  })

  it('looks at an open claim that has been open for long as soon as it refuses somebody', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    vi.setSystemTime(monday + 4_000)
    await lock.claim(resource, claimOf(2))
    expect(await alarmOf(world)).toBe(monday + 60_000)
    vi.setSystemTime(monday + 6_000)
    expect(await lock.claim(resource, claimOf(2))).toMatchObject({ because: 'taken' })
    expect(await alarmOf(world)).toBe(monday + 9_000)
    vi.setSystemTime(monday + 9_000)
    await runDurableObjectAlarm(lock)
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
  })

  it('still knows whose it is when it is to read all again, and never rings at once', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    await lock.claim(resourceOf(world), claimOf(1))
    await lock.refill()
    vi.setSystemTime(monday + 5 * minutes)
    await runDurableObjectAlarm(lock)
    expect((await whoHolds(world)).lock).toEqual([])
    expect(await lock.claim(resourceOf(world), claimOf(2))).toEqual({ held: true })
    // A database that cannot be asked is not asked again at once either.
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const broken = vi.spyOn(Database.prototype, 'read').mockRejectedValue(new Error('away'))
    vi.setSystemTime(monday + 10 * minutes)
    await runDurableObjectAlarm(lock)
    broken.mockRestore()
    expect(await alarmOf(world)).toBe(monday + 10 * minutes + 3_000)
  })

  it('reads once more when it is told to while it reads', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    const { booking } = await getBooking(contextOf(world.owner), body.id)
    const lock = env.SLOT_LOCK.getByName(`slow ${world.businessId}`)
    const late = claimOf(2, { from: tenOClock + hours, to: tenOClock + 2 * hours })
    const answer = await runInDurableObject<SlotLock, ClaimAnswer>(lock, (instance) => {
      vi.spyOn(Database.prototype, 'read').mockImplementationOnce(async function (this: Database, batch) {
        const stale = await this.read(batch)
        // The answer is on its way when the booking moves, and the lock is told that it misses something.
        const [from, to] = [booking.startAt + hours, booking.endAt + hours]
        await query(
          'update bookings set startAt = ?1, endAt = ?2, blockedFromAt = ?1, blockedToAt = ?2 where id = ?3',
          from,
          to,
          booking.id,
        )
        instance.refill()
        return stale
      })
      return instance.claim(resourceOf(world), late)
    })
    expect(answer).toMatchObject({ because: 'taken' })
    expect(await lock.claim(resourceOf(world), claimOf(3))).toEqual({ held: true })
  })

  it('forgets what was freed after an hour, and what is over after a day', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    const { from, to, startAt, units, serviceId } = claimOf(1)
    const occupancy = { from, to, startAt, units, serviceId, until: null }
    await lock.claim(resource, claimOf(1))
    await lock.settle(resource, { id: 1, version: 1, occupancy })
    await lock.settle(resource, { id: 2, version: 1, occupancy: null })
    const known = () =>
      runInDurableObject(lock, (_, { storage }) => storage.sql.exec('SELECT id FROM claims').toArray())
    vi.setSystemTime(monday + hours - 1)
    await runDurableObjectAlarm(lock)
    expect(await known()).toEqual([{ id: 1 }, { id: 2 }])
    vi.setSystemTime(monday + hours)
    await lock.claim(resource, claimOf(3, { from: to, to: to + hours }))
    await runDurableObjectAlarm(lock)
    expect(await known()).toEqual([{ id: 1 }, { id: 3 }])
    vi.setSystemTime(to + 24 * hours)
    await runDurableObjectAlarm(lock)
    expect(await known()).toEqual([])
  })

  it('whose table is of an older make reads it all from the database again', async () => {
    const world = await aWorld()
    await book(world)
    await settled()
    await runInDurableObject(lockOf(world), (_, { storage }) => {
      storage.sql.exec('DROP TABLE claims; CREATE TABLE claims (id INTEGER, version INTEGER) STRICT')
      storage.kv.put('schema', 1)
    })
    await evictDurableObject(lockOf(world))
    expect(await lockOf(world).claim(resourceOf(world), claimOf(2))).toMatchObject({ because: 'taken' })
  })
})

describe('what a lock keeps in mind', () => {
  it('costs a claim the same, whether it is ten bookings or fifty thousand', async () => {
    const world = await aWorld()
    const looksWith = (count: number) =>
      runInDurableObject(lockOf(world), (_, { storage }) => {
        storage.sql.exec('DELETE FROM claims')
        const claims = new Claims(storage)
        let looks = 0
        for (let index = 0; index < count; index++) {
          // Ten a day, an hour each.
          const from = tenOClock + Math.floor(index / 10) * 24 * hours + (index % 10) * hours
          const entry = { ...claimOf(index + 1), token: '', state: 'kept' as const, until: null, askAt: null }
          claims.put(
            new Proxy(
              { ...entry, from, to: from + hours },
              { get: (target, name) => (looks++, Reflect.get(target, name)) },
            ),
          )
        }
        looks = 0
        expect(
          claims.overlapping({ from: tenOClock + 90 * minutes, to: tenOClock + 3 * hours }),
        ).toHaveLength(2)
        expect(claims.of(3)).toHaveLength(1)
        return looks
      })
    const few = await looksWith(10)
    expect(await looksWith(50_000)).toBe(few)
  }, 60_000)
})
