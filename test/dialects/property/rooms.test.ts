import { beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '#domain/identifiers.ts'
import { aBranch, aKey, aWorld, hours, monday, setClock, write } from '../../world.ts'
import type { World } from '../../world.ts'
import { ask } from './ask.ts'

let world: World
let key: string
beforeEach(async () => {
  setClock()
  world = await aWorld({ timeZone: 'Europe/Berlin', staff: 0 })
  key = (await aKey(world)).key
})

async function aRoom(details: object = {}) {
  const { status, body } = await ask(key, 'POST', '/rooms', {
    body: { name: 'Room 12', persons: 2, ...details },
  })
  expect([status, body.errors]).toEqual([201, undefined])
  return body.data
}
const listed = async (query: Record<string, string | number>) => {
  const { status, body } = await ask(key, 'GET', '/rooms', { query })
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data.map(({ name }: { name: string }) => name)
}

const all = {
  name: 'Attic',
  persons: 4,
  maxAdults: 3,
  maxChildren: 2,
  roomType: 'FAMILY_ROOM',
  roomTypeId: null,
  singleBed: 1,
  doubleBed: 1,
  extraBed: 2,
  service: 'WHILE_CLEANING',
  serviceInfo: 'Until noon',
  info: 'Low beams',
  color: '#a1b2c3',
  square: 31.5,
  squareType: 'ft2',
  description: { default: 'Under the roof', de: 'Unterm Dach' },
  equipment: ['balcony', 'desk'],
  shareInOffer: 0,
}

describe('a room', () => {
  it('is what was said of it, and otherwise plain', async () => {
    const made = await ask(key, 'POST', '/rooms', { body: { name: 'Room 12', persons: 2 } })
    const { roomId } = made.body.data
    expect(made.headers.get('Location')).toBe(`/v1/public/rooms/${roomId}`)
    expect(made.body.data).toEqual({
      roomId,
      name: 'Room 12',
      persons: 2,
      maxAdults: 2,
      maxChildren: 0,
      roomType: 'ROOM',
      roomTypeId: null,
      singleBed: 0,
      doubleBed: 0,
      extraBed: 0,
      service: 'CLEAN',
      serviceInfo: null,
      info: null,
      color: null,
      square: null,
      squareType: 'm2',
      description: {},
      equipment: [],
      shareInOffer: 1,
      isLocked: 0,
      locationId: world.branchId,
      addDate: '2031-03-03T09:00:00+01:00',
      editDate: '2031-03-03T09:00:00+01:00',
    })
    const { body } = await ask(key, 'GET', `/rooms/${roomId}`)
    expect(body.data).toEqual(made.body.data)
  })

  it('keeps every field as it was sent, when it is made and when it is changed', async () => {
    expect(await aRoom(all)).toMatchObject(all)
    const { roomId } = await aRoom()
    vi.setSystemTime(monday + hours)
    const changed = await ask(key, 'PATCH', `/rooms/${roomId}`, { body: all })
    expect([changed.status, changed.body.data]).toEqual([200, expect.objectContaining(all)])
    expect(changed.body.data.editDate).toBe('2031-03-03T10:00:00+01:00')
    expect((await ask(key, 'GET', `/rooms/${roomId}`)).body.data).toEqual(changed.body.data)
    const again = await ask(key, 'PATCH', `/rooms/${roomId}`, { body: { service: 'DIRTY' } })
    expect(again.body.data).toMatchObject({ ...all, service: 'DIRTY' })
  })

  it('has its description as one text, which is the default', async () => {
    expect(await aRoom({ description: 'By the sea' })).toMatchObject({
      description: { default: 'By the sea' },
    })
  })

  it.each<[object, string]>([
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ persons: 0 }, 'persons'],
    [{ maxAdults: 3 }, 'maxAdults'],
    [{ roomType: 'IGLOO' }, 'roomType'],
    [{ equipment: ['moat'] }, 'equipment.0'],
    [{ shareInOffer: true }, 'shareInOffer'],
    [{ color: 'red' }, 'color'],
    [{ locationId: 1 }, 'locationId'],
    [{ rom: 1 }, 'rom'],
  ])('is not made with %j', async (details, field) => {
    const { status, body } = await ask(key, 'POST', '/rooms', { body: { name: 'X', persons: 2, ...details } })
    expect([status, Object.keys(body.errors)]).toEqual([422, [field]])
  })

  it('has a name of 255 characters at most', async () => {
    expect((await aRoom({ name: 'x'.repeat(255) })).name).toHaveLength(255)
  })

  it('of another business is not there', async () => {
    const { roomId } = await aRoom()
    const other = (await aKey(await aWorld())).key
    expect((await ask(other, 'GET', `/rooms/${roomId}`)).status).toBe(404)
    expect((await ask(other, 'PATCH', `/rooms/${roomId}`, { body: { name: 'Mine' } })).status).toBe(404)
    expect((await ask(other, 'DELETE', `/rooms/${roomId}`)).status).toBe(404)
    expect((await ask(other, 'GET', '/rooms')).body.data).toEqual([])
  })

  it('that was deleted is gone', async () => {
    const { roomId } = await aRoom()
    expect((await ask(key, 'DELETE', `/rooms/${roomId}`)).status).toBe(204)
    expect((await ask(key, 'GET', `/rooms/${roomId}`)).status).toBe(404)
    expect((await ask(key, 'DELETE', `/rooms/${roomId}`)).status).toBe(404)
    expect(await listed({})).toEqual([])
  })
})

it('an answer of a room can be sent back as a change', async () => {
  const { body } = await ask(key, 'POST', '/rooms', { body: { name: 'Blue', persons: 2 } })
  const sent = await ask(key, 'PATCH', `/rooms/${body.data.roomId}`, { body: body.data })
  expect([sent.status, sent.body.data]).toEqual([200, body.data])
})

it('a room that names no location is at the first one of the business', async () => {
  const body = { name: 'Blue', persons: 2, locationId: null }
  const { data } = (await ask(key, 'POST', '/rooms', { body })).body
  expect(data.locationId).toBe(world.branchId)
  const other = newId(Date.now())
  await write(aBranch({ id: other, businessId: world.businessId }))
  const at = async (locationId: number | null) =>
    (await ask(key, 'PATCH', `/rooms/${data.roomId}`, { body: { locationId } })).body.data.locationId
  expect([await at(other), await at(null)]).toEqual([other, world.branchId])
})

describe('the list of rooms', () => {
  beforeEach(async () => {
    await aRoom({ name: 'Blue', persons: 2, equipment: ['balcony'], description: { de: 'Am Meer' } })
    vi.setSystemTime(monday + 24 * hours)
    await aRoom({ name: 'Attic', persons: 4, equipment: ['desk'], shareInOffer: 0 })
    await aRoom({ name: 'Cellar', persons: 1, equipment: ['desk'], singleBed: 1 })
  })

  it('is paged and sorted', async () => {
    const { body, headers } = await ask(key, 'GET', '/rooms', { query: { limit: 2, page: 2 } })
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['Cellar'])
    expect(body.meta).toEqual({
      totalItems: 3,
      currentPage: 2,
      totalPages: 2,
      itemsPerPage: 2,
      ruid: headers.get('RUID'),
    })
    expect(await listed({ orderBy: 'name' })).toEqual(['Attic', 'Blue', 'Cellar'])
    expect(await listed({ orderBy: 'persons', orderType: 'DESC' })).toEqual(['Attic', 'Blue', 'Cellar'])
    expect(await listed({ orderType: 'DESC' })).toEqual(['Cellar', 'Attic', 'Blue'])
  })

  it.each<[Record<string, string | number>, string[]]>([
    [{ name: 'LU' }, ['Blue']],
    [{ description: 'meer' }, ['Blue']],
    [{ persons: 4 }, ['Attic']],
    [{ shareInOffer: 0 }, ['Attic']],
    [{ singleBed: 1 }, ['Cellar']],
    [{ isLocked: 1 }, []],
    [{ addDate: '2031-03-03' }, ['Blue']],
    [{ lastEdit: monday / 1000 + 1 }, ['Attic', 'Cellar']],
  ])('is filtered by %j', async (query, names) => {
    expect(await listed(query)).toEqual(names)
  })

  it.each([
    'equipment=balcony&equipment=desk',
    'equipment[]=balcony&equipment[]=desk',
    'equipment=balcony&equipment[]=desk',
  ])('takes any of some equipment, written %s', async (query) => {
    const { body } = await ask(key, 'GET', `/rooms?${query}`)
    expect(body.meta.totalItems).toBe(3)
    expect(await listed({ 'equipment[]': 'balcony' })).toEqual(['Blue'])
  })

  it.each([
    [{ limit: 201 }, 422, 'limit'],
    [{ limit: 0 }, 422, 'limit'],
    [{ orderBy: 'colour' }, 422, 'orderBy'],
    [{ isLocked: 'yes' }, 422, 'isLocked'],
    [{ equipment: 'moat' }, 422, 'equipment.0'],
    [{ 'equipment[]': 'moat' }, 422, 'equipment.0'],
    [{ colour: 'red' }, 400, 'colour'],
  ])('does not take %j', async (query, expected, field) => {
    const { status, body } = await ask(key, 'GET', '/rooms', { query: query as Record<string, string> })
    expect([status, Object.keys(body.errors)]).toEqual([expected, [field]])
  })
})
