import { beforeEach, expect, it } from 'vitest'
import { mostRoomTypes } from '#db/room-types.ts'
import { aKey, aWorld, query, setClock } from '../../world.ts'
import type { World } from '../../world.ts'
import { ask } from './ask.ts'

let world: World
let key: string
beforeEach(async () => {
  setClock()
  world = await aWorld({ staff: 0 })
  key = (await aKey(world)).key
})

const all = {
  type: 'SUITE',
  description: { default: 'Two rooms', pl: 'Dwa pokoje' },
  singleBed: 1,
  doubleBed: 2,
  extraBed: 1,
  square: 48.5,
  maxAdults: 4,
  maxChildren: 2,
  maxPeople: 5,
  equipment: ['balcony', 'desk'],
}
async function aType(details: object = {}): Promise<number> {
  const { status, body } = await ask(key, 'POST', '/room-types', {
    body: { type: 'DOUBLE_ROOM', maxPeople: 2, ...details },
  })
  expect([status, body.errors]).toEqual([201, undefined])
  return body.data.roomTypeId
}
const aRoom = (details: object) =>
  ask(key, 'POST', '/rooms', { body: { name: 'Room 12', persons: 2, ...details } })

it('a room type is what was said of it, and otherwise plain', async () => {
  const made = await ask(key, 'POST', '/room-types', { body: all })
  const { roomTypeId } = made.body.data
  expect([made.status, made.headers.get('Location')]).toEqual([201, `/v1/public/room-types/${roomTypeId}`])
  expect(made.body.data).toEqual({ roomTypeId, ...all })
  expect((await ask(key, 'GET', `/room-types/${roomTypeId}`)).body.data).toEqual(made.body.data)

  const plain = await ask(key, 'POST', '/room-types', { body: { type: 'VILLA', description: 'By the sea' } })
  expect(plain.body.data).toEqual({
    roomTypeId: plain.body.data.roomTypeId,
    type: 'VILLA',
    description: { default: 'By the sea' },
    singleBed: 0,
    doubleBed: 0,
    extraBed: 0,
    square: null,
    maxAdults: 1,
    maxChildren: 0,
    maxPeople: 1,
    equipment: [],
  })
  const { body } = await ask(key, 'GET', '/room-types')
  expect(body).toEqual({ data: [made.body.data, plain.body.data], meta: { ruid: expect.any(String) } })
})

it('changes in what is given', async () => {
  const { body: before } = await ask(key, 'POST', '/room-types', { body: all })
  const { roomTypeId } = before.data
  const { status, body } = await ask(key, 'PATCH', `/room-types/${roomTypeId}`, { body: { square: null } })
  expect([status, body.data]).toEqual([200, { ...before.data, square: null }])
  expect((await ask(key, 'GET', `/room-types/${roomTypeId}`)).body.data).toEqual(body.data)
})

it.each<[string, object, string]>([
  ['no type that there is', { type: 'PALACE' }, 'type'],
  ['more adults than people', { maxAdults: 3 }, 'maxAdults'],
  ['no equipment that there is', { equipment: ['trapdoor'] }, 'equipment.0'],
  ['an unknown field', { persons: 2 }, 'persons'],
])('is refused with %s', async (_, details, field) => {
  const { status, body } = await ask(key, 'POST', '/room-types', {
    body: { type: 'DOUBLE_ROOM', maxPeople: 2, ...details },
  })
  expect([status, Object.keys(body.errors)]).toEqual([422, [field]])
})

it('has several rooms, and cannot go before they do', async () => {
  const roomTypeId = await aType()
  const rooms = [await aRoom({ roomTypeId }), await aRoom({ roomTypeId })]
  expect(rooms.map(({ body }) => body.data.roomTypeId)).toEqual([roomTypeId, roomTypeId])
  const remove = () => ask(key, 'DELETE', `/room-types/${roomTypeId}`)
  const refused = await remove()
  expect([refused.status, refused.body.detail]).toEqual([409, 'Rooms are of this type'])

  const [first, second] = rooms.map(({ body }) => body.data.roomId as number)
  await ask(key, 'DELETE', `/rooms/${first}`)
  expect((await remove()).status).toBe(409)
  await ask(key, 'PATCH', `/rooms/${second}`, { body: { roomTypeId: null } })
  const gone = await remove()
  expect([gone.status, gone.text]).toEqual([204, ''])
  expect((await ask(key, 'GET', '/room-types')).body.data).toEqual([])
  for (const method of ['GET', 'DELETE']) {
    expect((await ask(key, method, `/room-types/${roomTypeId}`)).status).toBe(404)
  }
})

it('is of no use to rooms when it is gone, or another’s', async () => {
  const roomTypeId = await aType()
  const { body } = await aRoom({ roomTypeId: null })
  await ask(key, 'DELETE', `/room-types/${roomTypeId}`)
  const stranger = (await aKey(await aWorld())).key
  const others = await ask(stranger, 'POST', '/room-types', { body: { type: 'VILLA' } })
  for (const wanted of [roomTypeId, others.body.data.roomTypeId, 1]) {
    for (const refused of [
      await aRoom({ roomTypeId: wanted }),
      await ask(key, 'PATCH', `/rooms/${body.data.roomId}`, { body: { roomTypeId: wanted } }),
    ]) {
      expect([refused.status, Object.keys(refused.body.errors ?? {})]).toEqual([422, ['roomTypeId']])
    }
  }
})

it('comes back as a change as it was shown', async () => {
  const roomTypeId = await aType()
  const { data } = (await ask(key, 'GET', `/room-types/${roomTypeId}`)).body
  const sent = await ask(key, 'PATCH', `/room-types/${roomTypeId}`, { body: data })
  expect([sent.status, sent.body.data]).toEqual([200, data])
})

it('does not exist for another business', async () => {
  const roomTypeId = await aType()
  const stranger = (await aKey(await aWorld())).key
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const { status } = await ask(
      stranger,
      method,
      `/room-types/${roomTypeId}`,
      method === 'PATCH' ? { body: {} } : {},
    )
    expect([method, status]).toEqual([method, 404])
  }
  expect((await ask(stranger, 'GET', '/room-types')).body.data).toEqual([])
})

it(`a business has at most ${mostRoomTypes}`, async () => {
  await query(
    `insert into roomTypes (id, businessId, form, description, singleBeds, doubleBeds, extraBeds, maxAdults, maxChildren,
       maxPersons, equipment, createdAt, updatedAt)
       with recursive n (n) as (select 1 union all select n + 1 from n where n < ?)
       select n, ?, 'room', '{}', 0, 0, 0, 1, 0, 1, '[]', 1, 1 from n`,
    mostRoomTypes,
    world.businessId,
  )
  const { status, body } = await ask(key, 'POST', '/room-types', { body: { type: 'VILLA' } })
  expect([status, body.detail]).toEqual([409, `Maximum ${mostRoomTypes} room types`])
})
