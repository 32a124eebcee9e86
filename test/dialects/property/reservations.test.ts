import { beforeEach, describe, expect, it, vi } from 'vitest'
import { aHouse, aGuest, book, nightsOf } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { aKey, call, hours, monday, query, setClock } from '../../world.ts'
import { ask } from './ask.ts'

let house: House
beforeEach(async () => {
  setClock()
  house = await aHouse({ rooms: 3 })
})

const get = (id: number) => ask(house.key, 'GET', `/reservations/${id}`)
const patch = (id: number, body: object) => ask(house.key, 'PATCH', `/reservations/${id}`, { body })
const remove = (id: number, search = {}) => ask(house.key, 'DELETE', `/reservations/${id}`, { query: search })
const restore = (id: number, search = {}) =>
  ask(house.key, 'POST', `/reservations/${id}/restore`, { query: search })

async function made(arrival: string, departure: string, rest: object = {}) {
  const { status, body } = await book(house, arrival, departure, rest)
  expect([status, body.errors ?? body.detail]).toEqual([201, undefined])
  return body.data
}
async function listed(search: Record<string, string | number>): Promise<number[]> {
  const { status, body } = await ask(house.key, 'GET', '/reservations', { query: search })
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data.map(({ reservationId }: { reservationId: number }) => reservationId)
}

const all = {
  checkIn: '15:00',
  checkOut: '10:30',
  adults: 2,
  children: 2,
  kidsAge: [3, 11],
  registration: 'CHECKED_IN',
  doorCode: '4711#',
  sourceId: 4,
  additionalInfo: 'Late arrival',
  prepayment: 100.5,
  prepaymentDeadline: '2031-06-01',
  paymentStatus: 'PREPAYMENT_PAID',
  paymentType: 'CREDIT_CARD_PAYMENT',
  currency: 'CHF',
  meal: 'HB',
  adultsPortion: 2,
  childrenPortion: 1,
  additionalServices: [{ additionalServiceId: 7, status: 1, price: 12.5, quantity: 2 }],
  color: '#A1b2c3',
  price: 820.25,
  pricePerRoom: 700,
  pricePerMeal: 95.25,
  discount: 20.25,
  discountType: 1,
  rateId: null,
}

describe('a reservation', () => {
  it('is made of little, and the rest is plain', async () => {
    const { status, headers, body } = await book(house, '2031-07-04', '2031-07-11')
    const { reservationId } = body.data
    expect([status, headers.get('Location')]).toEqual([201, `/v1/public/reservations/${reservationId}`])
    expect(body).toEqual({
      data: {
        type: 'SINGLE',
        reservationId,
        reservationNo: String(reservationId),
        groupId: null,
        clientId: house.guestId,
        roomId: house.rooms[0],
        arrival: '2031-07-04',
        departure: '2031-07-11',
        checkIn: null,
        checkOut: null,
        adults: 1,
        children: 0,
        kidsAge: null,
        registration: 'NONE',
        doorCode: null,
        sourceId: 1,
        employeeId: null,
        additionalInfo: null,
        prepayment: null,
        prepaymentDeadline: null,
        paymentStatus: 'NO_PAYMENT',
        paymentType: 'NONE',
        currency: 'EUR',
        meal: 'OV',
        adultsPortion: null,
        childrenPortion: null,
        additionalServices: null,
        color: null,
        price: 0,
        pricePerRoom: null,
        pricePerMeal: null,
        discount: 0,
        discountType: 0,
        rateId: null,
        addDate: '2031-03-03T09:00:00+01:00',
        editDate: '2031-03-03T09:00:00+01:00',
      },
      meta: { ruid: headers.get('RUID') },
    })
    expect((await get(reservationId)).body.data).toEqual(body.data)
  })

  it('keeps every field as it was sent, when it is made and when it is changed', async () => {
    expect(await made('2031-07-04', '2031-07-11', all)).toMatchObject(all)
    const { reservationId } = await made('2031-08-04', '2031-08-11')
    vi.setSystemTime(monday + hours)
    const changed = await patch(reservationId, all)
    expect([changed.status, changed.body.data]).toEqual([200, expect.objectContaining(all)])
    expect(changed.body.data.editDate).toBe('2031-03-03T10:00:00+01:00')
    expect((await get(reservationId)).body.data).toEqual(changed.body.data)
    expect((await patch(reservationId, { doorCode: '1' })).body.data).toMatchObject({ ...all, doorCode: '1' })
  })

  it('takes back a whole answer as a change that changes nothing', async () => {
    const data = await made('2031-07-04', '2031-07-11', all)
    const { status, body } = await patch(data.reservationId, data)
    expect([status, body.data]).toEqual([200, data])
  })

  it('costs what its parts cost, where nobody says a price', async () => {
    const parts = {
      pricePerRoom: 700,
      pricePerMeal: 95.25,
      additionalServices: [
        { additionalServiceId: 7, status: 1, price: 12.5, quantity: 2 },
        { additionalServiceId: 8, status: 0, price: 50, quantity: 1 },
      ],
    }
    const { reservationId, price } = await made('2031-07-04', '2031-07-11', parts)
    expect(price).toBe(820.25)
    expect((await patch(reservationId, { pricePerRoom: 600 })).body.data.price).toBe(720.25)
    expect((await patch(reservationId, { price: 500 })).body.data.price).toBe(500)
    expect((await patch(reservationId, { pricePerRoom: 1 })).body.data.price).toBe(500)
  })

  it('may be noted of nights that are past', async () => {
    await made('2031-02-01', '2031-02-03')
    expect((await book(house, '2031-02-02', '2031-02-04')).status).toBe(409)
  })

  it('is for a guest who is new, and written down with it', async () => {
    const client = { name: 'Byron', forename: 'Ada', email: 'byron@example.com' }
    const { clientId } = await made('2031-07-04', '2031-07-11', { clientId: undefined, client })
    expect(await query('select name, forename, email from customers where id = ?', clientId)).toEqual([
      client,
    ])
    for (const [month, ignored] of Object.entries({
      '08': client,
      '09': { clientId: 5, name: null },
      '10': 'Ada',
    })) {
      const known = await made(`2031-${month}-04`, `2031-${month}-11`, { client: ignored })
      expect(known.clientId).toBe(house.guestId)
    }
    const nobody = await book(house, '2031-11-04', '2031-11-11', { clientId: undefined, client: {} })
    expect(nobody.body.errors).toEqual({ 'client.name': ['Name is required'] })
    expect(await query('select id from customers where businessId = ?', house.businessId)).toHaveLength(2)
  })

  it.each<[object, string]>([
    [{ departure: '2031-07-04' }, 'departure'],
    [{ departure: '2031-07-03' }, 'departure'],
    [{ departure: '2032-07-05' }, 'departure'],
    [{ adults: 0 }, 'adults'],
    [{ price: -1 }, 'price'],
    [{ roomId: 1 }, 'roomId'],
    [{ sourceId: 99 }, 'sourceId'],
    [{ clientId: 1 }, 'clientId'],
    [{ clientId: undefined }, 'clientId'],
    [{ children: 2, kidsAge: [3] }, 'kidsAge'],
    [{ checkIn: '24:00' }, 'checkIn'],
    [{ checkOut: '9:00' }, 'checkOut'],
    [{ currency: 'XYZ' }, 'currency'],
    [{ type: 'DOUBLE' }, 'type'],
    [{ discount: 100.5 }, 'discount'],
    [{ discount: 11, discountType: 1, price: 10 }, 'discount'],
    [{ arrival: '2031-02-30' }, 'arrival'],
    [{ roomId: [1, 2] }, 'roomId'],
    [{ groupId: 1 }, 'groupId'],
    [{ status: 'confirmed' }, 'status'],
    [{ rom: 1 }, 'rom'],
  ])('is not made with %j', async (wrong, field) => {
    const { status, body } = await book(house, '2031-07-04', '2031-07-11', wrong)
    expect([status, Object.keys(body.errors ?? {})]).toEqual([422, [field]])
    expect(await query('select id from bookings where businessId = ?', house.businessId)).toEqual([])
  })

  it('lasts a year at most, to the day', async () => {
    await made('2031-07-04', '2032-07-04')
  })

  it('names no guest, room or source of another business', async () => {
    const other = await aHouse()
    for (const foreign of [{ clientId: other.guestId }, { roomId: other.rooms[0] }]) {
      expect((await book(house, '2031-07-04', '2031-07-11', foreign)).status).toBe(422)
    }
    const { reservationId } = await made('2031-07-04', '2031-07-11')
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/restore'],
      ['GET', '/history'],
    ] as const) {
      expect((await ask(other.key, method, `/reservations/${reservationId}${path}`)).status).toBe(404)
    }
    const body = { additionalInfo: 'mine' }
    expect((await ask(other.key, 'PATCH', `/reservations/${reservationId}`, { body })).status).toBe(404)
    expect((await ask(other.key, 'GET', '/reservations')).body.data).toEqual([])
  })
})

describe('nights', () => {
  it('are half-open: who comes on the day that others leave finds the room free', async () => {
    await made('2031-07-15', '2031-07-17')
    await made('2031-07-17', '2031-07-19')
    await made('2031-07-13', '2031-07-15')
    for (const [arrival, departure] of [
      ['2031-07-16', '2031-07-18'],
      ['2031-07-14', '2031-07-16'],
      ['2031-07-01', '2031-07-31'],
    ] as const) {
      const { status, body } = await book(house, arrival, departure)
      expect([status, body.title]).toEqual([409, 'Conflict'])
    }
  })

  it('move with their reservation, which never stands in its own way', async () => {
    const { reservationId } = await made('2031-07-15', '2031-07-20')
    expect((await patch(reservationId, { departure: '2031-07-22' })).status).toBe(200)
    expect((await patch(reservationId, { arrival: '2031-07-16', departure: '2031-07-18' })).status).toBe(200)
    await made('2031-07-18', '2031-07-20')
    await made('2031-07-15', '2031-07-16')
    expect((await patch(reservationId, { departure: '2031-07-19' })).status).toBe(409)
    const moved = await patch(reservationId, { departure: '2031-07-19', roomId: house.rooms[1] })
    expect([moved.status, moved.body.data.roomId]).toEqual([200, house.rooms[1]])
    await made('2031-07-16', '2031-07-18')
    expect((await patch(reservationId, { departure: '2031-07-15' })).body.errors).toHaveProperty('departure')
  })
})

describe('a lock', () => {
  const lock = (rest = {}) =>
    book(house, '2031-07-04', '2031-07-11', { type: 'LOCK', clientId: undefined, ...rest })

  it('takes nights like a reservation, and nothing but a room, dates and a text', async () => {
    const { status, body } = await lock({ additionalInfo: 'Painters' })
    expect([status, body.data]).toMatchObject([
      201,
      { type: 'LOCK', clientId: null, additionalInfo: 'Painters' },
    ])
    expect((await book(house, '2031-07-10', '2031-07-12')).status).toBe(409)
    expect((await lock()).status).toBe(409)
    const { reservationId } = body.data
    expect((await patch(reservationId, { departure: '2031-07-10', additionalInfo: null })).status).toBe(200)
    await made('2031-07-10', '2031-07-12')
    expect((await patch(reservationId, { adults: 2 })).body.errors).toHaveProperty('adults')
    expect((await patch(reservationId, { type: 'SINGLE' })).body.errors).toHaveProperty('type')
  })

  it.each([
    ['adults', 2],
    ['price', 100],
    ['sourceId', 1],
    ['clientId', 1],
    ['client', { name: 'X' }],
    ['registration', 'NONE'],
    ['meal', 'BB'],
    ['doorCode', '1'],
  ])('takes no %s', async (field, value) => {
    const { status, body } = await lock({ [field]: value })
    expect([status, Object.keys(body.errors ?? {})]).toEqual([422, [field]])
  })

  it('shows on its room while it covers today', async () => {
    await book(house, '2031-03-03', '2031-03-04', { type: 'LOCK', clientId: undefined })
    const locked = async () =>
      (await ask(house.key, 'GET', '/rooms', { query: { isLocked: 1 } })).body.meta.totalItems
    expect(await locked()).toBe(1)
    vi.setSystemTime(Date.UTC(2031, 2, 3, 23))
    expect(await locked()).toBe(0)
  })
})

describe('registration', () => {
  it('goes from nothing over being there to being gone, and never back', async () => {
    const { reservationId } = await made('2031-07-04', '2031-07-11')
    const register = (registration: string) => patch(reservationId, { registration })
    expect((await register('CHECKED_IN')).body.data.registration).toBe('CHECKED_IN')
    expect((await register('NONE')).status).toBe(409)
    expect((await remove(reservationId)).status).toBe(409)
    expect((await register('CHECKED_OUT')).body.data.registration).toBe('CHECKED_OUT')
    expect((await register('CHECKED_IN')).status).toBe(409)
    expect((await remove(reservationId)).status).toBe(409)
    const told = await query('select type from events where subjectId = ? order by sequence', reservationId)
    expect(told.map(({ type }) => type)).toEqual([
      'booking.created',
      'booking.checked_in',
      'booking.completed',
    ])
  })

  it('may be over before anybody noted that it had begun', async () => {
    const { reservationId } = await made('2031-02-04', '2031-02-11')
    expect((await patch(reservationId, { registration: 'CHECKED_OUT' })).status).toBe(200)
  })
})

describe('a reservation that was deleted', () => {
  it('is gone, its nights are free, and only its history stays', async () => {
    const { reservationId } = await made('2031-07-04', '2031-07-11')
    expect((await restore(reservationId)).status).toBe(404)
    expect((await remove(reservationId)).status).toBe(204)
    expect((await get(reservationId)).status).toBe(404)
    expect((await patch(reservationId, { adults: 2 })).status).toBe(404)
    expect((await remove(reservationId)).status).toBe(404)
    expect(await listed({ includeLocks: 1 })).toEqual([])
    const { status, headers, body } = await ask(house.key, 'GET', `/reservations/${reservationId}/history`)
    expect([status, body.data.length, body.data[0]]).toEqual([
      200,
      2,
      {
        status: 'confirmed',
        registration: 'NONE',
        arrival: '2031-07-04',
        departure: '2031-07-11',
        roomId: house.rooms[0],
        at: '2031-03-03T09:00:00+01:00',
        by: { type: 'key', id: expect.any(Number) },
        ruid: expect.stringMatching(/^[\da-f-]{36}$/),
      },
    ])
    expect([body.data[1].status, body.meta]).toEqual(['cancelled', { ruid: headers.get('RUID') }])
    await made('2031-07-04', '2031-07-11')
  })

  it('comes back through the lock, or not when somebody else has the nights', async () => {
    const { reservationId } = await made('2031-07-04', '2031-07-11', all)
    await patch(reservationId, { registration: 'NONE' })
    const plain = await made('2031-08-04', '2031-08-11')
    await remove(plain.reservationId)
    const back = await restore(plain.reservationId)
    expect([back.status, back.body.data]).toEqual([200, plain])
    await remove(plain.reservationId)
    await made('2031-08-10', '2031-08-12')
    expect((await restore(plain.reservationId)).status).toBe(409)
  })
})

it('what was deleted does not come back to a room that is gone', async () => {
  const { reservationId } = await made('2031-07-04', '2031-07-11')
  await remove(reservationId)
  expect((await ask(house.key, 'DELETE', `/rooms/${house.rooms[0]}`)).status).toBe(204)
  const { status, body } = await restore(reservationId)
  expect([status, body.title, body.detail]).toEqual([409, 'Conflict', 'The room is not there any more'])
  expect(await listed({})).toEqual([])
})

describe('what may be null in an answer', () => {
  it('may be null in what is made and changed: it says nothing', async () => {
    const { reservationId, ...data } = await made('2031-07-04', '2031-07-11', {
      groupId: null,
      registration: null,
    })
    expect(data).toMatchObject({ groupId: null, registration: 'NONE' })
    await patch(reservationId, { registration: 'CHECKED_IN' })
    const { status, body } = await patch(reservationId, { registration: null, clientId: null })
    expect([status, body.data.registration, body.data.clientId]).toEqual([200, 'CHECKED_IN', house.guestId])
    const nobody = { type: 'LOCK', clientId: null, groupId: null, registration: null }
    expect((await book(house, '2031-08-04', '2031-08-11', nobody)).status).toBe(201)
    expect((await book(house, '2031-09-04', '2031-09-11', { clientId: null })).body.errors).toEqual({
      clientId: ['Client id is required'],
    })
  })
})

describe('a group', () => {
  const group = (roomId: number[], rest = {}) =>
    book(house, '2031-07-04', '2031-07-11', { type: 'GROUP', roomId, ...rest })

  it('takes all its rooms under one id, and is answered with the first', async () => {
    const { status, body } = await group(house.rooms, { doorCode: '1' })
    const { groupId, reservationId } = body.data
    expect([status, body.data]).toMatchObject([
      201,
      { type: 'GROUP', roomId: house.rooms[0], groupId: reservationId },
    ])
    const { body: found } = await ask(house.key, 'GET', '/reservations', { query: { groupId } })
    expect(found.data.map(({ roomId }: { roomId: number }) => roomId)).toEqual(house.rooms)
    expect(found.data.every(({ doorCode }: { doorCode: string }) => doorCode === '1')).toBe(true)
    expect((await remove(reservationId, { deleteAllGroup: 1 })).status).toBe(204)
    expect(await listed({ groupId })).toEqual([])
    expect((await group(house.rooms)).status).toBe(201)
  })

  it('takes nothing when one of its rooms is taken', async () => {
    await made('2031-07-10', '2031-07-12', { roomId: house.rooms[2] })
    expect((await group(house.rooms)).status).toBe(409)
    expect(await listed({})).toHaveLength(1)
    await made('2031-07-04', '2031-07-11', { roomId: house.rooms[0] })
    await made('2031-07-04', '2031-07-11', { roomId: house.rooms[1] })
  })

  it('is joined by what names it', async () => {
    const first = await group([house.rooms[0]])
    const { groupId } = first.body.data
    const second = await group([house.rooms[1]!], { groupId })
    expect([second.status, second.body.data.groupId]).toEqual([201, groupId])
    expect(await listed({ groupId })).toHaveLength(2)
    const other = await aHouse()
    expect((await book(other, '2031-07-04', '2031-07-11', { type: 'GROUP', groupId })).status).toBe(422)
  })

  it('names each room once', async () => {
    expect((await group([house.rooms[0], house.rooms[0]])).body.errors).toHaveProperty('roomId')
  })

  it('is not deleted as a whole once somebody of it has come', async () => {
    const { reservationId, groupId } = (await group(house.rooms)).body.data
    const [, second] = await listed({ groupId })
    await patch(second!, { registration: 'CHECKED_IN' })
    expect((await remove(reservationId, { deleteAllGroup: 1 })).status).toBe(409)
    expect(await listed({ groupId })).toHaveLength(3)
  })

  it('comes back as a whole where that is asked for, and otherwise one of its reservations alone', async () => {
    const { reservationId, groupId } = (await group(house.rooms)).body.data
    await remove(reservationId, { deleteAllGroup: 1 })
    expect((await restore(reservationId, { restoreAllGroup: 0 })).status).toBe(200)
    expect(await listed({ groupId })).toEqual([reservationId])
    expect((await restore(reservationId, { restoreAllGroup: 1 })).status).toBe(404)
    await remove(reservationId)
    const { status, body } = await restore(reservationId, { restoreAllGroup: 1 })
    expect([status, body.data.reservationId]).toEqual([200, reservationId])
    expect(await listed({ groupId })).toHaveLength(3)
    expect((await restore(reservationId, { all: 1 })).status).toBe(400)
    expect((await restore(reservationId, { restoreAllGroup: 'yes' })).status).toBe(422)
  })

  it('comes back with all of its rooms or with none of them', async () => {
    const { reservationId, groupId } = (await group(house.rooms)).body.data
    await remove(reservationId, { deleteAllGroup: 1 })
    const { reservationId: inTheWay } = await made('2031-07-10', '2031-07-12', { roomId: house.rooms[2] })
    expect((await restore(reservationId, { restoreAllGroup: 1 })).status).toBe(409)
    expect(await listed({ groupId })).toEqual([])
    await remove(inTheWay)
    expect((await restore(reservationId, { restoreAllGroup: 1 })).status).toBe(200)
    expect(await listed({ groupId })).toHaveLength(3)
  })

  it('loses one of its reservations alone', async () => {
    const { body } = await group(house.rooms)
    const { groupId, reservationId } = body.data
    await remove(reservationId)
    expect(await listed({ groupId })).toHaveLength(2)
  })
})

describe('the list of reservations', () => {
  let ids: number[]
  beforeEach(async () => {
    const guest = await aGuest(house)
    ids = []
    ids.push(
      (await made('2031-07-04', '2031-07-06', { sourceId: 2, paymentStatus: 'PAID_ALL' })).reservationId,
    )
    vi.setSystemTime(monday + 24 * hours)
    ids.push((await made('2031-07-01', '2031-07-04', { clientId: guest })).reservationId)
    ids.push((await made('2031-07-06', '2031-07-08', { roomId: house.rooms[1] })).reservationId)
    const lock = { type: 'LOCK', clientId: undefined, roomId: house.rooms[2] }
    ids.push((await made('2031-07-01', '2031-07-31', lock)).reservationId)
    vi.setSystemTime(monday + 48 * hours)
    await patch(ids[0]!, { doorCode: '1' })
  })

  it.each<[Record<string, string | number>, number[]]>([
    [{}, [0, 1, 2]],
    [{ includeLocks: 1 }, [0, 1, 2, 3]],
    [{ from: '2031-07-04' }, [0, 2]],
    [{ to: '2031-07-06' }, [0, 1]],
    [{ arrival: '2031-07-01' }, [1]],
    [{ departure: '2031-07-08' }, [2]],
    [{ addDate: '2031-03-03' }, [0]],
    [{ editDate: '2031-03-05' }, [0]],
    [{ lastEdit: monday / 1000 + 25 * 3600 }, [0]],
    [{ paymentStatus: 'PAID_ALL' }, [0]],
    [{ paymentStatus: 'NO_PAYMENT' }, [1, 2]],
    [{ sourceId: 2 }, [0]],
    [{ orderBy: 'arrival' }, [1, 0, 2]],
    [{ orderBy: 'departure', orderType: 'DESC' }, [2, 0, 1]],
    [{ orderBy: 'editDate' }, [1, 2, 0]],
    [{ orderBy: 'addDate', orderType: 'DESC' }, [2, 1, 0]],
    [{ limit: 1, page: 2 }, [1]],
  ])('is filtered and sorted by %j', async (search, expected) => {
    expect(await listed(search)).toEqual(expected.map((index) => ids[index]))
  })

  it('finds some by their ids, in both spellings, and those of a room', async () => {
    const { body } = await ask(
      house.key,
      'GET',
      `/reservations?reservationId[]=${ids[0]}&reservationId=${ids[2]}`,
    )
    expect(body.meta.totalItems).toBe(2)
    expect(await listed({ roomId: house.rooms[1]! })).toEqual([ids[2]])
  })

  it.each([
    [{ limit: 201 }, 422],
    [{ limit: 200, page: 51 }, 422],
    [{ page: 0 }, 422],
    [{ orderBy: 'x' }, 422],
    [{ from: '2031-7-4' }, 422],
    [{ colour: 'red' }, 400],
  ])('does not take %j', async (search, expected) => {
    const { status } = await ask(house.key, 'GET', '/reservations', {
      query: search as Record<string, string>,
    })
    expect(status).toBe(expected)
  })
})

describe('natively', () => {
  it('a stay is a booking of a room, and calling it off is deleting it', async () => {
    const { reservationId } = await made('2031-07-04', '2031-07-11')
    const { token } = house.owner
    const { status, body } = await call('GET', `/api/bookings/${reservationId}`, { token })
    expect([status, body]).toMatchObject([
      200,
      {
        kind: 'stay',
        serviceId: null,
        staffId: null,
        roomId: house.rooms[0],
        startTime: '2031-07-03T22:00:00.000Z',
        endTime: '2031-07-10T22:00:00.000Z',
        customer: { id: house.guestId },
      },
    ])
    expect((await call('POST', `/api/bookings/${reservationId}/cancel`, { token, body: {} })).status).toBe(
      200,
    )
    expect((await get(reservationId)).status).toBe(404)
    expect((await restore(reservationId)).status).toBe(200)
  })
})

describe('what a key may do', () => {
  it('with bookings:read and bookings:write is all there is to reservations', async () => {
    const { key } = await aKey(house, { scopes: ['bookings:read', 'bookings:write'] })
    const body = nightsOf(house, '2031-07-04', '2031-07-11')
    const { status, body: answer } = await ask(key, 'POST', '/reservations', { body })
    expect(status).toBe(201)
    const { reservationId } = answer.data
    expect((await ask(key, 'GET', `/reservations/${reservationId}`)).status).toBe(200)
    expect((await ask(key, 'DELETE', `/reservations/${reservationId}`)).status).toBe(204)
    expect((await ask(key, 'GET', '/rooms')).body.detail).toContain('rooms.read')
  })
})

describe('what a key may do with locks', () => {
  it('is for scopes of their own to say', async () => {
    const lock = nightsOf(house, '2031-07-04', '2031-07-11', { type: 'LOCK', clientId: undefined })
    const stay = nightsOf(house, '2031-08-04', '2031-08-11')
    const locksmith = (await aKey(house, { scopes: ['locks.create', 'locks.read', 'locks.delete'] })).key
    const desk = (await aKey(house, { scopes: ['reservations.create', 'reservations.read'] })).key
    expect((await ask(desk, 'POST', '/reservations', { body: lock })).body.detail).toContain('locks.create')
    const refused = await ask(locksmith, 'POST', '/reservations', { body: stay })
    expect([refused.status, refused.body.detail]).toEqual([
      403,
      'This key lacks the scope reservations.create',
    ])
    const { body } = await ask(locksmith, 'POST', '/reservations', { body: lock })
    const path = `/reservations/${body.data.reservationId}`
    expect((await ask(desk, 'GET', path)).status).toBe(403)
    expect((await ask(desk, 'GET', '/reservations', { query: { includeLocks: 1 } })).status).toBe(403)
    expect((await ask(desk, 'GET', '/reservations')).status).toBe(200)
    expect((await ask(locksmith, 'GET', '/reservations')).status).toBe(403)
    expect((await ask(locksmith, 'DELETE', path)).status).toBe(204)
  })
})

it('the same Idempotency-Key gets the same reservation', async () => {
  const headers = { 'Idempotency-Key': 'once' }
  const body = nightsOf(house, '2031-07-04', '2031-07-11')
  const first = await ask(house.key, 'POST', '/reservations', { body, headers })
  const second = await ask(house.key, 'POST', '/reservations', { body, headers })
  expect([second.status, second.text]).toEqual([201, first.text])
  expect(second.headers.get('RUID')).toBe(second.body.meta.ruid)
  expect(second.headers.get('Location')).toBe(first.headers.get('Location'))
})

it('a room in which somebody is or is to come is not taken away', async () => {
  const { reservationId } = await made('2031-07-04', '2031-07-11')
  const [roomId] = house.rooms
  expect((await ask(house.key, 'DELETE', `/rooms/${roomId}`)).status).toBe(409)
  vi.setSystemTime(Date.UTC(2031, 6, 12))
  expect((await ask(house.key, 'DELETE', `/rooms/${roomId}`)).status).toBe(204)
  expect((await get(reservationId)).body.data.roomId).toBe(roomId)
  expect((await book(house, '2032-07-04', '2032-07-11')).body.errors).toHaveProperty('roomId')
})
