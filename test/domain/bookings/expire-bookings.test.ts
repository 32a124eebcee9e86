// What time does to holds and to bookings that nobody paid or confirmed.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Booking } from '#domain/bookings/booking.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { expireBookings } from '#domain/bookings/expire-bookings.ts'
import { forgetHolds } from '#domain/bookings/forget-holds.ts'
import { holdSlot } from '#domain/appointments/hold-slot.ts'
import { releaseHold } from '#domain/bookings/release-hold.ts'
import type { Ports } from '#domain/context.ts'
import {
  aPerson,
  aWorld,
  contextOf,
  days,
  hours,
  minutes,
  monday,
  query,
  setClock,
  settled,
} from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours
const slot = ({ businessId, serviceId }: World, startAt = tenOClock) => ({ businessId, serviceId, startAt })
const statusesOf = async ({ businessId }: World) =>
  (await query('select status from bookings where businessId = ? order by startAt', businessId)).map(
    ({ status }) => status,
  )

/** Ports with this in front of each commit. */
const before =
  (work: (statements: readonly unknown[]) => void | Promise<void>) =>
  (ports: Ports): Ports => ({
    ...ports,
    db: new Proxy(ports.db, {
      get(db, name) {
        if (name !== 'commit') return (Reflect.get(db, name) as () => unknown).bind(db)
        return async (statements: Parameters<typeof db.commit>[0]) => {
          await work(Object.values(statements))
          return db.commit(statements)
        }
      },
    }),
  })

describe('the sweep', () => {
  it('leaves a hold alone that was confirmed in time, however long its writing takes', async () => {
    const world = await aWorld()
    const ada = await aPerson('Ada')
    const hold = await holdSlot(contextOf(ada), { ...slot(world), ttlSeconds: 60 })
    await settled()
    vi.setSystemTime(monday + 59_000)
    const slow = contextOf(
      ada,
      before(async () => {
        vi.setSystemTime(monday + 90_000)
        await expireBookings(contextOf())
      }),
    )
    expect(await createBooking(slow, { ...slot(world), holdId: hold.id })).toMatchObject({
      status: 'confirmed',
    })
    vi.setSystemTime(monday + 10 * minutes)
    await expireBookings(contextOf())
    expect(await statusesOf(world)).toEqual(['confirmed'])
  })

  it('ends what nobody confirmed by its start, and tells of it', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const ada = await aPerson('Ada')
    await createBooking(contextOf(ada), slot(world))
    vi.setSystemTime(tenOClock + minutes + 1)
    expect(await expireBookings(contextOf())).toBe(1)
    expect(await statusesOf(world)).toEqual(['expired'])
    const told = await query(
      'select type from events where businessId = ? order by sequence',
      world.businessId,
    )
    expect(told).toEqual([{ type: 'booking.requested' }, { type: 'booking.cancelled' }])
  })

  it('goes on until nothing is left, bookings first and holds after them', async () => {
    const world = await aWorld({ service: { prepaymentMinor: 100, capacity: 300 } })
    const ada = await aPerson('Ada')
    await holdSlot(contextOf(world.owner), { ...slot(world), ttlSeconds: 60 })
    await query(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 250)
       insert into bookings (id, businessId, branchId, kind, serviceId, resourceId, startAt, endAt, blockedFromAt, blockedToAt,
         units, capacity, timeZone, status, expiresAt, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields,
         cardToken, version, createdAt, updatedAt)
       select i, businessId, branchId, kind, serviceId, resourceId, startAt, endAt, blockedFromAt, blockedToAt, units,
         capacity, timeZone, status, expiresAt, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields,
         hex(randomblob(11)), version, createdAt, updatedAt
       from bookings, n where businessId = ?`,
      world.businessId,
    )
    const unpaid = await createBooking(contextOf(ada), slot(world, tenOClock + hours))
    vi.setSystemTime(monday + hours)
    const batches: string[] = []
    const watched = contextOf(
      undefined,
      before((statements) => void batches.push(JSON.stringify(statements))),
    )
    expect(await expireBookings(watched)).toBe(252)
    expect(new Set(await statusesOf(world))).toEqual(new Set(['expired']))
    expect(batches[0]).toContain(String(unpaid.id))
    expect(batches.length).toBeLessThan(20)
  })

  it('is not stopped by one that cannot be written, and says so in the end', async () => {
    const world = await aWorld()
    const holds: Booking[] = []
    for (const nth of [0, 1, 2]) {
      holds.push(
        await holdSlot(contextOf(world.owner), { ...slot(world, tenOClock + nth * hours), ttlSeconds: 60 }),
      )
    }
    vi.setSystemTime(monday + hours)
    const broken = contextOf(
      undefined,
      before((statements) => {
        if (JSON.stringify(statements).includes(String(holds[0]?.id))) throw new Error('too big')
      }),
    )
    await expect(expireBookings(broken)).rejects.toThrow('1 bookings could not expire')
    expect(await statusesOf(world)).toEqual(['held', 'expired', 'expired'])
  })

  it('leaves to others what they change at the same moment', async () => {
    const world = await aWorld()
    const hold = await holdSlot(contextOf(world.owner), { ...slot(world), ttlSeconds: 60 })
    vi.setSystemTime(monday + hours)
    let raced = false
    const ctx = contextOf(
      undefined,
      before(async () => {
        if (raced) return
        raced = true
        await expireBookings(contextOf())
      }),
    )
    await expireBookings(ctx)
    const [history] = await query('select count(*) as n from bookingHistory where bookingId = ?', hold.id)
    expect(history?.n).toBe(2)
  })
})

describe('a hold that never became a booking', () => {
  const left = async ({ businessId }: World) => {
    const [counts] = await query(
      `select (select count(*) from bookings where businessId = ?1) as bookings,
         (select count(*) from bookingHistory where businessId = ?1) as history,
         (select count(*) from customers where businessId = ?1) as customers`,
      businessId,
    )
    return counts
  }

  it('is forgotten after a day, with a customer whom nothing else names', async () => {
    const world = await aWorld()
    const [ada, eve] = [await aPerson('Ada'), await aPerson('Eve')]
    await holdSlot(contextOf(eve), { ...slot(world), ttlSeconds: 60 })
    await createBooking(contextOf(ada), slot(world, tenOClock + hours))
    const released = await holdSlot(contextOf(ada), { ...slot(world, tenOClock + 2 * hours), ttlSeconds: 60 })
    await query(
      `insert into stays (bookingId, businessId, arrivalOn, departureOn, adults, children, meal, details)
       values (?, ?, '2031-03-03', '2031-03-05', 2, 0, 'none', '{}')`,
      released.id,
      world.businessId,
    )
    await releaseHold(contextOf(ada), released.id)
    vi.setSystemTime(monday + 3 * minutes)
    await expireBookings(contextOf())
    await forgetHolds(contextOf())
    expect(await left(world)).toEqual({ bookings: 3, history: 5, customers: 2 })
    vi.setSystemTime(monday + days + 3 * minutes)
    expect(await forgetHolds(contextOf(), 1)).toBe(true)
    expect(await forgetHolds(contextOf())).toBe(false)
    expect(await query('select * from stays')).toEqual([])
    expect(await left(world)).toEqual({ bookings: 1, history: 1, customers: 1 })
  })

  it('leaves its customer to a booking that is being made when it is forgotten', async () => {
    const world = await aWorld()
    const eve = await aPerson('Eve')
    await holdSlot(contextOf(eve), { ...slot(world), ttlSeconds: 60 })
    vi.setSystemTime(monday + 3 * minutes)
    await expireBookings(contextOf())
    const later = monday + days + 3 * minutes
    vi.setSystemTime(later)
    let forgot = false
    const ctx = contextOf(
      eve,
      before(async () => {
        if (forgot) return
        forgot = true
        await forgetHolds(contextOf())
      }),
    )
    const booking = await createBooking(ctx, slot(world, tenOClock + 7 * days))
    expect(booking).toMatchObject({ status: 'confirmed', customerEmail: eve.email })
    expect(await left(world)).toEqual({ bookings: 1, history: 1, customers: 1 })
  })
})
