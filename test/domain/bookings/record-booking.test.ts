// What becomes of a slot when the step that was to take or free it fails, or nobody knows whether it did.
import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { NotWritten, StorageError } from '#db/database.ts'
import { changeBookingStatus } from '#domain/bookings/change-booking-status.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { restoreBooking } from '#domain/bookings/restore-booking.ts'
import { deleteStaff } from '#domain/staff/delete-staff.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { holdSlot } from '#domain/appointments/hold-slot.ts'
import { releaseHold } from '#domain/bookings/release-hold.ts'
import type { Ports } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import {
  aPerson,
  aWorld,
  contextOf,
  hours,
  lockOf,
  monday,
  setClock,
  settled,
  whoHolds,
} from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => {
  setClock()
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

const tenOClock = monday + 2 * hours
const wish = ({ businessId, serviceId }: World) => ({ businessId, serviceId, startAt: tenOClock })

/** Ports whose commits fail, before or after they have taken effect. */
const failing =
  (error: Error, { written = false } = {}) =>
  (ports: Ports): Ports => ({
    ...ports,
    db: new Proxy(ports.db, {
      get(db, name) {
        if (name !== 'commit') return (Reflect.get(db, name) as () => unknown).bind(db)
        return async (statements: Parameters<typeof db.commit>[0]) => {
          if (written) await db.commit(statements)
          throw error
        }
      },
    }),
  })
const away = new StorageError('storage is not available')
const overloaded = new StorageError('storage is not available', {
  cause: new NotWritten('turned away at the door'),
})

describe('a slot whose booking fails', () => {
  it('is free at once when the database turned the booking away unseen', async () => {
    const world = await aWorld()
    const [ada, bob] = [await aPerson('Ada'), await aPerson('Bob')]
    const refused = createBooking(contextOf(ada, failing(overloaded)), wish(world))
    await expect(refused).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await createBooking(contextOf(bob), wish(world))).toMatchObject({ status: 'confirmed' })
  })

  it('is free at once when the answer of the lock was lost: then nothing was written', async () => {
    const world = await aWorld()
    const [ada, bob] = [await aPerson('Ada'), await aPerson('Bob')]
    const mute = contextOf(ada, (ports) => ({
      ...ports,
      locks: {
        ...ports.locks,
        claim: async (...claim) => {
          await ports.locks.claim(...claim)
          throw new DomainError('lock.unavailable')
        },
      },
    }))
    await expect(createBooking(mute, wish(world))).rejects.toMatchObject({ code: 'lock.unavailable' })
    await settled()
    expect(await createBooking(contextOf(bob), wish(world))).toMatchObject({ status: 'confirmed' })
  })

  it('is its caller’s at the next try when the outcome is unknown, and everybody’s seconds later', async () => {
    const world = await aWorld()
    const [ada, bob] = [await aPerson('Ada'), await aPerson('Bob')]
    await expect(createBooking(contextOf(ada, failing(away)), wish(world))).rejects.toThrow()
    await settled()
    vi.setSystemTime(monday + 2_000)
    await expect(createBooking(contextOf(bob), wish(world))).rejects.toMatchObject({
      code: 'booking.slot_taken',
    })
    expect(await createBooking(contextOf(ada), wish(world))).toMatchObject({ status: 'confirmed' })

    const other = await aWorld()
    await expect(createBooking(contextOf(ada, failing(away)), wish(other))).rejects.toThrow()
    await settled()
    vi.setSystemTime(monday + 5_000)
    await runDurableObjectAlarm(lockOf(other))
    expect(await createBooking(contextOf(bob), wish(other))).toMatchObject({ status: 'confirmed' })
  })

  it('is sold once when what seemed to fail was written', async () => {
    const world = await aWorld()
    const ada = await aPerson('Ada')
    const lost = createBooking(contextOf(ada, failing(away, { written: true })), wish(world))
    await expect(lost).rejects.toThrow()
    await expect(createBooking(contextOf(ada), wish(world))).rejects.toMatchObject({
      code: 'booking.slot_taken',
    })
    await settled()
    const { lock, database } = await whoHolds(world)
    expect(database).toHaveLength(1)
    expect(lock).toEqual(database)
  })

  it('keeps nobody else out of a full class who has a place there', async () => {
    const world = await aWorld({ service: { capacity: 3 } })
    const people = [await aPerson('Ada'), await aPerson('Bob'), await aPerson('Cyd')]
    const holds = []
    for (const person of people) {
      holds.push(await holdSlot(contextOf(person), { ...wish(world), ttlSeconds: 600 }))
    }
    const [first, ...others] = holds.map((hold) => ({ ...wish(world), holdId: hold.id }))
    await expect(createBooking(contextOf(people[0], failing(away)), first!)).rejects.toThrow()
    for (const [index, other] of others.entries()) {
      expect(await createBooking(contextOf(people[index + 1]), other)).toMatchObject({ status: 'confirmed' })
    }
    await settled()
    expect(await createBooking(contextOf(people[0]), first!)).toMatchObject({ status: 'confirmed' })
  })
})

describe('a step that takes nothing new', () => {
  it('asks no lock', async () => {
    const world = await aWorld()
    const booking = await createBooking(contextOf(world.owner), wish(world))
    const closed = contextOf(world.owner, (ports) => ({
      ...ports,
      locks: { ...ports.locks, claim: () => Promise.reject(new Error('asked')) },
    }))
    for (const status of ['rescheduling', 'confirmed', 'checked_in'] as const) {
      expect(await changeBookingStatus(closed, { id: booking.id, status })).toMatchObject({ status })
    }
  })
})

it('what was called off does not come back to somebody who has left', async () => {
  const world = await aWorld({ staff: 2 })
  const owner = contextOf(world.owner)
  const { id, resourceId } = await createBooking(owner, wish(world))
  await cancelBooking(owner, { id })
  await deleteStaff(owner, { id: resourceId! })
  await expect(restoreBooking(owner, { id })).rejects.toMatchObject({ code: 'booking.staff_unavailable' })
})

describe('a hold that was given back', () => {
  it('frees its slot within seconds even if nobody could tell the lock', async () => {
    const world = await aWorld()
    const hold = await holdSlot(contextOf(world.owner), { ...wish(world), ttlSeconds: 900 })
    await settled()
    const deaf = contextOf(world.owner, (ports) => ({
      ...ports,
      locks: { ...ports.locks, settle: () => Promise.reject(new Error('lost')) },
    }))
    await releaseHold(deaf, hold.id)
    await settled()
    vi.setSystemTime(monday + 3_000)
    await runDurableObjectAlarm(lockOf(world))
    expect((await whoHolds(world)).lock).toEqual([])
    expect(await createBooking(contextOf(world.owner), wish(world))).toMatchObject({ status: 'confirmed' })
  })
})
