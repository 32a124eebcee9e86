// The process dies before or after any of its waits: then the lock and the database must find together again, and the
// same request, sent once more, must succeed.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Context } from '#domain/context.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { changeAppointment } from '#domain/appointments/change-appointment.ts'
import { createAppointment } from '#domain/appointments/create-appointment.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { holdSlot } from '#domain/appointments/hold-slot.ts'
import { updateBooking } from '#domain/appointments/update-booking.ts'
import { createCoupon } from '#domain/coupons/create-coupon.ts'
import { aMinuteLater, dyingAt, expectAgreement } from '../../mortal.ts'
import { aWorld, contextOf, hours, monday, query, setClock, settled } from '../../world.ts'
import type { World } from '../../world.ts'

const tenOClock = monday + 2 * hours

interface Scene {
  /** What was there before. */
  given: (world: World) => Promise<Booking | undefined>
  verb: (ctx: Context, world: World, given: Booking | undefined) => Promise<Booking>
  /** Whether the outcome may already be there when the request comes again. */
  isDone: (world: World, given: Booking | undefined) => Promise<boolean>
}

const wish = (world: World) => ({
  businessId: world.businessId,
  serviceId: world.serviceId,
  resourceId: world.staffIds[0],
  startAt: tenOClock,
})
const stored = async (world: World): Promise<Record<string, unknown>[]> =>
  query('select * from bookings where businessId = ?', world.businessId)

const scenes: Record<string, Scene> = {
  'making a booking': {
    given: async () => undefined,
    verb: (ctx, world) => createBooking(ctx, wish(world)),
    isDone: async (world) => (await stored(world)).length === 1,
  },
  'moving it to another time': {
    given: (world) => createBooking(contextOf(world.owner), wish(world)),
    verb: (ctx, _, given) => updateBooking(ctx, { id: given!.id, startAt: tenOClock + hours }),
    isDone: async (world) => (await stored(world))[0]?.startAt === tenOClock + hours,
  },
  'moving it to somebody else': {
    given: (world) => createBooking(contextOf(world.owner), wish(world)),
    verb: (ctx, world, given) => updateBooking(ctx, { id: given!.id, resourceId: world.staffIds[1]! }),
    isDone: async (world) => (await stored(world))[0]?.resourceId === world.staffIds[1],
  },
  'changing all of it by hand, which brings it back': {
    given: async (world) => {
      const coupon = { businessId: world.businessId, code: 'ONCE', percentHundredths: 1000, maxUses: 1 }
      await createCoupon(contextOf(world.owner), coupon)
      const cancelled = { status: 'cancelled', couponCode: 'once' } as const
      return createAppointment(contextOf(world.owner), { ...wish(world), ...cancelled })
    },
    verb: (ctx, world, given) =>
      changeAppointment(ctx, {
        id: given!.id,
        status: 'confirmed',
        startAt: tenOClock + hours,
        resourceId: world.staffIds[1]!,
        durationMinutes: 90,
        source: 'leaflet',
      }),
    isDone: async ({ businessId, staffIds }) => {
      const [[coupon], [booking]] = await Promise.all([
        query('select uses from coupons where businessId = ?', businessId),
        query('select status, resourceId from bookings where businessId = ?', businessId),
      ])
      const isBack = booking?.status === 'confirmed' && booking.resourceId === staffIds[1]
      expect(coupon).toEqual({ uses: isBack ? 1 : 0 })
      return isBack
    },
  },
  'calling a hold off where it was never held': {
    given: (world) => holdSlot(contextOf(world.owner), { ...wish(world), ttlSeconds: 900 }),
    verb: (ctx, world, given) =>
      changeAppointment(ctx, { id: given!.id, status: 'cancelled', resourceId: world.staffIds[1]! }),
    isDone: async (world) => (await stored(world))[0]?.status === 'cancelled',
  },
  'cancelling it': {
    given: (world) => createBooking(contextOf(world.owner), wish(world)),
    verb: (ctx, _, given) => cancelBooking(ctx, { id: given!.id }),
    isDone: async (world) => (await stored(world))[0]?.status === 'cancelled',
  },
}

beforeEach(() => {
  setClock()
  // The dead leave warnings.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

describe.each(Object.entries(scenes))('a death while %s', (_, { given: prepare, verb, isDone }) => {
  it('leaves lock and database in agreement, and the request can be sent again', async () => {
    let deaths = 0
    for (let at = 1; ; at++) {
      setClock()
      const world = await aWorld({ staff: 2 })
      const given = await prepare(world)
      await settled()
      if (!(await dyingAt(at, world.owner, (ctx) => verb(ctx, world, given)))) break
      deaths += 1

      await aMinuteLater(world, world.staffIds)
      await expectAgreement(world, world.staffIds)
      if (!(await isDone(world, given))) await verb(contextOf(world.owner), world, given)
      await settled()
      await aMinuteLater(world, world.staffIds)
      await expectAgreement(world, world.staffIds)
      expect(await isDone(world, given)).toBe(true)
      expect((await stored(world)).length).toBe(1)
      const versions = await query(
        'select max(version) as last, count(*) as steps from bookingHistory where businessId = ?',
        world.businessId,
      )
      expect(versions[0]?.steps).toBe(versions[0]?.last)
    }
    // Reading, committing, telling the lock and the consumer at the least, each before and after.
    expect(deaths).toBeGreaterThanOrEqual(8)
  })
})
