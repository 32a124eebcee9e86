// What a booking belongs to: a thing that can be booked so, others that were made with it, and where it comes from.
import { beforeEach, describe, expect, it } from 'vitest'
import { createBooking } from '#domain/appointments/create-booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { newCardToken } from '#domain/bookings/card-token.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import {
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  monday,
  query,
  setClock,
  settled,
} from '../../world.ts'
import type { World } from '../../world.ts'

let world: World
let booking: Booking

beforeEach(async () => {
  setClock()
  world = await aWorld()
  const { businessId, serviceId } = world
  booking = await createBooking(contextOf(world.owner), {
    businessId,
    serviceId,
    startAt: monday + 2 * hours,
  })
  await settled()
})

const shown = async () =>
  (await call('GET', `/api/bookings/${booking.id}`, { token: world.owner.token })).body

describe('what can be booked', () => {
  const another = (
    kind: Booking['kind'],
    startAt: number,
    resourceKind: Booking['resourceKind'],
  ): Booking => {
    const times = { startAt, endAt: startAt + days, blockedFromAt: startAt, blockedToAt: startAt + days }
    const { id } = booking
    return {
      ...booking,
      ...times,
      kind,
      resourceKind,
      id: id + 1,
      serviceId: null,
      cardToken: newCardToken(),
    }
  }
  const turnedInto = (kind: string) =>
    query('update resources set kind = ? where id = ?', kind, world.staffIds[0])

  it.each([
    ['staff', 'appointment', 'taken'],
    ['staff', 'block', 'taken'],
    ['staff', 'stay', 'booking.stay_needs_room'],
    ['room', 'appointment', 'taken'],
    ['room', 'block', 'taken'],
    ['room', 'stay', 'taken'],
    ['equipment', 'appointment', 'taken'],
    ['equipment', 'block', 'taken'],
    ['equipment', 'stay', 'booking.stay_needs_room'],
  ] as const)('of %s is said by the database: %s, %s', async (resourceKind, kind, expected) => {
    await turnedInto(resourceKind)
    const made = recordBooking(contextOf(world.owner), {
      after: another(kind, monday + 9 * days, resourceKind),
    })
    expect(
      await made.then(
        () => 'taken',
        ({ code }: { code: string }) => code,
      ),
    ).toBe(expected)
  })

  it('never says another kind of resource than the one that it is at', async () => {
    await turnedInto('room')
    const made = recordBooking(contextOf(world.owner), {
      after: another('appointment', monday + 9 * days, 'staff'),
    })
    await expect(made).rejects.toThrow()
  })

  it('no stay moves to where nobody can sleep', async () => {
    const before = { ...booking, version: 2, kind: 'stay' as const }
    const moved = recordBooking(contextOf(world.owner), { before: { ...booking }, after: before })
    await expect(moved).rejects.toMatchObject({ code: 'booking.stay_needs_room' })
  })
})

describe('where a booking comes from', () => {
  it('is its source, by name; what came through an interface that does not say is from there', async () => {
    expect((await shown()).source).toBe('api')
    await query('update bookings set sourceId = 4 where id = ?', booking.id)
    expect((await shown()).source).toBe('booking.com')
    const [list] = (
      await call('GET', `/api/bookings/business/${world.businessId}`, { token: world.owner.token })
    ).body.bookings
    expect(list.source).toBe('booking.com')
  })

  it('is told with what happens to it', async () => {
    await query('update bookings set sourceId = 2 where id = ?', booking.id)
    const path = `/api/bookings/${booking.id}`
    const changed = await call('PATCH', path, { token: world.owner.token, body: { notes: 'By the window' } })
    expect(changed.body.source).toBe('Phone')
    const feed = await call('GET', `/api/events?businessId=${world.businessId}`, { token: world.owner.token })
    expect(feed.body.events.at(-1).data).toMatchObject({ source: 'Phone', notes: 'By the window' })
  })

  it('is one of the six of every business, or one that it has added', async () => {
    const other = await aWorld()
    const list = 'select id, name, isCustom from sources where businessId = ? order by id'
    const names = ['Direct', 'Phone', 'Website', 'booking.com', 'airbnb', 'expedia']
    expect(await query(list, other.businessId)).toEqual(
      names.map((name, index) => ({ id: index + 1, name, isCustom: 0 })),
    )
    await query('insert into sources values (?, 77, ?, 1)', other.businessId, 'Fair')
    await expect(query('update bookings set sourceId = 77 where id = ?', booking.id)).rejects.toThrow(
      'FOREIGN KEY',
    )
  })
})

describe('bookings that belong together', () => {
  it('have the first of them as their parent, which has none itself', async () => {
    const { id, businessId } = booking
    await query("insert into bookingGroups values (?, ?, 'series', 'weekly', ?)", id, businessId, monday)
    await query('update bookings set groupId = ? where id = ?', id, id)
    expect((await shown()).parentId).toBeNull()
    await query("insert into bookingGroups values (?, ?, 'party', null, ?)", id - 1, businessId, monday)
    await query('update bookings set groupId = ? where id = ?', id - 1, id)
    expect((await shown()).parentId).toBe(id - 1)
  })
})

describe('the money of a booking', () => {
  it.each([
    ['discountKind', 'percent', null],
    ['discountValue', null, 5],
    ['more than all of it', 'percent', 10_001],
    ['less than nothing', 'fixed', -1],
    ['in shells', 'shells', 5],
  ])('has no discount of half a word or an impossible one: %s', async (_, kind, value) => {
    const discount = query('update bookings set discountKind = ?, discountValue = ?', kind, value)
    await expect(discount).rejects.toThrow('bookingsDiscount')
  })

  it('has a discount as it was given', async () => {
    const set = 'update bookings set discountKind = ?, discountValue = ? where id = ? returning discountValue'
    expect(await query(set, 'percent', 1250, booking.id)).toEqual([{ discountValue: 1250 }])
    expect(await query(set, 'fixed', 99_900, booking.id)).toEqual([{ discountValue: 99_900 }])
  })

  it('keeps what was asked for in advance, whatever the service asks for later', async () => {
    const set = 'update services set prepaymentMinor = ? where id = ?'
    await query(set, 1000, world.serviceId)
    const { businessId, serviceId } = world
    const wish = { businessId, serviceId, startAt: monday + 5 * hours }
    const ada = await aPerson('Ada')
    const made = await createBooking(contextOf(ada), wish)
    await query(set, 2000, serviceId)
    expect(await query('select prepaymentMinor from bookings where id = ?', made.id)).toEqual([
      { prepaymentMinor: 1000 },
    ])
  })
})
