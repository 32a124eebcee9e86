// How much of a business's time somebody may keep before anybody has confirmed or paid it.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { holdSlot, longestHoldSeconds } from '#domain/appointments/hold-slot.ts'
import { DomainError } from '#domain/errors.ts'
import {
  aKey,
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  settled,
} from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => setClock())

const nine = monday + hours
/** The nth half hour after nine. */
const slot = ({ businessId, serviceId }: World, nth: number) => ({
  businessId,
  serviceId,
  startAt: nine + nth * 30 * minutes,
})
const outcome = (work: Promise<{ status: string }>) =>
  work.then(
    ({ status }) => status,
    (error: unknown) => (error instanceof DomainError ? error.code : error),
  )
const counted = (outcomes: unknown[]) =>
  Object.fromEntries([...Map.groupBy(outcomes, String)].map(([each, { length }]) => [each, length]))

describe('an account', () => {
  it('holds a slot for a quarter of an hour at most, whichever way it asks', async () => {
    const world = await aWorld()
    const hold = (nth: number, ttlSeconds: number) =>
      outcome(holdSlot(contextOf(world.owner), { ...slot(world, nth), ttlSeconds }))
    expect(await hold(0, longestHoldSeconds + 1)).toBe('hold.too_long')
    expect(await hold(1, longestHoldSeconds)).toBe('held')
  })

  it('holds three slots of a business at a time, however many it asks for at once', async () => {
    const world = await aWorld()
    const [ada, bob] = [await aPerson('Ada'), await aPerson('Bob')]
    const hold = (nth: number, person = ada) =>
      outcome(holdSlot(contextOf(person), { ...slot(world, nth), ttlSeconds: 300 }))
    // The first alone, so that all of them are the same customer.
    expect(await hold(0)).toBe('held')
    const answers = await Promise.all(Array.from({ length: 9 }, (_, index) => hold(index + 1)))
    expect(counted(answers)).toEqual({ held: 2, 'booking.too_many_holds': 7 })
    expect(await hold(11)).toBe('booking.too_many_holds')
    expect(await hold(11, bob)).toBe('held')
    expect(await outcome(holdSlot(contextOf(ada), { ...slot(await aWorld(), 0), ttlSeconds: 300 }))).toBe(
      'held',
    )
    vi.setSystemTime(monday + 5 * minutes)
    expect(await hold(12)).toBe('held')
  })

  it.each([
    ['wait for the business', { confirmation: 'approval' as const }, 'pending'],
    ['wait for a payment', { prepaymentMinor: 100 }, 'awaiting_payment'],
  ])('has ten bookings that %s at most, however many it asks for at once', async (_, service, status) => {
    const world = await aWorld({ service })
    const ada = await aPerson('Ada')
    const book = (nth: number) => outcome(createBooking(contextOf(ada), slot(world, nth)))
    expect(await book(0)).toBe(status)
    const answers = await Promise.all(Array.from({ length: 14 }, (_unused, index) => book(index + 1)))
    expect(counted(answers)).toEqual({ [status]: 9, 'booking.too_many_open': 5 })
    const held = await holdSlot(contextOf(ada), { ...slot(world, 15), ttlSeconds: 300 })
    const onHold = createBooking(contextOf(ada), { ...slot(world, 15), holdId: held.id })
    expect(await outcome(onHold)).toBe('booking.too_many_open')
    await query(`update bookings set status = 'confirmed', expiresAt = null where status = ?`, status)
    expect(await outcome(createBooking(contextOf(ada), { ...slot(world, 15), holdId: held.id }))).toBe(status)
  })

  it('cannot turn holds into more bookings than it may have, not even all at once', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const ada = await aPerson('Ada')
    for (let nth = 0; nth < 9; nth++) await createBooking(contextOf(ada), slot(world, nth))
    const holds = []
    for (const nth of [9, 10, 11]) {
      holds.push(await holdSlot(contextOf(ada), { ...slot(world, nth), ttlSeconds: 300 }))
    }
    const answers = await Promise.all(
      holds.map(({ id, startAt }) =>
        outcome(createBooking(contextOf(ada), { ...slot(world, 0), startAt, holdId: id })),
      ),
    )
    expect(counted(answers)).toEqual({ pending: 1, 'booking.too_many_open': 2 })
  })

  it('does not hold the slot again that it has just let lapse, but may book it', async () => {
    const world = await aWorld()
    const ada = await aPerson('Ada')
    const again = (nth = 0) => outcome(holdSlot(contextOf(ada), { ...slot(world, nth), ttlSeconds: 60 }))
    expect(await again()).toBe('held')
    vi.setSystemTime(monday + minutes)
    expect(await again()).toBe('booking.held_lately')
    expect(await again(1)).toBe('held')
    expect(await outcome(createBooking(contextOf(ada), slot(world, 0)))).toBe('confirmed')
    vi.setSystemTime(monday + 2 * minutes + 15 * minutes + 1)
    expect(await again(1)).toBe('held')
  })
})

describe('a business', () => {
  it('has no limit on its own calendar', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    for (let nth = 0; nth < 5; nth++) {
      await holdSlot(contextOf(world.owner), { ...slot(world, nth), ttlSeconds: 300 })
    }
    for (let nth = 5; nth < 16; nth++) await createBooking(contextOf(world.owner), slot(world, nth))
    expect(await query('select id from bookings where businessId = ?', world.businessId)).toHaveLength(16)
  })

  it('has two hundred holds by its keys together', async () => {
    const world = await aWorld({ service: { capacity: 1000 } })
    const { key } = await aKey(world)
    const hold = async (nth = 0, more: object = {}) => {
      const { startAt, ...rest } = slot(world, nth)
      const body = { ...rest, startTime: iso(startAt), ...more }
      const answer = await call('POST', '/api/bookings/holds', { key, body })
      return answer.body.code ?? answer.status
    }
    expect(await hold()).toBe(201)
    await settled()
    await query(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 198)
       insert into bookings (id, businessId, branchId, kind, serviceId, resourceId, startAt, endAt, blockedFromAt, blockedToAt,
         units, capacity, timeZone, status, expiresAt, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields,
         cardToken, version, makerId, createdAt, updatedAt)
       select i, businessId, branchId, kind, serviceId, resourceId, startAt + i * ?2, endAt + i * ?2, startAt + i * ?2,
         endAt + i * ?2, units, capacity, timeZone, status, expiresAt, paymentStatus, priceMinor, currency, discountMinor,
         paidMinor, customFields, hex(randomblob(11)), version, makerId, createdAt, updatedAt
       from bookings, n where businessId = ?1`,
      world.businessId,
      days,
    )
    expect([await hold(), await hold(1)]).toEqual([201, 'booking.too_many_holds'])
    expect(await hold(2, { customer: { name: 'Grace' } })).toBe('booking.too_many_holds')
    const ada = await aPerson('Ada')
    expect(await outcome(holdSlot(contextOf(ada), { ...slot(world, 3), ttlSeconds: 60 }))).toBe('held')
  })
})
