import { beforeEach, describe, expect, it } from 'vitest'
import { expireBookings } from '#domain/bookings/expire-bookings.ts'
import { createAppointment } from '#domain/appointments/create-appointment.ts'
import type { NewAppointment } from '#domain/appointments/create-appointment.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import {
  aKey,
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  iso,
  keyContextOf,
  minutes,
  monday,
  query,
  setClock,
  settled,
  whoHolds,
} from '../../world.ts'
import type { World } from '../../world.ts'

const tenOClock = monday + 2 * hours
let world: World

beforeEach(async () => {
  setClock()
  world = await aWorld()
})

async function enter(more: Partial<NewAppointment> = {}): Promise<Booking> {
  const { businessId, serviceId, staffIds } = world
  const [resourceId] = staffIds
  const appointment = { businessId, serviceId, resourceId, startAt: tenOClock, ...more }
  const made = await createAppointment(keyContextOf(world, ['bookings:write']), appointment)
  await settled()
  return made
}

const eventsOf = async (id: number) =>
  (await query<{ type: string }>('select type from events where subjectId = ? order by sequence', id)).map(
    ({ type }) => type,
  )

describe('an appointment that the business enters by hand', () => {
  it('begins whenever it says: off the grid, to the second, in the past, without notice', async () => {
    await query(
      'update services set minNoticeMinutes = 600, maxAdvanceDays = 1 where id = ?',
      world.serviceId,
    )
    for (const startAt of [tenOClock + 7 * minutes + 3_000, tenOClock - 3 * days, tenOClock + 9 * days]) {
      const made = await enter({ startAt })
      expect([made.startAt, made.endAt, made.status]).toEqual([startAt, startAt + 30 * minutes, 'confirmed'])
    }
  })

  it('keeps to the hours of whoever has it', async () => {
    await expect(enter({ startAt: monday + 10 * hours })).rejects.toMatchObject({
      code: 'booking.outside_hours',
    })
  })

  it('begins in the status that it says, and takes its slot where that keeps one', async () => {
    const begun = {
      pending: [true, 'booking.requested'],
      awaiting_payment: [true, 'booking.requested'],
      held: [true, 'booking.requested'],
      confirmed: [true, 'booking.created'],
      rescheduling: [true, 'booking.created'],
      checked_in: [true, 'booking.created'],
      completed: [false, 'booking.created'],
      cancelled: [false, 'booking.requested'],
    } as const
    let startAt = tenOClock
    for (const [status, [keeps, event]] of Object.entries(begun)) {
      const made = await enter({ status: status as Booking['status'], startAt })
      expect([made.status, await eventsOf(made.id)]).toEqual([status, [event]])
      const { lock, database } = await whoHolds(world)
      expect([lock, database].map((held) => held.some(([id]) => id === made.id))).toEqual([keeps, keeps])
      if (keeps) await expect(enter({ startAt })).rejects.toMatchObject({ code: 'booking.slot_taken' })
      else expect((await enter({ startAt })).status).toBe('confirmed')
      startAt += 30 * minutes
    }
  })

  it('lapses after a quarter of an hour in a cart, and never while it waits to be paid for', async () => {
    const cart = await enter({ status: 'held' })
    const unpaid = await enter({ status: 'awaiting_payment', startAt: tenOClock + hours })
    const past = await enter({ status: 'pending', startAt: monday - 22 * hours })
    expect([cart.expiresAt, unpaid.expiresAt, past.expiresAt]).toEqual([monday + 15 * minutes, null, null])
    setClock(monday + 17 * minutes)
    await expireBookings(contextOf())
    await settled()
    const statuses = await query(
      'select status from bookings where id in (?, ?) order by id',
      cart.id,
      unpaid.id,
    )
    expect(statuses).toEqual([{ status: 'expired' }, { status: 'awaiting_payment' }])
    // It was in the book: it is told of, and is not forgotten.
    expect(await eventsOf(cart.id)).toEqual(['booking.requested', 'booking.cancelled'])
    expect(await query('select forgetAt from bookings where id = ?', cart.id)).toEqual([{ forgetAt: null }])
  })

  it('is for whom it names, or for nobody', async () => {
    const nobodys = await enter()
    expect([nobodys.customerId, nobodys.customerName]).toEqual([null, null])
    const named = await enter({
      startAt: tenOClock + hours,
      customer: { name: 'Grace', phone: '+1 555 0100' },
    })
    expect(named).toMatchObject({
      customerId: expect.any(Number),
      customerName: 'Grace',
      customerPhone: '+1 555 0100',
    })
  })

  it('takes as long and costs as much as it says', async () => {
    const made = await enter({ durationMinutes: 75, priceMinor: 12_345 })
    expect(made).toMatchObject({
      endAt: tenOClock + 75 * minutes,
      priceMinor: 12_345,
      paymentStatus: 'unpaid',
    })
    await expect(enter({ startAt: tenOClock + hours })).rejects.toMatchObject({ code: 'booking.slot_taken' })
    await expect(enter({ startAt: tenOClock - hours, durationMinutes: 61 })).rejects.toMatchObject({
      code: 'booking.slot_taken',
    })
    for (const durationMinutes of [0, 1.5, 1441]) {
      await expect(enter({ durationMinutes })).rejects.toMatchObject({ code: 'request.validation_failed' })
    }
    // The hours end at five.
    await expect(enter({ startAt: tenOClock + 6 * hours, durationMinutes: 61 })).rejects.toMatchObject({
      code: 'booking.outside_hours',
    })
  })

  it('is paid as far as the prepayment goes that was paid elsewhere, which is told', async () => {
    const part = await enter({ prepaymentMinor: 1500, prepaidAt: monday - hours })
    const whole = await enter({ startAt: tenOClock + hours, prepaymentMinor: 4500, prepaidAt: monday })
    const asked = await enter({ startAt: tenOClock + 2 * hours, prepaymentMinor: 1500 })
    expect([part, whole, asked].map(({ paymentStatus, paidMinor }) => [paymentStatus, paidMinor])).toEqual([
      ['partially_paid', 1500],
      ['paid', 4500],
      ['unpaid', 0],
    ])
    expect(await eventsOf(part.id)).toEqual(['booking.created', 'payment.completed'])
    expect(await eventsOf(asked.id)).toEqual(['booking.created'])
    const feed = await call('GET', `/api/events?businessId=${world.businessId}`, { token: world.owner.token })
    const payment = feed.body.events.find(({ type }: { type: string }) => type === 'payment.completed')
    expect(payment.data).toEqual({
      bookingId: part.id,
      customerId: null,
      amount: { amount: 1500, currency: 'EUR' },
      method: 'external',
      paidAt: iso(monday - hours),
    })
  })

  it('comes from where it says, be it from somewhere new', async () => {
    const made = [
      await enter({ source: 'Phone' }),
      await enter({ startAt: tenOClock + hours, source: 'Billboard' }),
      await enter({ startAt: tenOClock + 2 * hours, source: 'Billboard' }),
      await enter({ startAt: tenOClock + 3 * hours }),
    ]
    expect(made.map(({ source }) => source)).toEqual(['Phone', 'Billboard', 'Billboard', null])
    expect(made[0]!.sourceId).toBe(2)
    const custom = await query(
      'select name from sources where businessId = ? and isCustom = 1',
      world.businessId,
    )
    expect(custom).toEqual([{ name: 'Billboard' }])
    const { body } = await call('GET', `/api/bookings/${made[1]!.id}`, { token: world.owner.token })
    expect(body.source).toBe('Billboard')
  })

  it('comes from one new source, though many name it at once', async () => {
    world = await aWorld({ staff: 8 })
    const made = await Promise.all(
      world.staffIds.map((resourceId) => enter({ resourceId, source: 'Billboard' })),
    )
    expect(new Set(made.map(({ sourceId }) => sourceId)).size).toBe(1)
  })

  it('joins the group of another, which becomes its first', async () => {
    const first = await enter()
    const second = await enter({ startAt: tenOClock + hours, groupWith: first.id })
    const third = await enter({ startAt: tenOClock + 2 * hours, groupWith: second.id })
    expect([second.groupId, third.groupId]).toEqual([first.id, first.id])
    expect(await query('select groupId from bookings where id = ?', first.id)).toEqual([
      { groupId: first.id },
    ])
    const parents = await Promise.all(
      [first, second, third].map(async ({ id }) => {
        const { body } = await call('GET', `/api/bookings/${id}`, { token: world.owner.token })
        return body.parentId
      }),
    )
    expect(parents).toEqual([null, first.id, first.id])
    const elsewhere = await aWorld()
    const { body } = await call('POST', '/api/bookings', {
      token: elsewhere.owner.token,
      body: { businessId: elsewhere.businessId, serviceId: elsewhere.serviceId, startTime: iso(tenOClock) },
    })
    await expect(enter({ startAt: tenOClock + 3 * hours, groupWith: body.id })).rejects.toMatchObject({
      code: 'request.validation_failed',
      errors: [{ field: 'groupWith' }],
    })
  })

  it('is entered by members and keys of the business, and by nobody else', async () => {
    const { businessId, serviceId } = world
    const appointment = { businessId, serviceId, startAt: tenOClock }
    const stranger = contextOf(await aPerson())
    await expect(createAppointment(stranger, appointment)).rejects.toMatchObject({
      code: 'booking.not_yours_to_decide',
    })
    const foreign = keyContextOf(await aWorld(), ['bookings:write'])
    await expect(createAppointment(foreign, appointment)).rejects.toMatchObject({ code: 'service.not_found' })
    expect((await createAppointment(contextOf(world.owner), appointment)).enteredBy).toBe(0)
  })
})

describe('what only the business may say of a booking', () => {
  const own = { price: { amount: 9900, currency: 'EUR' }, durationMinutes: 45, source: 'Phone' }
  const book = (caller: object, more: object, startAt = tenOClock) =>
    call('POST', '/api/bookings', {
      ...caller,
      body: {
        businessId: world.businessId,
        serviceId: world.serviceId,
        startTime: iso(startAt),
        customer: { name: 'Ada' },
        ...more,
      },
    })

  it('is said by its members, and by its keys that may manage bookings', async () => {
    const { key: managing } = await aKey(world, { scopes: ['bookings:write', 'bookings:manage'] })
    const { key: writing } = await aKey(world, { scopes: ['bookings:write'] })
    const { token: stranger } = await aPerson()
    const made = await book({ token: world.owner.token }, own)
    expect([made.status, made.body.price.amount, made.body.endTime, made.body.source]).toEqual([
      201,
      9900,
      iso(tenOClock + 45 * minutes),
      'Phone',
    ])
    expect((await book({ key: managing }, own, tenOClock + hours)).status).toBe(201)
    for (const caller of [{ key: writing }, { token: stranger }]) {
      for (const [name, value] of Object.entries(own)) {
        const { status, body } = await book(caller, { [name]: value }, tenOClock + 3 * hours)
        expect([name, status, body.code]).toEqual([name, 403, 'booking.not_yours_to_decide'])
      }
    }
    const { businessId, serviceId } = world
    const asPartner = await call('POST', '/api/integrations/partner/bookings', {
      key: writing,
      body: {
        businessId,
        serviceId,
        startTime: iso(tenOClock + 3 * hours),
        customer: { name: 'Ada' },
        ...own,
      },
    })
    expect([asPartner.status, asPartner.body.code]).toEqual([403, 'booking.not_yours_to_decide'])
  })

  it('is changed by them alone, too, and a longer booking takes its time through the lock', async () => {
    const owner = { token: world.owner.token }
    const { body } = await book(owner, {})
    await book(owner, {}, tenOClock + hours)
    const change = (caller: object, changes: object) =>
      call('PATCH', `/api/bookings/${body.id}`, { ...caller, body: changes })
    const changed = await change(owner, { ...own, durationMinutes: 60 })
    expect([changed.status, changed.body.price.amount, changed.body.endTime, changed.body.source]).toEqual([
      200,
      9900,
      iso(tenOClock + hours),
      'Phone',
    ])
    const tooLong = await change(owner, { durationMinutes: 61 })
    expect([tooLong.status, tooLong.body.code]).toEqual([409, 'booking.slot_taken'])
    const { key: writing } = await aKey(world, { scopes: ['bookings:write'] })
    for (const [name, value] of Object.entries(own)) {
      expect((await change({ key: writing }, { [name]: value })).status).toBe(403)
    }
    const foreign = await change(owner, { price: { amount: 1, currency: 'USD' } })
    expect([foreign.status, foreign.body.errors[0].field]).toEqual([422, 'price.currency'])
  })

  it('is not said of a hold, which is booked as it is', async () => {
    const { businessId, serviceId } = world
    const { body } = await call('POST', '/api/bookings/holds', {
      token: world.owner.token,
      body: { businessId, serviceId, startTime: iso(tenOClock) },
    })
    const { status, body: refused } = await book(
      { token: world.owner.token },
      { holdId: body.holdId, ...own },
    )
    expect([status, refused.errors.map(({ field }: { field: string }) => field)]).toEqual([
      422,
      Object.keys(own),
    ])
  })
})
