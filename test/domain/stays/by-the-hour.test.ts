// A room that is let by the hour and by the night: one calendar, whichever way it is asked for.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { updateBooking } from '#domain/appointments/update-booking.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import type { Context } from '#domain/context.ts'
import { ask } from '../../dialects/property/ask.ts'
import { ask as askRubitime } from '../../dialects/rubitime/ask.ts'
import { aMinuteLater, dyingAt, expectAgreement } from '../../mortal.ts'
import { aWebhook, PostOffice } from '../../post-office.ts'
import { counted } from '../../round-trips.ts'
import type { Counted } from '../../round-trips.ts'
import { aPerson, aWorld, call, contextOf, hours, query, setClock, settled } from '../../world.ts'
import type { Answer } from '../../world.ts'
import { aHouse, book, someRooms } from './house.ts'
import type { House } from './house.ts'

interface Spa extends House {
  saunaId: number
}

const open = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, start: '09:00', end: '22:00' }))
/** The fourth of July 2031, by the clocks of Berlin. */
const at = (hour: number, day = 4) => Date.UTC(2031, 6, day, hour - 2)
const iso = (instant: number) => new Date(instant).toISOString()

/** A guest house whose first rooms are let by the hour, too. */
async function aSpa({ rooms = 2, saunas = 1 } = {}): Promise<Spa> {
  const house = await aHouse({ rooms })
  const roomIds = house.rooms.slice(0, saunas)
  for (const roomId of roomIds) {
    const path = `/api/rooms/${roomId}/schedule`
    const answer = await call('PUT', path, { token: house.owner.token, body: { weekly: open } })
    expect([answer.text, answer.status]).toEqual([answer.text, 200])
  }
  const { body, status, text } = await call('POST', '/api/services', {
    token: house.owner.token,
    body: {
      businessId: house.businessId,
      name: 'Sauna',
      durationMinutes: 60,
      bufferAfterMinutes: 30,
      slotIntervalMinutes: 30,
      price: { amount: 4000, currency: 'EUR' },
      roomIds,
    },
  })
  expect([text, status]).toEqual([text, 201])
  return { ...house, saunaId: body.id }
}

const customer = { name: 'Grace Hopper', email: 'grace@example.com' }
const hourOf = ({ businessId, saunaId }: Spa, startAt: number, rest: object = {}) => ({
  businessId,
  serviceId: saunaId,
  startTime: iso(startAt),
  customer,
  ...rest,
})
const take = (spa: Spa, startAt: number, rest: object = {}): Promise<Answer> =>
  call('POST', '/api/bookings', { token: spa.owner.token, body: hourOf(spa, startAt, rest) })

async function freeStarts({ businessId, saunaId }: Spa, day = 4): Promise<[string, unknown, unknown][]> {
  const span = `from=${iso(at(0, day))}&to=${iso(at(24, day))}`
  const path = `/api/bookings/availability?businessId=${businessId}&serviceId=${saunaId}&${span}`
  const { body } = await call('GET', path)
  return body.slots.map(
    ({ startTime, roomIds, staffIds }: { startTime: string; roomIds: unknown; staffIds: unknown }) => [
      startTime,
      roomIds,
      staffIds,
    ],
  )
}

/** Which nights from the third to the fifth are for sale of the first room. */
async function nightsToSell({ key, rooms: [roomId] }: Spa): Promise<number[]> {
  const span = { roomId, from: '2031-07-03', to: '2031-07-05' }
  const { body } = await ask(key, 'GET', '/availability', { query: span })
  return body.data[0].availability.map(({ roomsToSell }: { roomsToSell: number }) => roomsToSell)
}

let spa: Spa
let roomId: number
beforeEach(async () => {
  setClock()
  spa = await aSpa()
  roomId = spa.rooms[0]
})

describe('an hour in a room', () => {
  it('is offered within the hours of the room, and booked with it, or with any that is free', async () => {
    const starts = await freeStarts(spa)
    expect(starts.map(([start]) => start)).toEqual(
      Array.from({ length: 25 }, (_, index) => iso(at(9) + (index * hours) / 2)),
    )
    expect(starts[0]).toEqual([iso(at(9)), [roomId], []])

    const named = await take(spa, at(9), { roomId })
    expect(named.body).toMatchObject({
      kind: 'appointment',
      serviceId: spa.saunaId,
      staffId: null,
      roomId,
      startTime: iso(at(9)),
      endTime: iso(at(10)),
      timeZone: 'Europe/Berlin',
      price: { amount: 4000, currency: 'EUR' },
    })
    const unnamed = await take(spa, at(11))
    expect([unnamed.status, unnamed.body.roomId, unnamed.body.staffId]).toEqual([201, roomId, null])
    const again = await take(spa, at(11), { roomId })
    expect([again.status, again.body.code]).toEqual([409, 'booking.slot_taken'])
    // With the buffers of both, nothing begins between 08:00 and 12:30.
    expect((await freeStarts(spa))[0]?.[0]).toBe(iso(at(12) + hours / 2))
  })

  it('is shared out among all rooms that are let for it', async () => {
    const two = await aSpa({ saunas: 2 })
    const found = [await take(two, at(9)), await take(two, at(9)), await take(two, at(9))]
    expect(found.map(({ status }) => status)).toEqual([201, 201, 409])
    expect(new Set(found.slice(0, 2).map(({ body }) => body.roomId))).toEqual(new Set(two.rooms))
  })

  it('is only to be had in a room that is let for it, by the word for rooms', async () => {
    const other = await take(spa, at(9), { roomId: spa.rooms[1] })
    expect([other.status, other.body.code]).toEqual([409, 'room.not_performing'])
    const asStaff = await take(spa, at(9), { staffId: roomId })
    expect([asStaff.status, asStaff.body.code]).toEqual([404, 'staff.not_found'])
    const strange = await take(spa, at(9), { roomId: (await aHouse()).rooms[0] })
    expect([strange.status, strange.body.code]).toEqual([404, 'room.not_found'])
    const both = await take(spa, at(9), { roomId, staffId: 5 })
    expect([both.status, both.body.errors[0].field]).toEqual([422, 'roomId'])
  })

  it('is not to be had as long as the room has no hours', async () => {
    const body = { roomIds: [spa.rooms[1]] }
    await call('PATCH', `/api/services/${spa.saunaId}`, { token: spa.owner.token, body })
    expect(await freeStarts(spa)).toEqual([])
    const why = await call(
      'GET',
      `/api/bookings/availability/explain?businessId=${spa.businessId}&serviceId=${spa.saunaId}&startTime=${iso(at(9))}`,
    )
    expect(why.body).toMatchObject({ available: false, staff: [] })
    expect(why.body.rooms).toEqual([
      { roomId: spa.rooms[1], available: false, reason: 'no_hours', message: expect.any(String) },
    ])
  })

  it('is held, booked, moved, cancelled and listed as one with a staff member', async () => {
    const { token } = await aPerson('Ada')
    const held = await call('POST', '/api/bookings/holds', {
      token,
      body: { ...hourOf(spa, at(9)), customer: undefined },
    })
    expect([held.status, held.body.roomId, held.body.staffId]).toEqual([201, roomId, null])
    expect((await book(spa, '2031-07-04', '2031-07-05')).status).toBe(409)
    const { holdId } = held.body
    const booked = await call('POST', '/api/bookings', {
      token,
      body: { ...hourOf(spa, at(9), { holdId }), customer: undefined },
    })
    expect([booked.status, booked.body.id, booked.body.roomId]).toEqual([201, holdId, roomId])

    const path = `/api/bookings/${holdId}`
    const moved = await call('PATCH', path, { token, body: { startTime: iso(at(15)) } })
    expect([moved.status, moved.body.roomId, moved.body.startTime]).toEqual([200, roomId, iso(at(15))])
    const elsewhere = await call('PATCH', path, { token, body: { roomId: spa.rooms[1] } })
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'room.not_performing'])
    const history = await call('GET', `${path}/history`, { token })
    expect(
      history.body.history.map((entry: { staffId: unknown; roomId: unknown }) => [
        entry.staffId,
        entry.roomId,
      ]),
    ).toEqual([
      [null, roomId],
      [null, roomId],
      [null, roomId],
    ])
    const list = await call('GET', `/api/bookings/business/${spa.businessId}?roomId=${roomId}`, {
      token: spa.owner.token,
    })
    expect(list.body.bookings).toMatchObject([{ id: holdId, roomId, staffId: null }])

    const cancelled = await call('POST', `${path}/cancel`, { token, body: {} })
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled'])
    expect((await book(spa, '2031-07-04', '2031-07-05')).status).toBe(201)
  })

  it('moves from a staff member to a room and back where both perform the service', async () => {
    const staff = await call('POST', '/api/staff', {
      token: spa.owner.token,
      body: {
        businessId: spa.businessId,
        name: 'Mara',
        schedule: { weekly: open },
        serviceIds: [spa.saunaId],
      },
    })
    const staffId = staff.body.id
    const { body } = await take(spa, at(9), { staffId })
    expect([body.staffId, body.roomId]).toEqual([staffId, null])
    const path = `/api/bookings/${body.id}`
    const inRoom = await call('PATCH', path, { token: spa.owner.token, body: { roomId } })
    expect([inRoom.body.staffId, inRoom.body.roomId]).toEqual([null, roomId])
    const back = await call('PATCH', path, { token: spa.owner.token, body: { staffId } })
    expect([back.body.staffId, back.body.roomId]).toEqual([staffId, null])
    expect((await freeStarts(spa))[0]).toEqual([iso(at(9)), [roomId], []])
  })
})

describe('the card of an hour in a room', () => {
  it('names the room as a room, and moves it to other hours of it', async () => {
    const { body } = await take(spa, at(9))
    const { pathname } = new URL(body.cardUrl)
    const english = { headers: { 'Accept-Language': 'en' } }
    const card = await call('GET', pathname, english)
    expect(card.text).toContain('<dt>Room</dt><dd>Room 1</dd>')
    const move = await call('GET', `${pathname}/move?from=2031-07-04`, english)
    expect([move.status, move.text.includes('12:30')]).toEqual([200, true])
    const calendar = await call('GET', `${pathname}/booking.ics`, english)
    expect(calendar.text).toContain('DESCRIPTION:Room: Room 1')
  })
})

describe('an hour and a night in one room', () => {
  it('exclude each other also where several can come at the same hour', async () => {
    await call('PATCH', `/api/services/${spa.saunaId}`, { token: spa.owner.token, body: { capacity: 3 } })
    const answers = [
      await take(spa, at(9)),
      await take(spa, at(9)),
      await take(spa, at(9)),
      await take(spa, at(9)),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 409])
    expect((await book(spa, '2031-07-04', '2031-07-05')).status).toBe(409)
    expect((await book(spa, '2031-07-06', '2031-07-07')).status).toBe(201)
    expect((await take(spa, at(9, 6))).body.code).toBe('booking.slot_taken')
  })

  it('exclude each other, whichever comes first, and no longer than they stand', async () => {
    expect(await nightsToSell(spa)).toEqual([1, 1, 1])
    const hour = await take(spa, at(20))
    expect(await nightsToSell(spa)).toEqual([1, 0, 1])
    for (const [arrival, departure, status] of [
      ['2031-07-04', '2031-07-05', 409],
      ['2031-07-01', '2031-07-08', 409],
      // A stay ends with the midnight of its departure, and begins with that of its arrival.
      ['2031-07-03', '2031-07-04', 201],
      ['2031-07-05', '2031-07-06', 201],
    ] as const) {
      const answer = await book(spa, arrival, departure)
      expect([arrival, departure, answer.status]).toEqual([arrival, departure, status])
    }
    await call('POST', `/api/bookings/${hour.body.id}/cancel`, { token: spa.owner.token, body: {} })
    expect(await nightsToSell(spa)).toEqual([0, 1, 0])
    const night = await book(spa, '2031-07-04', '2031-07-05')
    expect(night.status).toBe(201)

    expect(await freeStarts(spa)).toEqual([])
    expect((await take(spa, at(20))).status).toBe(409)
    const gone = `/reservations/${night.body.data.reservationId}`
    expect((await ask(spa.key, 'DELETE', gone)).status).toBe(204)
    expect(await freeStarts(spa)).toHaveLength(25)
    expect((await take(spa, at(20))).status).toBe(201)
    expect((await ask(spa.key, 'POST', `${gone}/restore`)).status).toBe(409)
  })

  it('are kept apart by a lock and by a long stay, too', async () => {
    const lock = await book(spa, '2031-06-20', '2031-07-05', { type: 'LOCK', clientId: undefined })
    expect(lock.status).toBe(201)
    expect(await freeStarts(spa)).toEqual([])
    expect(await freeStarts(spa, 5)).toHaveLength(25)
    expect((await take(spa, at(9))).body.code).toBe('booking.slot_taken')
  })

  it('touch with a buffer that goes past midnight', async () => {
    const weekly = open.map((each) => ({ ...each, end: '24:00' }))
    await call('PUT', `/api/rooms/${roomId}/schedule`, { token: spa.owner.token, body: { weekly } })
    expect((await take(spa, at(23))).status).toBe(201)
    expect(await nightsToSell(spa)).toEqual([1, 0, 0])
    expect((await book(spa, '2031-07-05', '2031-07-06')).status).toBe(409)
  })

  it('of twenty who ask at once, half for the one and half for the other, are sold to one', async () => {
    for (let round = 0; round < 3; round++) {
      const house = await aSpa({ rooms: 1 })
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          index % 2 === round % 2 ? take(house, at(10)) : book(house, '2031-07-03', '2031-07-06'),
        ),
      )
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
      expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)])
      const standing = await query(
        `select id from bookings where resourceId = ? and status = 'confirmed'`,
        house.rooms[0],
      )
      expect(standing).toHaveLength(1)
    }
  })
})

describe('who else is told of an hour in a room', () => {
  it('are native and rubitime clients, as of an appointment, and nobody by the night', async () => {
    const office = new PostOffice()
    const [native, rubitime, property] = await Promise.all(
      (['native', 'rubitime', 'property'] as const).map((format) => aWebhook(spa, { format })),
    )
    const { body } = await take(spa, at(9))
    const events = await query<{ id: number }>('select id from events where businessId = ?', spa.businessId)
    office.announced.push(...events.map(({ id }) => id))
    await office.deliver()
    const heard = ({ url }: { url: string }) =>
      office.received.filter((received) => received.url === url).map((received) => received.body)
    expect(heard(native!)).toMatchObject([{ data: { id: body.id, roomId, staffId: null } }])
    const record = { id: body.id, cooperator_id: null, cooperator_title: null, service_id: spa.saunaId }
    expect(heard(rubitime!)).toMatchObject([{ event: 'event-create-record', data: record }])
    expect(heard(property!)).toEqual([])

    const read = await askRubitime(spa.key, 'get-record', { id: body.id })
    expect(read.body.data).toMatchObject(record)
    setClock(Date.now() + 10_000)
    const { comment: _, ...shown } = read.body.data
    const written = await askRubitime(spa.key, 'update-record', {
      id: shown.id,
      cooperator_id: shown.cooperator_id,
      record: '2031-07-04 15:00:00',
    })
    expect(written.body.data).toMatchObject({ ...record, record: '2031-07-04 15:00:00' })
    expect((await call('GET', `/api/bookings/${body.id}`, { token: spa.owner.token })).body).toMatchObject({
      roomId,
      staffId: null,
      startTime: iso(at(15)),
    })
    for (const [path, status] of [
      [`/reservations/${body.id}`, 404],
      [`/reservations/${body.id}/history`, 404],
    ] as const) {
      expect([path, (await ask(spa.key, 'GET', path)).status]).toEqual([path, status])
    }
    const reservations = await ask(spa.key, 'GET', '/reservations', { query: { includeLocks: 1 } })
    expect(reservations.body.data).toEqual([])
  })
})

describe('a room with an hour to come', () => {
  it('is not taken away, and is let by nobody once it was', async () => {
    const { body } = await take(spa, at(9))
    const path = `/rooms/${roomId}`
    expect((await ask(spa.key, 'DELETE', path)).status).toBe(409)
    await call('POST', `/api/bookings/${body.id}/cancel`, { token: spa.owner.token, body: {} })
    expect((await ask(spa.key, 'DELETE', path)).status).toBe(204)
    const services = await call('GET', `/api/services/business/${spa.businessId}`)
    const sauna = services.body.services.find(({ id }: { id: number }) => id === spa.saunaId)
    expect([sauna.performedBy, sauna.staffIds, sauna.roomIds]).toEqual(['assigned', [], []])
    expect(await freeStarts(spa)).toEqual([])
    // What took place there is still told.
    const told = await call('GET', `/api/bookings/${body.id}`, { token: spa.owner.token })
    expect(told.body.roomId).toBe(roomId)
  })
})

describe('the waits for an hour in a room', () => {
  it('are those of every booking', async () => {
    let last: Counted | undefined
    const fetcher = async (request: Request) => {
      last = await counted(request)
      return last.response
    }
    await take(spa, at(9))
    const { token } = spa.owner
    const sold = await call('POST', '/api/bookings', { token, body: hourOf(spa, at(11)), fetcher })
    expect([sold.status, last?.steps]).toEqual([201, 3])
    const refused = await call('POST', '/api/bookings', { token, body: hourOf(spa, at(11)), fetcher })
    expect([refused.status, last?.steps]).toEqual([409, 1])
    const path = `/api/bookings/availability?businessId=${spa.businessId}&serviceId=${spa.saunaId}`
    const found = await call('GET', `${path}&from=${iso(at(0))}&to=${iso(at(24))}`, { token, fetcher })
    expect([found.status, last?.steps]).toEqual([200, 1])
  })
})

describe('the rows that a search among staff reads', () => {
  it('are no more in a house of many rooms', async () => {
    const world = await aWorld({ staff: 3 })
    const span = `from=${iso(at(0))}&to=${iso(at(24))}`
    const path = `/api/bookings/availability?businessId=${world.businessId}&serviceId=${world.serviceId}&${span}`
    const rowsRead = async () => {
      let last: Counted | undefined
      const fetcher = async (request: Request) => {
        last = await counted(request)
        return last.response
      }
      const { status } = await call('GET', path, { fetcher })
      return [status, last?.rowsRead]
    }
    const without = await rowsRead()
    await someRooms(world, 50)
    expect(await rowsRead()).toEqual([200, without[1]])
  })
})

const bookHour = (ctx: Context, { businessId, saunaId }: Spa): Promise<Booking> =>
  createBooking(ctx, { businessId, serviceId: saunaId, startAt: at(10), customer })
const scenes: Record<string, (ctx: Context, spa: Spa, id: number) => Promise<unknown>> = {
  'booking it': (ctx, house) => bookHour(ctx, house),
  'moving it': (ctx, _, id) => updateBooking(ctx, { id, startAt: at(14) }),
  'cancelling it': (ctx, _, id) => cancelBooking(ctx, { id }),
}

describe.each(Object.entries(scenes))('a death while %s', (name, verb) => {
  it('leaves a room of which lock and database say the same, and which the next one gets', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    let deaths = 0
    for (let wait = 1; ; wait++) {
      setClock()
      const house = await aSpa({ rooms: 1 })
      const { id } = name === 'booking it' ? { id: 0 } : await bookHour(contextOf(house.owner), house)
      await settled()
      if (!(await dyingAt(wait, house.owner, (ctx) => verb(ctx, house, id)))) break
      deaths += 1
      await aMinuteLater(house, house.rooms)
      await expectAgreement(house, house.rooms)
      const [standing] = await query<{ count: number }>(
        `select count(*) as count from bookings where resourceId = ? and status = 'confirmed'`,
        house.rooms[0],
      )
      const night = await book(house, '2031-07-04', '2031-07-05')
      expect([wait, night.status]).toEqual([wait, standing!.count === 0 ? 201 : 409])
    }
    expect(deaths).toBeGreaterThanOrEqual(4)
  })
})
