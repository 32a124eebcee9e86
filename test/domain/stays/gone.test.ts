// What a stay names may go at the very moment at which it is named: then one of the two is refused, and nothing stands half.
import { beforeEach, describe, expect, it } from 'vitest'
import { ask } from '../../dialects/property/ask.ts'
import type { Answer } from '../../world.ts'
import { minutes, monday, query, setClock, settled, whoHolds } from '../../world.ts'
import { aHouse, book } from './house.ts'
import type { House } from './house.ts'

let tests = 0
beforeEach(() => setClock(monday + ++tests * minutes))

interface Scene {
  /** Makes what is named, and answers how it is named and where it is. */
  given: (house: House) => Promise<{ named: object; path: string }>
  /** The refusal of the one who names what is gone. */
  refusal: { status: number; errors?: object }
}

const aSource = async ({ key }: House) => {
  const { body } = await ask(key, 'POST', '/sources', { body: { name: 'Fair' } })
  return body.data.sourceId
}
const aRate = async ({ key }: House) =>
  (await ask(key, 'POST', '/rates', { body: { name: 'Weekly' } })).body.data.rateId
const anotherGuest = async ({ key }: House) =>
  (await ask(key, 'POST', '/guests', { body: { name: 'Kos' } })).body.data.clientId

const invalid = (field: string) => ({ status: 422, errors: { [field]: [expect.any(String)] } })
const scenes: Record<string, Scene> = {
  room: {
    given: async ({ rooms }) => ({ named: { roomId: rooms[1] }, path: `/rooms/${rooms[1]}` }),
    refusal: { status: 409 },
  },
  guest: {
    given: async (house) => {
      const clientId = await anotherGuest(house)
      return { named: { clientId }, path: `/guests/${clientId}` }
    },
    refusal: invalid('clientId'),
  },
  rate: {
    given: async (house) => {
      const rateId = await aRate(house)
      return { named: { rateId }, path: `/rates/${rateId}` }
    },
    refusal: invalid('rateId'),
  },
  source: {
    given: async (house) => {
      const sourceId = await aSource(house)
      return { named: { sourceId }, path: `/sources/${sourceId}` }
    },
    refusal: invalid('sourceId'),
  },
}

/** Of the one who names and the one who deletes, exactly one is served; and what stands names nothing that is gone. */
async function expectOneOf(house: House, naming: Answer, deleting: Answer, { refusal }: Scene) {
  const isNamed = naming.status < 300
  if (isNamed) expect(deleting.status).toBe(409)
  else {
    expect(naming).toMatchObject({ status: refusal.status, body: refusal })
    expect(deleting.status).toBe(204)
  }
  const [count] = await query(
    `select
       (select count(*) from bookings join resources on resources.id = resourceId
        where bookings.businessId = ?1 and status = 'confirmed' and archivedAt is not null) as rooms,
       (select count(*) from bookings join customers on customers.id = customerId
        where bookings.businessId = ?1 and erasedAt is not null) as guests,
       (select count(*) from stays join rates on rates.id = rateId
        where stays.businessId = ?1 and archivedAt is not null) as rates`,
    house.businessId,
  )
  expect(count).toEqual({ rooms: 0, guests: 0, rates: 0 })
  await settled()
  for (const roomId of house.rooms) {
    const { lock, database } = await whoHolds(house, roomId)
    expect(lock).toEqual(database)
  }
}

describe.each(Object.entries(scenes))('a %s that is deleted', (_, scene) => {
  it('while nights are taken that name it', async () => {
    for (let round = 0; round < 4; round++) {
      const house = await aHouse({ rooms: 2 })
      const { named, path } = await scene.given(house)
      const naming = () => book(house, '2031-07-04', '2031-07-11', named)
      const deleting = () => ask(house.key, 'DELETE', path)
      const [one, other] = await Promise.all(round % 2 ? [naming(), deleting()] : [deleting(), naming()])
      await expectOneOf(house, round % 2 ? one : other, round % 2 ? other : one, scene)
    }
  })

  it('while a reservation comes to name it', async () => {
    for (let round = 0; round < 4; round++) {
      const house = await aHouse({ rooms: 2 })
      const { body } = await book(house, '2031-07-04', '2031-07-11')
      const { named, path } = await scene.given(house)
      const change = `/reservations/${body.data.reservationId}`
      const naming = () => ask(house.key, 'PATCH', change, { body: named })
      const deleting = () => ask(house.key, 'DELETE', path)
      const [one, other] = await Promise.all(round % 2 ? [naming(), deleting()] : [deleting(), naming()])
      await expectOneOf(house, round % 2 ? one : other, round % 2 ? other : one, scene)
    }
  })
})

describe('what was called off', () => {
  it('does not come back into a room that is gone', async () => {
    const house = await aHouse()
    const { body } = await book(house, '2031-07-04', '2031-07-11')
    const path = `/reservations/${body.data.reservationId}`
    expect((await ask(house.key, 'DELETE', path)).status).toBe(204)
    expect((await ask(house.key, 'DELETE', `/rooms/${house.rooms[0]}`)).status).toBe(204)
    const back = await ask(house.key, 'POST', `${path}/restore`)
    expect(back).toMatchObject({ status: 409, body: { detail: 'The room is not there any more' } })
    await settled()
    expect(await whoHolds(house, house.rooms[0])).toEqual({ lock: [], database: [] })
    expect((await ask(house.key, 'GET', path)).status).toBe(404)
  })

  it('comes back or its room goes, when both are asked for at once', async () => {
    for (let round = 0; round < 4; round++) {
      const house = await aHouse()
      const { body } = await book(house, '2031-07-04', '2031-07-11')
      const path = `/reservations/${body.data.reservationId}`
      expect((await ask(house.key, 'DELETE', path)).status).toBe(204)
      const [back, gone] = await Promise.all([
        ask(house.key, 'POST', `${path}/restore`),
        ask(house.key, 'DELETE', `/rooms/${house.rooms[0]}`),
      ])
      expect([
        [200, 409],
        [409, 204],
      ]).toContainEqual([back.status, gone.status])
    }
  })
})
