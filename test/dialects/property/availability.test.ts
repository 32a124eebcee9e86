import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { takenOfRooms } from '#db/stays.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'
import { placeStays } from '#domain/stays/place-stays.ts'
import { aHouse, book } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { call, contextOf, setClock } from '../../world.ts'
import { ask } from './ask.ts'

let house: House
beforeEach(async () => {
  setClock()
  house = await aHouse({ rooms: 2 })
})

const find = (search: string) => ask(house.key, 'GET', `/availability?${search}`)
const span = 'from=2031-07-01&to=2031-07-04'
async function toSell(search: string) {
  const { status, body } = await find(search)
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data.map(({ availability }: { availability: { roomsToSell: number }[] }) =>
    availability.map(({ roomsToSell }) => roomsToSell),
  )
}

describe('the availability of rooms', () => {
  it('is told night by night, the day of departure being free', async () => {
    await book(house, '2031-07-02', '2031-07-04')
    const { status, headers, body } = await find(span)
    expect([status, body]).toEqual([
      200,
      {
        data: [
          {
            roomId: house.rooms[0],
            availability: [
              { date: '2031-07-01', roomsToSell: 1 },
              { date: '2031-07-02', roomsToSell: 0 },
              { date: '2031-07-03', roomsToSell: 0 },
              { date: '2031-07-04', roomsToSell: 1 },
            ],
          },
          { roomId: house.rooms[1], availability: expect.any(Array) },
        ],
        meta: { ruid: headers.get('RUID') },
      },
    ])
  })

  it('knows locks, what was given up, and what began long before', async () => {
    await book(house, '2031-01-02', '2031-07-03', { type: 'LOCK', clientId: undefined })
    const { body } = await book(house, '2031-07-03', '2031-07-05')
    await ask(house.key, 'DELETE', `/reservations/${body.data.reservationId}`)
    expect(await toSell(`${span}&roomId[]=${house.rooms[0]}`)).toEqual([[0, 0, 1, 1]])
  })

  it('of a type is how many of its rooms are free', async () => {
    const type = await ask(house.key, 'POST', '/room-types', { body: { type: 'DOUBLE_ROOM' } })
    const { roomTypeId } = type.body.data
    expect(await toSell(`${span}&typeId=${roomTypeId}`)).toEqual([[0, 0, 0, 0]])
    for (const roomId of house.rooms) {
      await ask(house.key, 'PATCH', `/rooms/${roomId}`, { body: { roomTypeId } })
    }
    await book(house, '2031-07-02', '2031-07-04')
    expect(await toSell(`${span}&typeId=${roomTypeId}`)).toEqual([[2, 1, 1, 2]])
    expect((await find(`${span}&typeId=${roomTypeId}`)).body.data[0].typeId).toBe(roomTypeId)
  })

  it.each([
    ['from=2031-07-01', 400, 'to'],
    [`${span}&rom=1`, 400, 'rom'],
    ['from=2031-07-01&to=2031-06-30', 422, 'to'],
    ['from=2031-07-01&to=2031-09-29', 422, 'to'],
    ['from=2031-07-01&to=soon', 422, 'to'],
    [`${span}&roomId=1`, 422, 'roomId'],
    [`${span}&typeId=1`, 422, 'typeId'],
  ])('is not told for %s', async (search, expected, field) => {
    const { status, body } = await find(search)
    expect([status, Object.keys(body.errors ?? {})]).toEqual([expected, [field]])
  })

  it('is told for 90 days', async () => {
    expect((await toSell('from=2031-07-01&to=2031-09-28&includeRates=1'))[0]).toHaveLength(90)
  })

  it('reads no more rows as history grows', async () => {
    const rowsRead = async () => {
      const now = Date.now()
      const { text, values } = takenOfRooms({
        businessId: house.businessId,
        fromAt: Date.UTC(2033, 6, 1),
        toAt: Date.UTC(2033, 8, 1),
        now,
      })
      const { meta } = await env.DB.prepare(text)
        .bind(...values)
        .all()
      return meta.rows_read
    }
    let before = 0
    for (let week = 0; week < 20; week++) {
      if (week === 2) before = await rowsRead()
      const arrival = new Date(Date.UTC(2031, 6, 1 + 7 * week)).toISOString().slice(0, 10)
      const departure = new Date(Date.UTC(2031, 6, 3 + 7 * week)).toISOString().slice(0, 10)
      await placeStays(contextOf(house.owner), {
        businessId: house.businessId,
        kind: 'stay',
        arrivalOn: arrival,
        departureOn: departure,
        roomIds: [house.rooms[0]],
        isGroup: false,
        customerId: house.guestId,
        contents: {},
      })
    }
    expect(await rowsRead()).toBe(before)
  })
})

describe('nights in which clocks change', () => {
  it.each([
    // In the night itself: an hour less, an hour more, half an hour less.
    ['Europe/Berlin', '2031-03-30', '2031-03-29T23:00:00.000Z', '2031-03-30T22:00:00.000Z'],
    ['America/New_York', '2031-11-02', '2031-11-02T04:00:00.000Z', '2031-11-03T05:00:00.000Z'],
    ['Australia/Lord_Howe', '2031-10-05', '2031-10-04T13:30:00.000Z', '2031-10-05T13:00:00.000Z'],
    // Midnight does not come: the day begins at one.
    ['Africa/Cairo', '2031-04-25', '2031-04-24T22:00:00.000Z', '2031-04-25T21:00:00.000Z'],
    ['America/Havana', '2031-03-09', '2031-03-09T05:00:00.000Z', '2031-03-10T04:00:00.000Z'],
    // Midnight comes twice, and the day begins at the first.
    ['America/Havana', '2031-11-02', '2031-11-02T04:00:00.000Z', '2031-11-03T05:00:00.000Z'],
  ])('in %s are sold as all others: %s', async (timeZone, day, startTime, endTime) => {
    house = await aHouse({ rooms: 3, timeZone })
    const [before, next, after] = [addDays(day, -1), addDays(day, 1), addDays(day, 2)]
    const [, two, three] = house.rooms
    const around = `from=${before}&to=${after}`
    const booked = async (arrival: string, departure: string, rest: object = {}) => {
      const { status, body } = await book(house, arrival, departure, rest)
      expect([status, body.errors]).toEqual([201, undefined])
      return body.data
    }
    const { reservationId } = await booked(day, next)
    await booked(before, day, { roomId: two })
    const long = await booked(before, after, { roomId: three })
    expect(await toSell(around)).toEqual([
      [1, 0, 1, 1],
      [0, 1, 1, 1],
      [0, 0, 0, 1],
    ])

    const natively = await call('GET', `/api/bookings/${reservationId}`, { token: house.owner.token })
    expect([natively.body.startTime, natively.body.endTime]).toEqual([startTime, endTime])

    // The nights beside it are free to the day, and no further.
    for (const [arrival, departure] of [
      [before, next],
      [day, after],
    ] as const) {
      expect((await book(house, arrival, departure)).status).toBe(409)
    }
    await booked(before, day)
    await booked(next, after)
    await booked(day, after, { roomId: two })
    expect(await toSell(around)).toEqual([
      [0, 0, 0, 1],
      [0, 0, 0, 1],
      [0, 0, 0, 1],
    ])

    // Three nights are three, however many hours; and a stay is told with the dates that it was given.
    const rate = await ask(house.key, 'POST', '/rates', { body: { name: 'Flexible' } })
    const { rateId } = rate.body.data
    const prices = [{ roomId: three, rateId, from: before, to: after, basePrice: 100 }]
    await ask(house.key, 'POST', '/pricing', { body: { prices } })
    const path = `/reservations/${long.reservationId}`
    const { body } = await ask(house.key, 'PATCH', path, { body: { rateId } })
    expect([body.data.arrival, body.data.departure, body.data.price]).toEqual([before, after, 300])
    const moved = await ask(house.key, 'PATCH', path, { body: { arrival: day } })
    expect([moved.body.data.arrival, moved.body.data.departure, moved.body.data.price]).toEqual([
      day,
      after,
      200,
    ])
    expect(await toSell(`${around}&roomId=${three}`)).toEqual([[1, 0, 0, 1]])
  })
})
