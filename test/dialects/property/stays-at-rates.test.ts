// What a reservation costs that names a rate, and when the rate is not sold to it.
import { beforeEach, describe, expect, it } from 'vitest'
import { counted } from '../../round-trips.ts'
import { aKey, aWorld, query, setClock } from '../../world.ts'
import { ask } from './ask.ts'

let key: string
let rateId: number
let roomId: number
let otherId: number
let typeId: number
beforeEach(async () => {
  setClock()
  key = (await aKey(await aWorld({ timeZone: 'Europe/Berlin', staff: 0 }))).key
  typeId = (await made('/room-types', { type: 'VILLA' })).roomTypeId
  rateId = (await made('/rates', { name: 'Flexible' })).rateId
  roomId = (await made('/rooms', { name: 'One', persons: 4, roomTypeId: typeId })).roomId
  otherId = (await made('/rooms', { name: 'Two', persons: 4, roomTypeId: typeId })).roomId
})

async function made(path: string, body: object) {
  const answer = await ask(key, 'POST', path, { body })
  expect([answer.status, answer.body.errors ?? answer.body.detail]).toEqual([201, undefined])
  return answer.body.data
}
const july = { from: '2031-07-01', to: '2031-07-31' }
async function priced(details: object = {}): Promise<void> {
  const prices = [{ roomId, rateId, ...july, basePrice: 100, ...details }]
  const { status, body } = await ask(key, 'POST', '/pricing', { body: { prices } })
  expect([status, body.errors]).toEqual([200, undefined])
}
const body = (details: object = {}) => ({
  type: 'SINGLE',
  arrival: '2031-07-04',
  departure: '2031-07-07',
  roomId,
  adults: 2,
  client: { name: 'Lovelace' },
  rateId,
  ...details,
})
const book = (details: object = {}) => ask(key, 'POST', '/reservations', { body: body(details) })
const booked = (details: object = {}) => made('/reservations', body(details))
const change = (id: number, changes: object) => ask(key, 'PATCH', `/reservations/${id}`, { body: changes })
async function changed(id: number, changes: object) {
  const answer = await change(id, changes)
  expect([answer.status, answer.body.errors]).toEqual([200, undefined])
  return answer.body.data
}
const refused = ({ status, body: { errors } }: Awaited<ReturnType<typeof book>>) => [
  status,
  Object.keys(errors ?? {}),
]

describe('a reservation that names a rate', () => {
  it('costs what its nights do, unless its price is said', async () => {
    await priced()
    await priced({ from: '2031-07-05', to: '2031-07-05', basePrice: 150.5 })
    expect((await booked({ pricePerRoom: 1 })).price).toBe(350.5)
    expect((await booked({ roomId: otherId, price: 99 })).price).toBe(99)
  })

  it('costs what so many persons pay, the children counted', async () => {
    await priced({ derivedPrices: [{ persons: 3, price: 130 }] })
    const { reservationId, price } = await booked({ children: 1 })
    expect(price).toBe(390)
    expect((await changed(reservationId, { children: 0 })).price).toBe(300)
  })

  it('costs what the type of its room does, and at a derived rate what that is derived to', async () => {
    await priced({ roomId: undefined, typeId })
    const saver = await made('/rates', {
      name: 'Saver',
      parentRateId: rateId,
      rateRelation: { percentage: -10 },
    })
    expect((await booked({ rateId: saver.rateId })).price).toBe(270)
  })

  it('costs each room of a group its own', async () => {
    await priced()
    await priced({ roomId: otherId, basePrice: 200 })
    const { groupId } = await booked({ type: 'GROUP', roomId: [roomId, otherId] })
    const { body: list } = await ask(key, 'GET', '/reservations', { query: { groupId } })
    expect(list.data.map(({ price }: { price: number }) => price)).toEqual([300, 600])
  })

  it('costs the sum of its parts as long as not all of its nights have a price, or in another currency', async () => {
    await priced({ to: '2031-07-05' })
    expect((await booked({ pricePerRoom: 80 })).price).toBe(80)
    await priced()
    expect((await booked({ roomId: otherId, currency: 'CHF', pricePerRoom: 70 })).price).toBe(70)
  })

  it('follows its nights, its room and its rate, and nothing else', async () => {
    await priced()
    await priced({ roomId: otherId, basePrice: 200 })
    const { reservationId } = await booked()
    await priced({ basePrice: 500 })
    expect((await changed(reservationId, { additionalInfo: 'Late' })).price).toBe(300)
    const said = {
      adults: 2,
      children: 0,
      currency: 'EUR',
      rateId,
      arrival: '2031-07-04',
      departure: '2031-07-07',
    }
    expect((await changed(reservationId, said)).price).toBe(300)
    expect((await changed(reservationId, { departure: '2031-07-06' })).price).toBe(1000)
    expect((await changed(reservationId, { roomId: otherId })).price).toBe(400)
    const dear = await made('/rates', {
      name: 'Dear',
      parentRateId: rateId,
      rateRelation: { additional: 50 },
    })
    expect((await changed(reservationId, { rateId: dear.rateId })).price).toBe(500)
    expect((await changed(reservationId, { rateId: null, pricePerRoom: 12 })).price).toBe(12)
    expect((await changed(reservationId, { rateId, price: 7 })).price).toBe(7)
    expect((await changed(reservationId, { departure: '2031-07-07' })).price).toBe(7)
  })

  it('keeps its price when its rate is gone', async () => {
    await priced()
    const { reservationId } = await booked({ registration: 'CHECKED_OUT' })
    setClock(Date.UTC(2031, 7, 1))
    expect((await ask(key, 'DELETE', `/rates/${rateId}`)).status).toBe(204)
    const { price, rateId: kept } = await changed(reservationId, { adults: 3 })
    expect([price, kept]).toEqual([300, rateId])
  })

  it('names one of the business, which is sold in its room', async () => {
    expect(refused(await book({ rateId: 1 }))).toEqual([422, ['rateId']])
    const strange = (await aKey(await aWorld())).key
    const theirs = await ask(strange, 'POST', '/rates', { body: { name: 'Theirs' } })
    expect(refused(await book({ rateId: theirs.body.data.rateId }))).toEqual([422, ['rateId']])
    const elsewhere = await made('/rates', { name: 'Elsewhere', rooms: [otherId], types: [] })
    expect(refused(await book({ rateId: elsewhere.rateId }))).toEqual([422, ['rateId']])
    const { reservationId } = await booked({ roomId: otherId, rateId: elsewhere.rateId })
    expect(refused(await change(reservationId, { roomId }))).toEqual([422, ['rateId']])
  })

  it('is what keeps the rate', async () => {
    const { reservationId } = await booked()
    const remove = () => ask(key, 'DELETE', `/rates/${rateId}`)
    expect((await remove()).status).toBe(409)
    await ask(key, 'DELETE', `/reservations/${reservationId}`)
    expect((await remove()).status).toBe(204)
  })
})

describe('restrictions', () => {
  const arrivalDay = { from: '2031-07-04', to: '2031-07-04' }

  it.each<[string, object, 'arrival' | 'departure']>([
    ['no arrival', { ...arrivalDay, restrictions: { availArrival: 0 } }, 'arrival'],
    ['a closed first night', { ...arrivalDay, restrictions: { closed: 1 } }, 'arrival'],
    [
      'a closed later night',
      { from: '2031-07-06', to: '2031-07-06', restrictions: { closed: 1 } },
      'departure',
    ],
    [
      'no departure',
      { from: '2031-07-07', to: '2031-07-07', restrictions: { availDeparture: 0 } },
      'departure',
    ],
    ['too few nights', { ...arrivalDay, restrictions: { minStay: 4 } }, 'departure'],
    ['too many nights', { ...arrivalDay, restrictions: { maxStay: 2 } }, 'departure'],
    // 3 March to 4 July are 123 days.
    ['too few days ahead', { ...arrivalDay, restrictions: { minAdvanceRes: 124 } }, 'arrival'],
    ['too many days ahead', { ...arrivalDay, restrictions: { maxAdvanceRes: 122 } }, 'arrival'],
  ])('refuse %s, and take no night', async (_, rule, field) => {
    await priced()
    await priced(rule)
    expect(refused(await book())).toEqual([422, [field]])
    expect(await query('select 1 from bookings where resourceId = ?', roomId)).toEqual([])
    expect((await booked({ rateId: null })).roomId).toBe(roomId)
  })

  it('count the days ahead on the clock of the property', async () => {
    await priced({ from: '2031-03-04', to: '2031-03-10', restrictions: { maxAdvanceRes: 0 } })
    const dates = { arrival: '2031-03-04', departure: '2031-03-05' }
    setClock(Date.UTC(2031, 2, 3, 22, 59))
    expect(refused(await book(dates))).toEqual([422, ['arrival']])
    setClock(Date.UTC(2031, 2, 3, 23))
    expect((await booked(dates)).price).toBe(100)
  })

  it('are asked again when the rate is named for other nights, and not when it is not named', async () => {
    await priced()
    await priced({ from: '2031-07-05', to: '2031-07-05', restrictions: { minStay: 7, closed: 0 } })
    const { reservationId } = await booked()
    const later = { arrival: '2031-07-05', departure: '2031-07-08' }
    expect(refused(await change(reservationId, { ...later, rateId }))).toEqual([422, ['departure']])
    expect((await changed(reservationId, { rateId, additionalInfo: 'As before' })).arrival).toBe('2031-07-04')
    expect((await changed(reservationId, later)).arrival).toBe('2031-07-05')
  })

  it('leave what is free free: availability counts stays and locks alone', async () => {
    await priced({ restrictions: { closed: 1 } })
    const { status, body: found } = await ask(key, 'GET', '/availability', {
      query: { roomId, from: '2031-07-04', to: '2031-07-04' },
    })
    expect([status, found.data[0].availability]).toEqual([200, [{ date: '2031-07-04', roomsToSell: 1 }]])
  })
})

it('a reservation at a rate takes no step more than one without', async () => {
  await priced()
  const steps = async (details: object) => {
    const { response, steps: taken } = await counted(
      new Request('https://slotkeeper.test/v1/public/reservations', {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body(details)),
      }),
    )
    expect(response.status).toBe(201)
    return taken
  }
  const plain = await steps({ rateId: null, roomId: otherId })
  expect(await steps({})).toBe(plain)
})
