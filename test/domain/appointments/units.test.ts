// Several seats of a class in one booking.
import { beforeEach, describe, expect, it } from 'vitest'
import {
  aPerson,
  aWorld,
  call,
  contextOf,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  settled,
} from '../../world.ts'
import { restoreBooking } from '#domain/bookings/restore-booking.ts'
import type { World } from '../../world.ts'

const tenOClock = monday + 2 * hours
let turn = 0
beforeEach(() => setClock(monday + turn++ * minutes))

const aClass = (more: object = {}) =>
  aWorld({ service: { capacity: 6, priceMinor: 1000, bufferAfterMinutes: 10, ...more } })

async function book({ businessId, serviceId, owner }: World, body: object = {}) {
  return call('POST', '/api/bookings', {
    token: owner.token,
    body: { businessId, serviceId, startTime: iso(tenOClock), ...body },
  })
}

async function seatsLeft({ businessId, serviceId }: World, units?: number): Promise<number> {
  const named = units === undefined ? '' : `&units=${units}`
  const range = `&from=${iso(tenOClock)}&to=${iso(tenOClock + minutes)}`
  const { body } = await call(
    'GET',
    `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}${range}${named}`,
  )
  return body.slots[0]?.available ?? 0
}

const patch = ({ owner }: World, id: number, body: object) =>
  call('PATCH', `/api/bookings/${id}`, { token: owner.token, body })

describe('several seats in one booking', () => {
  it('are taken together, cost each what one does, and leave the rest to others', async () => {
    const world = await aClass()
    const booked = await book(world, { units: 4 })
    expect(booked.status).toBe(201)
    expect(booked.body).toMatchObject({ units: 4, price: { amount: 4000 } })
    expect(await seatsLeft(world)).toBe(2)
    expect(await seatsLeft(world, 2)).toBe(2)
    expect(await seatsLeft(world, 3)).toBe(0)
    expect((await book(world, { units: 3 })).body.code).toBe('booking.slot_taken')
    expect((await book(world, { units: 2 })).status).toBe(201)
    expect((await book(world)).body.code).toBe('booking.slot_taken')
    const [event] = await query<{ data: string }>(
      'select data from events where subjectId = ?',
      booked.body.id,
    )
    expect(JSON.parse(event!.data)).toMatchObject({ units: 4 })
  })

  it('are refused where there are not so many at all, whatever is free', async () => {
    const world = await aClass()
    const refused = await book(world, { units: 7 })
    expect([refused.status, refused.body.code]).toEqual([422, 'booking.too_many_units'])
    expect(refused.body.errors).toEqual([{ field: 'units', message: 'Maximum 6' }])
    const one = await aWorld()
    expect((await book(one, { units: 2 })).body.code).toBe('booking.too_many_units')
    expect((await book(one, { units: 0 })).status).toBe(422)
    const { businessId, serviceId } = one
    const range = `&from=${iso(tenOClock)}&to=${iso(tenOClock + hours)}&units=2`
    const url = `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}${range}`
    expect((await call('GET', url)).body.code).toBe('booking.too_many_units')
  })

  it('become more and fewer at the price they have, and never more than there are', async () => {
    const world = await aClass()
    const { body: mine } = await book(world, { units: 2 })
    await book(world, { units: 2 })
    await query('update services set priceMinor = 9000 where id = ?', world.serviceId)
    const more = await patch(world, mine.id, { units: 4 })
    expect(more.body).toMatchObject({ units: 4, price: { amount: 4000 }, version: 2 })
    expect(await seatsLeft(world)).toBe(0)
    expect((await patch(world, mine.id, { units: 5 })).body.code).toBe('booking.slot_taken')
    expect((await patch(world, mine.id, { units: 7 })).body.code).toBe('booking.too_many_units')
    const fewer = await patch(world, mine.id, { units: 1 })
    expect(fewer.body).toMatchObject({ units: 1, price: { amount: 1000 } })
    expect(await seatsLeft(world)).toBe(3)
    expect((await book(world, { units: 3 })).status).toBe(201)
  })

  it('move together, or stay where they are', async () => {
    const world = await aClass()
    const { body: mine } = await book(world, { units: 4 })
    const later = iso(tenOClock + 2 * hours)
    const { body: other } = await book(world, { units: 3, startTime: later })
    expect((await patch(world, mine.id, { startTime: later })).body.code).toBe('booking.slot_taken')
    expect((await patch(world, mine.id, { startTime: later, units: 3 })).status).toBe(200)
    expect((await patch(world, other.id, { startTime: iso(tenOClock) })).status).toBe(200)
  })

  it('are held, and booked as they were held', async () => {
    const world = await aClass({ prepaymentMinor: 500 })
    const ada = await aPerson()
    const { businessId, serviceId } = world
    const slot = { businessId, serviceId, startTime: iso(tenOClock) }
    const held = await call('POST', '/api/bookings/holds', { token: ada.token, body: { ...slot, units: 3 } })
    expect(held.body).toMatchObject({ units: 3, price: { amount: 3000 } })
    const { holdId } = held.body
    const confirm = (units?: number) =>
      call('POST', '/api/bookings', { token: ada.token, body: { ...slot, holdId, units } })
    expect((await confirm(2)).body.code).toBe('hold.mismatch')
    const booked = await confirm()
    expect(booked.body).toMatchObject({ units: 3, price: { amount: 3000 }, status: 'awaiting_payment' })
    const [row] = await query<{ prepaymentMinor: number }>(
      'select prepaymentMinor from bookings where id = ?',
      holdId,
    )
    expect(row).toEqual({ prepaymentMinor: 1500 })
  })

  it('ask the business again where it approves, as soon as they are more', async () => {
    const world = await aClass({ confirmation: 'approval' })
    const ada = await aPerson()
    const { businessId, serviceId } = world
    const body = { businessId, serviceId, startTime: iso(tenOClock), units: 2 }
    const { body: booked } = await call('POST', '/api/bookings', { token: ada.token, body })
    const status = { token: world.owner.token, body: { status: 'confirmed' } }
    await call('PATCH', `/api/bookings/${booked.id}/status`, status)
    const asCustomer = (units: number) =>
      call('PATCH', `/api/bookings/${booked.id}`, { token: ada.token, body: { units } })
    expect((await asCustomer(1)).body).toMatchObject({ units: 1, status: 'confirmed' })
    expect((await asCustomer(3)).body).toMatchObject({ units: 3, status: 'pending' })
  })
})

describe('a class whose number of places changes', () => {
  it('has the new ones at once, and those who are there keep theirs', async () => {
    const world = await aClass()
    const { body: six } = await book(world, { units: 6 })
    const change = (capacity: number) =>
      call('PATCH', `/api/services/${world.serviceId}`, { token: world.owner.token, body: { capacity } })
    await change(8)
    expect(await seatsLeft(world)).toBe(2)
    const { body: two } = await book(world, { units: 2 })
    await change(4)
    expect((await book(world)).status).toBe(409)
    const step = (id: number, status: string) =>
      call('PATCH', `/api/bookings/${id}/status`, { token: world.owner.token, body: { status } })
    // Neither is a newcomer in what they have.
    expect((await step(six.id, 'rescheduling')).status).toBe(200)
    expect((await step(six.id, 'confirmed')).status).toBe(200)
    expect((await step(two.id, 'checked_in')).status).toBe(200)
    expect((await patch(world, two.id, { notes: 'Two friends' })).status).toBe(200)
    expect((await patch(world, six.id, { units: 5 })).status).toBe(200)
  })

  it('lets a hold be booked, also where it has become smaller', async () => {
    const world = await aClass()
    const ada = await aPerson()
    const { businessId, serviceId } = world
    const slot = { businessId, serviceId, startTime: iso(tenOClock) }
    const held = await call('POST', '/api/bookings/holds', { token: ada.token, body: { ...slot, units: 2 } })
    await book(world, { units: 4 })
    await query('update services set capacity = 9 where id = ?', serviceId)
    expect((await book(world, { units: 3 })).status).toBe(201)
    await settled()
    const booked = await call('POST', '/api/bookings', {
      token: ada.token,
      body: { ...slot, holdId: held.body.holdId },
    })
    expect(booked.status).toBe(201)
  })

  it('takes nobody back into what others have since', async () => {
    const world = await aClass()
    const { body: gone } = await book(world, { units: 2 })
    await call('POST', `/api/bookings/${gone.id}/cancel`, { token: world.owner.token, body: {} })
    await book(world, { units: 5 })
    await expect(restoreBooking(contextOf(world.owner), { id: gone.id })).rejects.toMatchObject({
      code: 'booking.slot_taken',
    })
  })
})
