// Two who change the same thing at the same time: each is served or refused as if one had come first, and nothing stands half.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask } from '../../dialects/property/ask.ts'
import type { Answer } from '../../world.ts'
import { call, minutes, monday, query, setClock, settled, whoHolds } from '../../world.ts'
import { aHouse, book } from './house.ts'
import type { House } from './house.ts'

const rounds = [0, 1]
let tests = 0
let houses: House[] = []
beforeEach(() => {
  setClock(monday + ++tests * minutes)
  houses = []
})

const house = async (options: Parameters<typeof aHouse>[0] = {}) => {
  const made = await aHouse(options)
  houses.push(made)
  return made
}
const idOf = ({ body }: Answer): number => body.data.reservationId
const statuses = (answers: Answer[]) => answers.map(({ status }) => status)

/** Both at once, either first; answered in the order in which they stand here. */
async function both(
  round: number,
  one: () => Promise<Answer>,
  other: () => Promise<Answer>,
): Promise<[Answer, Answer]> {
  if (round % 2) return Promise.all([one(), other()])
  const [second, first] = await Promise.all([other(), one()])
  return [first, second]
}

// Whatever came of it: the locks know what stands, and every state that a booking came to was told once.
afterEach(async () => {
  await settled()
  for (const each of houses) {
    for (const roomId of each.rooms) {
      const { lock, database } = await whoHolds(each, roomId)
      expect(lock).toEqual(database)
    }
    const [counts] = await query(
      `select (select count(*) from bookingHistory where businessId = ?1) as steps,
         (select count(*) from events where businessId = ?1 and subject = 'booking') as told`,
      each.businessId,
    )
    expect(counts!.told).toBe(counts!.steps)
  }
})

describe('at once', () => {
  it.each(rounds)('two who want each other’s room both keep their own: %i', async (round) => {
    const here = await house({ rooms: 2 })
    const [one, other] = [
      idOf(await book(here, '2031-07-04', '2031-07-11')),
      idOf(await book(here, '2031-07-05', '2031-07-09', { roomId: here.rooms[1] })),
    ]
    const move = (id: number, roomId?: number) =>
      ask(here.key, 'PATCH', `/reservations/${id}`, { body: { roomId } })
    const answers = await both(
      round,
      () => move(one, here.rooms[1]),
      () => move(other, here.rooms[0]),
    )
    expect(statuses(answers)).toEqual([409, 409])
  })

  it.each(rounds)('two who move into the same room: one of them does: %i', async (round) => {
    const here = await house({ rooms: 3 })
    const [one, other] = [
      idOf(await book(here, '2031-07-04', '2031-07-11')),
      idOf(await book(here, '2031-07-05', '2031-07-09', { roomId: here.rooms[1] })),
    ]
    const move = (id: number) =>
      ask(here.key, 'PATCH', `/reservations/${id}`, { body: { roomId: here.rooms[2] } })
    const answers = await both(
      round,
      () => move(one),
      () => move(other),
    )
    expect(statuses(answers).toSorted((one, other) => one - other)).toEqual([200, 409])
  })

  it.each(rounds)('what was called off comes back once: %i', async (round) => {
    const here = await house()
    const id = idOf(await book(here, '2031-07-04', '2031-07-11'))
    await ask(here.key, 'DELETE', `/reservations/${id}`)
    const restore = () => ask(here.key, 'POST', `/reservations/${id}/restore`)
    const answers = await both(round, restore, restore)
    expect(statuses(answers).filter((status) => status === 200)).toHaveLength(1)
    expect(statuses(answers).filter((status) => status === 404 || status === 409)).toHaveLength(1)
  })

  it.each(rounds)('two that were called off and want the same nights: one comes back: %i', async (round) => {
    const here = await house()
    const one = idOf(await book(here, '2031-07-04', '2031-07-11'))
    await ask(here.key, 'DELETE', `/reservations/${one}`)
    const other = idOf(await book(here, '2031-07-06', '2031-07-20'))
    await ask(here.key, 'DELETE', `/reservations/${other}`)
    const restore = (id: number) => ask(here.key, 'POST', `/reservations/${id}/restore`)
    const answers = await both(
      round,
      () => restore(one),
      () => restore(other),
    )
    expect(statuses(answers).toSorted((one, other) => one - other)).toEqual([200, 409])
  })

  it.each(rounds)('who comes is not called off: %i', async (round) => {
    const here = await house()
    const path = `/reservations/${idOf(await book(here, '2031-03-03', '2031-03-11'))}`
    const [came, calledOff] = await both(
      round,
      () => ask(here.key, 'PATCH', path, { body: { registration: 'CHECKED_IN' } }),
      () => ask(here.key, 'DELETE', path),
    )
    const isIn = came.status === 200
    expect([came.status, calledOff.status]).toEqual(
      isIn ? [200, 409] : [came.status === 404 ? 404 : 409, 204],
    )
  })

  it.each(rounds)('a change and the cancellation of another dialect: %i', async (round) => {
    const here = await house({ rooms: 2 })
    const id = idOf(await book(here, '2031-07-04', '2031-07-11'))
    const [changed, cancelled] = await both(
      round,
      () =>
        ask(here.key, 'PATCH', `/reservations/${id}`, {
          body: { roomId: here.rooms[1], departure: '2031-07-20' },
        }),
      () => call('POST', `/api/bookings/${id}/cancel`, { token: here.owner.token, body: {} }),
    )
    expect([
      [200, 409],
      [200, 200],
      [409, 200],
      [404, 200],
    ]).toContainEqual([changed.status, cancelled.status])
  })

  it.each(rounds)('a group is called off, and one more joins it: %i', async (round) => {
    const here = await house({ rooms: 3 })
    const group = (rooms: readonly number[], more: object = {}) =>
      book(here, '2031-07-04', '2031-07-11', { type: 'GROUP', roomId: rooms, ...more })
    const first = await group(here.rooms.slice(0, 2))
    const { groupId } = first.body.data
    const [joined, calledOff] = await both(
      round,
      () => group([here.rooms[2]!], { groupId }),
      () => ask(here.key, 'DELETE', `/reservations/${idOf(first)}`, { query: { deleteAllGroup: 1 } }),
    )
    expect([joined.status, calledOff.status]).toEqual([201, 204])
    const standing = await query<{ id: number }>(
      `select id from bookings where businessId = ? and status = 'confirmed'`,
      here.businessId,
    )
    expect([[], [{ id: idOf(joined) }]]).toContainEqual(standing)
  })

  it.each(rounds)('a group is called off while one of it comes: %i', async (round) => {
    const here = await house({ rooms: 3 })
    const first = await book(here, '2031-03-03', '2031-03-11', { type: 'GROUP', roomId: here.rooms })
    const [came, calledOff] = await both(
      round,
      () => ask(here.key, 'PATCH', `/reservations/${idOf(first)}`, { body: { registration: 'CHECKED_IN' } }),
      () => ask(here.key, 'DELETE', `/reservations/${idOf(first)}`, { query: { deleteAllGroup: 1 } }),
    )
    const counts = await query(
      `select status, count(*) as count from bookings where businessId = ? group by status order by status`,
      here.businessId,
    )
    if (calledOff.status === 204) expect(counts).toEqual([{ status: 'cancelled', count: 3 }])
    else {
      expect(came.status).toBe(200)
      expect(counts).toEqual([
        { status: 'checked_in', count: 1 },
        { status: 'confirmed', count: 2 },
      ])
    }
  })
})

it('fifty rooms are taken and given up as one, and no group grows beyond what one request can do', async () => {
  const here = await house({ rooms: 50 })
  const group = (arrival: string, departure: string, more: object = {}) =>
    book(here, arrival, departure, { type: 'GROUP', roomId: here.rooms, ...more })
  const first = await group('2031-07-04', '2031-07-11')
  const { groupId } = first.body.data
  expect((await group('2031-07-11', '2031-07-12', { groupId })).status).toBe(201)
  const one = await group('2031-07-12', '2031-07-13', { groupId, roomId: here.rooms[0] })
  expect(one).toMatchObject({ status: 409, body: { detail: 'Maximum 100 reservations in a group' } })
  const path = `/reservations/${idOf(first)}`
  expect((await ask(here.key, 'DELETE', path, { query: { deleteAllGroup: 1 } })).status).toBe(204)
  const standing = `select 1 from bookings where businessId = ? and status <> 'cancelled'`
  expect(await query(standing, here.businessId)).toEqual([])
})
