// What a request costs in waiting, and that it costs the same however large the tables grow.
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '#domain/identifiers.ts'
import { countedUpTo } from '#domain/page.ts'
import { findNights } from '#domain/stays/find-nights.ts'
import { ask } from './dialects/property/ask.ts'
import type { Asked } from './dialects/property/ask.ts'
import { aHouse, book, nightsOf } from './domain/stays/house.ts'
import type { House } from './domain/stays/house.ts'
import { counted, countedVerb } from './round-trips.ts'
import type { Counted } from './round-trips.ts'
import { aKey, aPerson, aWorld, call, hours, iso, monday, query, setClock } from './world.ts'
import type { World } from './world.ts'

let world: World
let last: Counted

async function counting(method: string, path: string, body?: object) {
  const fetcher = async (request: Request) => {
    last = await counted(request)
    return last.response
  }
  const answer = await call(method, path, { token: world.owner.token, body, fetcher })
  return { answer, ...last }
}

const booking = (startAt: number) => ({
  businessId: world.businessId,
  serviceId: world.serviceId,
  staffId: world.staffIds[0],
  startTime: iso(startAt),
})
const tenOClock = monday + 2 * hours

beforeEach(() => setClock())

describe('the waits of a request', () => {
  beforeAll(async () => {
    setClock()
    world = await aWorld()
  })

  it('are none for health', async () => {
    expect((await counting('GET', '/health')).steps).toBe(0)
  })

  it('are one for a read', async () => {
    const { body } = await call('POST', '/api/bookings', {
      token: world.owner.token,
      body: booking(tenOClock),
    })
    const read = await counting('GET', `/api/bookings/${body.id}`)
    expect([read.answer.status, read.steps]).toEqual([200, 1])
    const list = await counting('GET', `/api/bookings/business/${world.businessId}?limit=5`)
    expect([list.answer.status, list.steps]).toEqual([200, 1])
    const week = `from=${iso(monday)}&to=${iso(monday + 7 * 24 * hours)}`
    const path = `/api/bookings/availability?businessId=${world.businessId}&serviceId=${world.serviceId}&${week}`
    const slots = await counting('GET', path)
    expect([slots.answer.status, slots.steps]).toEqual([200, 1])
  })

  it('are three for a booking and at most two for a refused one', async () => {
    await call('POST', '/api/bookings', { token: world.owner.token, body: booking(tenOClock + hours) })
    const sold = await counting('POST', '/api/bookings', booking(tenOClock + 2 * hours))
    expect([sold.answer.status, sold.steps]).toEqual([201, 3])
    const refused = await counting('POST', '/api/bookings', booking(tenOClock + 2 * hours))
    expect(refused.answer.status).toBe(409)
    expect(refused.steps).toBeLessThanOrEqual(2)
  })

  it('are three for a visit with one person, and one more for each other person', async () => {
    const of = ({ businessId, serviceId }: World, startAt: number, count: number) => ({
      businessId,
      services: Array.from({ length: count }, () => ({ serviceId })),
      startTime: iso(startAt),
    })
    const alone = await counting('POST', '/api/bookings/visits', of(world, tenOClock + 3 * hours, 3))
    expect([alone.answer.status, alone.steps]).toEqual([201, 3])
    const taken = await counting('POST', '/api/bookings/visits', of(world, tenOClock + 3 * hours, 3))
    expect(taken.answer.status).toBe(409)
    expect(taken.steps).toBeLessThanOrEqual(2)

    const path = `/api/bookings/visits/${alone.answer.body.id}`
    const read = await counting('GET', path)
    expect([read.answer.status, read.steps]).toEqual([200, 1])
    const moved = await counting('PATCH', path, { startTime: iso(tenOClock + 3 * hours + 30 * 60_000) })
    // Old slots are free for the next request: their lock is told before the answer.
    expect([moved.answer.status, moved.steps]).toEqual([200, 5])
    const cancelled = await counting('POST', `${path}/cancel`, {})
    expect([cancelled.answer.status, cancelled.steps]).toEqual([200, 3])

    const single = world
    world = await aWorld({ staff: 3, service: { bufferAfterMinutes: 10 } })
    const three = await counting('POST', '/api/bookings/visits', of(world, tenOClock, 3))
    const people = three.answer.body.bookings.map(({ staffId }: { staffId: number }) => staffId)
    expect([three.answer.status, new Set(people).size, three.steps]).toEqual([201, 2, 4])
    const week = `from=${iso(monday)}&to=${iso(monday + 7 * 24 * hours)}`
    const found = await counting(
      'GET',
      `/api/bookings/visits/availability?businessId=${world.businessId}&serviceIds=${world.serviceId},${world.serviceId}&${week}`,
    )
    expect([found.answer.status, found.steps]).toEqual([200, 1])
    world = single
  })
})

describe('the waits of a request with a key in its body', () => {
  beforeAll(async () => {
    setClock()
    world = await aWorld()
  })

  it('are one for a record, and one more than elsewhere for a new one, whose clock must be known first', async () => {
    const asking = async (method: string, fields: object) => {
      const { key } = await aKey(world)
      // From the second call on the key is known, and counted beside what is read.
      await call('POST', '/api2/get-record', { body: { rk: key, id: 1 } })
      vi.setSystemTime(Date.now() + 5_000)
      return counting('POST', `/api2/${method}`, { ...fields, rk: key })
    }
    const place = { branch_id: world.branchId, cooperator_id: world.staffIds[0], service_id: world.serviceId }
    const made = await asking('create-record', { ...place, status: 0, record: '2031-03-04 10:00' })
    expect([made.answer.body.message, made.steps]).toEqual(['Success', 4])
    const { id } = made.answer.body.data
    const read = await asking('get-record', { id })
    expect([read.answer.body.message, read.steps]).toEqual(['Success', 1])
    const schedule = await asking('get-schedule', place)
    expect([schedule.answer.body.message, schedule.steps]).toEqual(['Success', 1])
    const changed = await asking('update-record', { id, comment: 'x' })
    expect([changed.answer.body.message, changed.steps]).toEqual(['Success', 3])
  })
})

describe('the waits of a request for nights', () => {
  let house: House
  const asking = async (method: string, path: string, options: Asked = {}) => {
    const fetcher = async (request: Request) => {
      last = await counted(request)
      return last.response
    }
    const answer = await ask(house.key, method, path, { ...options, fetcher })
    return [answer.status, last.steps]
  }
  const nights = (arrival: string, departure: string, rest = {}) => ({
    body: nightsOf(house, arrival, departure, rest),
  })

  it('are one for a read, three for a booking, and no more than natively for all else', async () => {
    house = await aHouse({ rooms: 3 })
    // From the second call on the key is known, and counted beside what is read.
    const { body } = await book(house, '2031-07-04', '2031-07-11')
    const path = `/reservations/${body.data.reservationId}`
    for (const read of [path, '/reservations', '/rooms', '/sources', `${path}/history`]) {
      expect([read, await asking('GET', read)]).toEqual([read, [200, 1]])
    }
    const query = { from: '2031-07-01', to: '2031-09-28' }
    expect(await asking('GET', '/availability', { query })).toEqual([200, 1])
    expect(await asking('POST', '/reservations', nights('2031-08-04', '2031-08-11'))).toEqual([201, 3])
    expect(await asking('POST', '/reservations', nights('2031-08-04', '2031-08-11'))).toEqual([409, 2])
    expect(await asking('PATCH', path, { body: { doorCode: '1' } })).toEqual([200, 2])
    expect((await asking('PATCH', path, { body: { departure: '2031-07-12' } }))[1]).toBeLessThanOrEqual(4)
    expect((await asking('DELETE', path))[1]).toBeLessThanOrEqual(3)
    // Each of its rooms is claimed after the one before.
    const group = nights('2031-09-04', '2031-09-11', { type: 'GROUP', roomId: house.rooms })
    expect(await asking('POST', '/reservations', group)).toEqual([201, 5])
  })
})

describe('the rows that a request reads', () => {
  /** Many finished and standing bookings of the same staff member, long ago and far ahead. */
  async function crowd(count: number): Promise<void> {
    await query(
      `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?4)
       insert into bookings
         (id, businessId, branchId, kind, serviceId, resourceId, startAt, endAt, blockedFromAt, blockedToAt, units,
          capacity, timeZone, status, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields, cardToken, version,
          createdAt, updatedAt)
       select ?4 * 10 + i, ?1, (select id from branches where businessId = ?1), 'appointment', ?2, ?3, start, start + 1800000,
         start, start + 1800000, 1, 1, 'UTC', case i % 2 when 0 then 'confirmed' else 'completed' end, 'unpaid', 0, 'EUR',
         0, 0, '{}', hex(randomblob(11)), 1, 0, 0
       from (select i, ?5 + (case i % 4 < 2 when 1 then 5 + i else -5 - i end) * 21600000 as start from n)`,
      world.businessId,
      world.serviceId,
      world.staffIds[0],
      count,
      monday,
    )
  }

  async function costs(): Promise<Record<string, number>> {
    const { businessId, serviceId } = world
    const day = `from=${iso(monday)}&to=${iso(monday + 24 * hours)}`
    const made = await counting('POST', '/api/bookings', booking(tenOClock))
    expect(made.answer.status).toBe(201)
    const { id } = made.answer.body
    const requests: Record<string, [string, string, object?]> = {
      read: ['GET', `/api/bookings/${id}`],
      history: ['GET', `/api/bookings/${id}/history`],
      availability: [
        'GET',
        `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}&${day}`,
      ],
      'a page': ['GET', `/api/bookings/business/${businessId}?limit=5&${day}`],
      'a page of one staff member': [
        'GET',
        `/api/bookings/business/${businessId}?staffId=${world.staffIds[0]}&${day}`,
      ],
      'own bookings': ['GET', '/api/bookings/my-bookings?limit=5'],
      refused: ['POST', '/api/bookings', booking(tenOClock)],
      moved: ['PATCH', `/api/bookings/${id}`, { startTime: iso(tenOClock + hours) }],
      cancelled: ['POST', `/api/bookings/${id}/cancel`, {}],
    }
    const found: Record<string, number> = { booked: made.rowsRead }
    for (const [name, [method, path, body]] of Object.entries(requests))
      found[name] = (await counting(method, path, body)).rowsRead
    return found
  }

  it('are the same with ten bookings and with a hundred thousand', async () => {
    world = await aWorld()
    await crowd(10)
    const few = await costs()
    world = await aWorld()
    await crowd(100_000)
    expect(await costs()).toEqual(few)
  }, 120_000)

  it('are those of a page for a stranger, too, who is told and waits the same however much a business has to do', async () => {
    const seen = async (count: number, active: number) => {
      world = await aWorld({ staff: count })
      await crowd(count * (active ? 100 : 200))
      await query('update businesses set active = ? where id = ?', active, world.businessId)
      const stranger = await aPerson()
      const lists = (businessId: number) => [
        `/api/bookings/business/${businessId}?limit=100`,
        ...(active ? [] : [`/api/services/business/${businessId}`]),
        ...(active ? [] : [`/api/staff/business/${businessId}`]),
      ]
      // Those of a business that there is, and of one that there is not.
      return [world.businessId, 1].map((businessId) =>
        Promise.all(
          lists(businessId).map(async (path) => {
            let found: Counted | undefined
            const fetcher = async (request: Request) => {
              found = await counted(request)
              return found.response
            }
            const { status, body } = await call('GET', path, { token: stranger.token, fetcher })
            // What is counted at most, and the page: each in an index and in the table.
            expect(found?.rowsRead).toBeLessThanOrEqual(countedUpTo + 2 * 101)
            return [status, body.code, body.error, found?.steps]
          }),
        ),
      )
    }
    for (const active of [1, 0]) {
      const [few = [], none = []] = await Promise.all(await seen(1, active))
      expect(few).toEqual(few.map(() => [404, 'business.not_found', expect.any(String), 1]))
      expect(none).toEqual(few)
      expect(await Promise.all(await seen(20, active))).toEqual([few, few])
    }
  })
})

describe('a year of fifty rooms', () => {
  /** Stays of the year before in all rooms, each of three nights: never checked out, called off, or gone home. */
  async function past(house: House, count: number): Promise<void> {
    const day = 24 * hours
    const rows = Array.from({ length: count }, (_, index) => {
      const turn = Math.floor(index / house.rooms.length)
      const startAt = Date.UTC(2031, 5, 15) - turn * 5 * day
      const [arrivalOn, departureOn] = [startAt, startAt + 3 * day].map((at) => iso(at).slice(0, 10))
      const status = ['confirmed', 'cancelled', 'completed'][turn % 3]
      const roomId = house.rooms[index % house.rooms.length]
      return { id: newId(Date.now()), roomId, startAt, arrivalOn, departureOn, status }
    })
    const values = [house.businessId, JSON.stringify(rows)]
    await query(
      `insert into bookings
         (id, businessId, branchId, kind, resourceId, startAt, endAt, blockedFromAt, blockedToAt, units, capacity,
          timeZone, status, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields, cardToken,
          version, createdAt, updatedAt)
       select value ->> 'id', ?1, (select id from branches where businessId = ?1), 'stay', value ->> 'roomId',
         value ->> 'startAt', (value ->> 'startAt') + 259200000, value ->> 'startAt',
         (value ->> 'startAt') + 259200000, 1, 1, 'UTC', value ->> 'status', 'unpaid', 0, 'EUR', 0, 0, '{}',
         hex(randomblob(11)), 1, 0, 0
       from json_each(?2)`,
      ...values,
    )
    await query(
      `insert into stays (bookingId, businessId, arrivalOn, departureOn, adults, children, meal, details)
       select value ->> 'id', ?1, value ->> 'arrivalOn', value ->> 'departureOn', 1, 0, 'none', '{}' from json_each(?2)`,
      ...values,
    )
  }

  async function aYear(stays: number) {
    const house = await aHouse({ rooms: 50, timeZone: 'UTC' })
    await past(house, stays)
    // What began long before and lasts is seen, all the same.
    const lasting = { type: 'LOCK', clientId: undefined, roomId: house.rooms[7] }
    expect((await book(house, '2031-06-21', '2031-07-11', lasting)).status).toBe(201)
    const wanted = { businessId: house.businessId, fromOn: '2031-07-01', toOn: '2032-06-29' }
    const { result, steps, trips, rowsRead } = await countedVerb(house.owner, (ctx) =>
      findNights(ctx, wanted),
    )
    expect([result.length, result[0]?.nights.length, steps, trips]).toEqual([50, 365, 1, ['D1']])
    const sold = result.map(({ nights }) => nights.filter(({ roomsToSell }) => roomsToSell === 0).length)
    expect(sold).toEqual(house.rooms.map((_, index) => (index === 7 ? 10 : 0)))
    return rowsRead
  }

  it('waits once, and reads as many rows after one stay in each as after three thousand', async () => {
    const few = await aYear(50)
    expect(await aYear(3000)).toBe(few)
  }, 60_000)
})
