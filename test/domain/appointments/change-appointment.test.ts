import { beforeEach, describe, expect, it } from 'vitest'
import { changeAppointment } from '#domain/appointments/change-appointment.ts'
import type { AppointmentChange } from '#domain/appointments/change-appointment.ts'
import { createAppointment } from '#domain/appointments/create-appointment.ts'
import type { NewAppointment } from '#domain/appointments/create-appointment.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { removeBooking } from '#domain/bookings/remove-booking.ts'
import { createCoupon } from '#domain/coupons/create-coupon.ts'
import { newId } from '#domain/identifiers.ts'
import {
  aPerson,
  aService,
  aWorld,
  call,
  contextOf,
  hours,
  keyContextOf,
  minutes,
  monday,
  query,
  setClock,
  settled,
  whoHolds,
  write,
} from '../../world.ts'
import type { World } from '../../world.ts'

const tenOClock = monday + 2 * hours
let world: World

beforeEach(async () => {
  setClock()
  world = await aWorld({ staff: 2 })
})

const byKey = () => keyContextOf(world, ['bookings:write'])

async function enter(more: Partial<NewAppointment> = {}): Promise<Booking> {
  const { businessId, serviceId, staffIds } = world
  const made = await createAppointment(byKey(), {
    businessId,
    serviceId,
    resourceId: staffIds[0],
    startAt: tenOClock,
    ...more,
  })
  await settled()
  return made
}

async function change(id: number, changes: Omit<AppointmentChange, 'id'>): Promise<Booking> {
  const changed = await changeAppointment(byKey(), { ...changes, id })
  await settled()
  return changed
}

const eventsOf = async (id: number) =>
  (await query<{ type: string }>('select type from events where subjectId = ? order by sequence', id)).map(
    ({ type }) => type,
  )

describe('an appointment that the business changes by hand', () => {
  it('is changed in all that is named at once, and told of once', async () => {
    const { id } = await enter({ customFields: { one: 1 } })
    const changed = await change(id, {
      startAt: tenOClock + 67 * minutes,
      resourceId: world.staffIds[1],
      status: 'checked_in',
      notes: 'Late',
      customer: { name: 'Grace', phone: '+1 555 0100' },
      customFields: { two: 2 },
      priceMinor: 100,
      source: 'Phone',
      enteredBy: 7,
      reminder: { minutesBefore: 30 },
    })
    expect(changed).toMatchObject({
      startAt: tenOClock + 67 * minutes,
      endAt: tenOClock + 97 * minutes,
      resourceId: world.staffIds[1],
      status: 'checked_in',
      notes: 'Late',
      customerId: expect.any(Number),
      customerName: 'Grace',
      customFields: '{"two":2}',
      priceMinor: 100,
      source: 'Phone',
      enteredBy: 7,
      remindAt: tenOClock + 37 * minutes,
      version: 2,
    })
    expect(await eventsOf(id)).toEqual(['booking.created', 'booking.checked_in'])
    expect((await whoHolds(world)).lock).toEqual([])
    const { lock, database } = await whoHolds(world, world.staffIds[1])
    expect(lock).toEqual([[id, changed.startAt, changed.endAt]])
    expect(database).toEqual(lock)
  })

  it('stays as it was, whole, when the new slot is not to be had', async () => {
    const { id } = await enter()
    await enter({ startAt: tenOClock + hours })
    const wanted = { startAt: tenOClock + 50 * minutes, notes: 'Later', priceMinor: 1 }
    await expect(change(id, wanted)).rejects.toMatchObject({ code: 'booking.slot_taken' })
    const [row] = await query('select startAt, notes, priceMinor, version from bookings where id = ?', id)
    expect(row).toEqual({ startAt: tenOClock, notes: null, priceMinor: 4500, version: 1 })
  })

  it('that is named nothing new is not changed', async () => {
    const { id, version } = await enter({ notes: 'Same', source: 'Phone' })
    expect((await change(id, { notes: 'Same', status: 'confirmed', source: 'Phone' })).version).toBe(version)
    expect(await eventsOf(id)).toEqual(['booking.created'])
  })

  it('takes the steps that there are, whatever the hour, and no other', async () => {
    const { id } = await enter({ status: 'pending' })
    for (const status of ['confirmed', 'checked_in', 'completed'] as const) {
      expect((await change(id, { status })).status).toBe(status)
    }
    await expect(change(id, { status: 'confirmed' })).rejects.toMatchObject({
      code: 'booking.invalid_transition',
      from: 'completed',
      to: 'confirmed',
    })
    await expect(change(id, { status: 'cancelled' })).rejects.toMatchObject({
      from: 'completed',
      to: 'cancelled',
    })
  })

  it('comes back from being cancelled through the lock, at another time if it says so', async () => {
    const { id } = await enter()
    await change(id, { status: 'cancelled', reason: 'Rain' })
    expect((await whoHolds(world)).lock).toEqual([])
    const other = await enter()
    await expect(change(id, { status: 'confirmed' })).rejects.toMatchObject({ code: 'booking.slot_taken' })
    const back = await change(id, { status: 'confirmed', startAt: tenOClock + hours })
    expect([back.status, back.cancelReason]).toEqual(['confirmed', null])
    const { lock, database } = await whoHolds(world)
    expect(lock.map(([held]) => held)).toEqual([id, other.id].toSorted((one, two) => one - two))
    expect(database.map(([held]) => held)).toEqual(lock.map(([held]) => held))
    expect((await change(id, { status: 'cancelled' })).status).toBe('cancelled')
    await expect(change(id, { status: 'checked_in' })).rejects.toMatchObject({ from: 'cancelled' })
  })

  it('that keeps no slot is moved onto a taken one without harm', async () => {
    const { id } = await enter({ status: 'cancelled' })
    await enter({ startAt: tenOClock + hours })
    expect((await change(id, { startAt: tenOClock + hours })).startAt).toBe(tenOClock + hours)
  })

  it('that becomes shorter has freed the rest before its caller is answered', async () => {
    const { id } = await enter({ durationMinutes: 60 })
    let told = false
    const ctx = contextOf(world.owner, (ports) => {
      const settle: typeof ports.locks.settle = async (...input) => {
        await ports.locks.settle(...input)
        told = true
      }
      return { ...ports, locks: { ...ports.locks, settle } }
    })
    await changeAppointment(ctx, { id, durationMinutes: 30 })
    expect(told).toBe(true)
    await settled()
    await enter({ startAt: tenOClock + 30 * minutes })
  })

  it('comes from one new source, though many name it at once', async () => {
    const starts = [0, 1, 2].map((hour) => tenOClock + hour * hours)
    const ids: number[] = []
    for (const startAt of starts) ids.push((await enter({ startAt })).id)
    const after = await Promise.all(ids.map((id) => change(id, { source: 'leaflet' })))
    expect(new Set(after.map(({ sourceId }) => sourceId)).size).toBe(1)
  })

  it('gives its coupon back once, and of many who call it off at once the others are told that it has changed', async () => {
    const { businessId } = world
    const coupon = { businessId, code: 'ONCE', percentHundredths: 1000, maxUses: 1 }
    await createCoupon(contextOf(world.owner), coupon)
    const { id } = await enter({ couponCode: 'once' })
    const outcomes = await Promise.allSettled([
      removeBooking(contextOf(world.owner), { id }),
      change(id, { status: 'cancelled' }),
      change(id, { status: 'cancelled', startAt: tenOClock + hours }),
    ])
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason.code] : [],
    )
    expect(refusals).toEqual(['booking.changed', 'booking.changed'])
    expect(await query('select uses from coupons where businessId = ?', businessId)).toEqual([{ uses: 0 }])
    await enter({ couponCode: 'once' })
  })

  it('waits for the business until it begins, wherever it is moved to', async () => {
    const { id } = await enter({ status: 'pending' })
    expect((await change(id, { startAt: tenOClock + hours })).expiresAt).toBe(tenOClock + hours)
    const unpaid = await enter({ status: 'held' })
    expect((await change(unpaid.id, { status: 'awaiting_payment' })).expiresAt).toBeNull()
  })

  it('takes the length, the room around it and the price of another service', async () => {
    const other = newId(Date.now())
    await write(
      aService({
        id: other,
        businessId: world.businessId,
        durationMinutes: 60,
        bufferAfterMinutes: 10,
        priceMinor: 8000,
      }),
    )
    const { id } = await enter()
    const changed = await change(id, { serviceId: other })
    expect(changed).toMatchObject({
      serviceId: other,
      endAt: tenOClock + hours,
      blockedToAt: tenOClock + 70 * minutes,
      priceMinor: 8000,
    })
    const kept = await change(id, { serviceId: world.serviceId, priceMinor: 5, durationMinutes: 20 })
    expect(kept).toMatchObject({
      endAt: tenOClock + 20 * minutes,
      blockedToAt: tenOClock + 20 * minutes,
      priceMinor: 5,
    })
    const elsewhere = await aWorld()
    await expect(change(id, { serviceId: elsewhere.serviceId })).rejects.toMatchObject({
      code: 'service.not_found',
    })
  })

  it('is paid when its prepayment was, told once, and no more when that is taken back', async () => {
    const { id } = await enter({ prepaymentMinor: 4500, status: 'awaiting_payment' })
    const paid = await change(id, { prepaidAt: monday, status: 'confirmed' })
    expect([paid.paymentStatus, paid.paidMinor]).toEqual(['paid', 4500])
    await change(id, { notes: 'Thanks' })
    expect(await eventsOf(id)).toEqual([
      'booking.requested',
      'booking.created',
      'payment.completed',
      'booking.updated',
    ])
    const raised = await change(id, { priceMinor: 9000 })
    expect(raised.paymentStatus).toBe('partially_paid')
    const unpaid = await change(id, { prepaidAt: null })
    expect([unpaid.paymentStatus, unpaid.paidMinor]).toEqual(['unpaid', 0])
  })

  it('takes a coupon, or gives it back', async () => {
    const body = { businessId: world.businessId, code: 'SPRING', percent: 10, maxUses: 1 }
    const coupon = await call('POST', '/api/coupons', { token: world.owner.token, body })
    const uses = () => query('select uses from coupons where id = ?', coupon.body.id)
    const { id } = await enter()
    const cheaper = await change(id, { couponCode: 'spring', priceMinor: 2000 })
    expect([cheaper.couponCode, cheaper.discountMinor, await uses()]).toEqual(['SPRING', 200, [{ uses: 1 }]])
    expect((await change(id, { couponCode: 'SPRING', notes: 'Still' })).discountMinor).toBe(200)
    const other = await enter({ startAt: tenOClock + hours })
    await expect(change(other.id, { couponCode: 'SPRING' })).rejects.toMatchObject({ code: 'coupon.used_up' })
    const dearer = await change(id, { couponCode: null })
    expect([dearer.couponCode, dearer.discountMinor, await uses()]).toEqual([null, 0, [{ uses: 0 }]])
  })

  it('starts from the version that it names, and is of the business that changes it', async () => {
    const { id } = await enter()
    await expect(change(id, { ifVersion: 2, notes: 'No' })).rejects.toMatchObject({ code: 'booking.stale' })
    const foreign = keyContextOf(await aWorld(), ['bookings:write'])
    await expect(changeAppointment(foreign, { id, notes: 'No' })).rejects.toMatchObject({
      code: 'booking.not_found',
    })
    const ada = await aPerson()
    const { businessId, serviceId } = world
    const own = await call('POST', '/api/bookings', {
      token: ada.token,
      body: { businessId, serviceId, startTime: new Date(tenOClock + hours).toISOString() },
    })
    await expect(changeAppointment(contextOf(ada), { id: own.body.id, notes: 'No' })).rejects.toMatchObject({
      code: 'booking.not_yours_to_decide',
    })
  })
})
