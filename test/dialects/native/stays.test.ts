// Nights as they are seen here: what the property dialect lets is in the same book.
import { beforeEach, describe, expect, it } from 'vitest'
import { ask } from '../property/ask.ts'
import { aHouse, book } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { aKey, call, days, hours, setClock, tokenOf } from '../../world.ts'
import type { Answer } from '../../world.ts'

/** Midnight in Berlin on the fourth of July 2031. */
const arrivalAt = Date.UTC(2031, 6, 3, 22)

let house: House
let stayId: number
let lockId: number
beforeEach(async () => {
  setClock()
  house = await aHouse({ rooms: 2 })
  stayId = (await book(house, '2031-07-04', '2031-07-11')).body.data.reservationId
  const lock = { type: 'LOCK', clientId: undefined, roomId: house.rooms[1] }
  lockId = (await book(house, '2031-07-04', '2031-07-11', lock)).body.data.reservationId
})

// Months pass between a booking and its day: each call is of somebody who has just signed in.
const as = async (method: string, path: string, body?: object): Promise<Answer> =>
  call(method, `/api/bookings/${path}`, { token: await tokenOf(house.owner.id), body })
const reservation = (id = stayId) => ask(house.key, 'GET', `/reservations/${id}`)
const night = {
  serviceId: null,
  staffId: null,
  startTime: '2031-07-03T22:00:00.000Z',
  endTime: '2031-07-10T22:00:00.000Z',
  timeZone: 'Europe/Berlin',
  status: 'confirmed',
}
const shownStay = () => ({
  ...night,
  id: stayId,
  kind: 'stay',
  roomId: house.rooms[0],
  customer: { id: house.guestId, name: 'Ana Novak', email: 'ana@example.com', phone: null },
})
const shownLock = () => ({
  ...night,
  id: lockId,
  kind: 'block',
  roomId: house.rooms[1],
  customer: { id: null, name: null, email: null, phone: null },
})

describe('a stay', () => {
  it('is shown with its room and its midnights, alone, in lists and to partners', async () => {
    const one = await as('GET', String(stayId))
    expect([one.status, one.body]).toEqual([200, expect.objectContaining(shownStay())])
    expect((await as('GET', String(lockId))).body).toMatchObject(shownLock())
    const list = await as('GET', `business/${house.businessId}`)
    const { key } = await aKey(house, { scopes: ['bookings:read'] })
    const partners = await call('GET', '/api/integrations/partner/bookings', { key })
    for (const { body } of [list, partners]) {
      expect(body).toMatchObject({ total: 2, bookings: [shownLock(), shownStay()] })
    }
    const { body } = await as('GET', `business/${house.businessId}?roomId=${house.rooms[0]}`)
    expect(body).toMatchObject({ total: 1, bookings: [shownStay()] })
    const history = await as('GET', `${stayId}/history`)
    expect(history.body.history).toMatchObject([
      { staffId: null, roomId: house.rooms[0], status: 'confirmed' },
    ])
  })

  it('is cancelled as by its own dialect: the nights are free, and it can be restored there', async () => {
    const cancelled = await as('POST', `${stayId}/cancel`, { reason: 'Snow' })
    expect([cancelled.status, cancelled.body.status, cancelled.body.kind]).toEqual([200, 'cancelled', 'stay'])
    expect((await reservation()).status).toBe(404)
    expect((await ask(house.key, 'DELETE', `/reservations/${stayId}`)).status).toBe(404)
    const other = await book(house, '2031-07-05', '2031-07-06')
    expect(other.status).toBe(201)
    const path = `/reservations/${stayId}/restore`
    expect((await ask(house.key, 'POST', path)).status).toBe(409)
    await as('POST', `${other.body.data.reservationId}/cancel`)
    expect((await ask(house.key, 'POST', path)).status).toBe(200)
    expect((await as('GET', String(stayId))).body.status).toBe('confirmed')

    await ask(house.key, 'DELETE', `/reservations/${lockId}`)
    expect((await as('GET', String(lockId))).body.status).toBe('cancelled')
    expect((await as('POST', `${lockId}/cancel`)).status).toBe(200)
  })

  it('is removed for good', async () => {
    expect((await as('DELETE', String(stayId))).status).toBe(204)
    expect((await as('GET', String(stayId))).status).toBe(404)
    expect((await reservation()).status).toBe(404)
    expect((await ask(house.key, 'POST', `/reservations/${stayId}/restore`)).status).toBe(404)
    expect((await book(house, '2031-07-04', '2031-07-11')).status).toBe(201)
  })

  it('takes notes and contact details, and is neither moved nor priced here', async () => {
    const noted = await as('PATCH', String(stayId), {
      notes: 'Late',
      customer: { phone: '+49 30 23125 012' },
    })
    expect([noted.status, noted.body]).toEqual([
      200,
      expect.objectContaining({ notes: 'Late', version: 2, roomId: house.rooms[0] }),
    ])
    expect((await reservation()).body.data).toMatchObject({ additionalInfo: 'Late', roomId: house.rooms[0] })
    for (const changes of [
      { startTime: '2031-07-05T10:00:00Z' },
      { roomId: house.rooms[1] },
      { staffId: 1 },
      { durationMinutes: 60 },
      { price: { amount: 100, currency: 'EUR' } },
    ]) {
      const { status, body } = await as('PATCH', String(stayId), changes)
      expect([changes, status, body.code]).toEqual([changes, 422, 'booking.not_movable'])
    }
    expect((await as('GET', String(stayId))).body).toMatchObject({ ...night, version: 2 })
  })

  it('goes through arrival and departure, and is not put into the midst of a move', async () => {
    const step = (status: string) => as('PATCH', `${stayId}/status`, { status })
    for (const [status, code] of [
      ['rescheduling', 'booking.not_movable'],
      ['confirmed', 'booking.invalid_transition'],
      ['completed', 'booking.not_started'],
      ['no_show', 'booking.not_started'],
      ['checked_in', 'booking.too_early'],
    ]) {
      expect([status, (await step(status!)).body.code]).toEqual([status, code])
    }
    setClock(arrivalAt + 15 * hours)
    expect((await step('checked_in')).status).toBe(200)
    expect((await reservation()).body.data.registration).toBe('CHECKED_IN')
    expect((await as('POST', `${stayId}/cancel`)).body.code).toBe('booking.invalid_transition')
    expect((await ask(house.key, 'DELETE', `/reservations/${stayId}`)).status).toBe(409)
    setClock(arrivalAt + 5 * days)
    expect((await step('completed')).status).toBe(200)
    expect((await reservation()).body.data.registration).toBe('CHECKED_OUT')
  })

  it('of a guest who does not come gives its nights back', async () => {
    setClock(arrivalAt + 20 * hours)
    expect((await as('PATCH', `${stayId}/status`, { status: 'no_show' })).status).toBe(200)
    expect((await reservation()).body.data.registration).toBe('NONE')
    expect((await book(house, '2031-07-05', '2031-07-11')).status).toBe(201)
  })
})

describe('a lock', () => {
  it('is noted on, and nobody comes to it', async () => {
    expect((await as('PATCH', String(lockId), { notes: 'Painters' })).status).toBe(200)
    expect((await reservation(lockId)).body.data.additionalInfo).toBe('Painters')
    for (const changes of [{ customer: { name: 'Ada' } }, { source: 'phone' }]) {
      const { status, body } = await as('PATCH', String(lockId), changes)
      expect([changes, status, body.code]).toEqual([changes, 422, 'request.validation_failed'])
    }
    setClock(arrivalAt + 15 * hours)
    for (const status of ['checked_in', 'completed', 'no_show', 'rescheduling']) {
      const answer = await as('PATCH', `${lockId}/status`, { status })
      expect([status, answer.status, answer.body.code]).toEqual([status, 409, 'booking.invalid_transition'])
    }
    expect((await as('PATCH', `${lockId}/status`, { status: 'cancelled' })).status).toBe(200)
    expect((await reservation(lockId)).status).toBe(404)
  })
})
