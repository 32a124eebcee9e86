import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { getBooking } from '#domain/bookings/get-booking.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import type { Claim } from '#domain/slots/slot-locks.ts'
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
  from: tenOClock,
  to: tenOClock + hours,
  units: 1,
  capacity: 1,
  serviceId: 7,
  owner: null,
  ...more,
})

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
    expect(await lock.claim(resourceOf(world), claimOf(2))).toEqual({ held: false, because: 'taken' })
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
    expect(await fresh.claim(resourceOf(world), claimOf(2))).toEqual({ held: false, because: 'taken' })
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
    })
  })

  it('believes the latest version, in whatever order it hears of them', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    const { from, to, units, capacity, serviceId } = claimOf(1)
    const occupancy = { from, to, units, capacity, serviceId, until: null }
    await lock.settle(resource, { id: 1, version: 2, occupancy: null })
    await lock.settle(resource, { id: 1, version: 1, occupancy })
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
  })

  it('refuses a step that was taken already, and keeps what came of it', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    const { from, to, units, capacity, serviceId } = claimOf(1)
    const occupancy = { from, to, units, capacity, serviceId, until: null }
    await lock.settle(resource, { id: 1, version: 1, occupancy })
    expect(await lock.claim(resource, claimOf(1))).toEqual({ held: false, because: 'changed' })
    await lock.release(resource, 1, 1)
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
    await lock.release(resource, 1, 1)
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
    const { from, to, units, capacity, serviceId } = claimOf(2)
    await lock.settle(resource, {
      id: 2,
      version: 1,
      occupancy: { from, to, units, capacity, serviceId, until: null },
    })
    await lock.release(resource, 2, 1)
    expect(await lock.claim(resource, claimOf(3))).toMatchObject({ held: false })
  })

  it('tells a repeated request from a rival', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    await lock.claim(resourceOf(world), claimOf(1, { owner: 'key' }))
    expect(await lock.claim(resourceOf(world), claimOf(2, { owner: 'key' }))).toEqual({
      held: false,
      because: 'in_progress',
    })
    expect(await lock.claim(resourceOf(world), claimOf(2, { owner: 'other' }))).toEqual({
      held: false,
      because: 'taken',
    })
  })

  it('lets a lapsed hold go without anybody telling it', async () => {
    const world = await aWorld()
    const lock = lockOf(world)
    const resource = resourceOf(world)
    await lock.claim(resource, claimOf(1))
    const { from, to, units, capacity, serviceId } = claimOf(1)
    const until = monday + minutes
    await lock.settle(resource, {
      id: 1,
      version: 1,
      occupancy: { from, to, units, capacity, serviceId, until },
    })
    expect(await lock.claim(resource, claimOf(2))).toMatchObject({ held: false })
    vi.setSystemTime(until)
    expect(await lock.claim(resource, claimOf(2))).toEqual({ held: true })
  })
})
