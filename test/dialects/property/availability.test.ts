import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { takenOfRooms } from '#db/stays.ts'
import { placeStays } from '#domain/stays/place-stays.ts'
import { aHouse, book } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { contextOf, setClock } from '../../world.ts'
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
