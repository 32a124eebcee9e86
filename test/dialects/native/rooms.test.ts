// Rooms as they are let by the hour: which there are, when they are let, and which services name them.
import { beforeEach, describe, expect, it } from 'vitest'
import { aHouse } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { aMember, aPerson, call, setClock } from '../../world.ts'
import type { Answer, Person } from '../../world.ts'

let house: House
beforeEach(async () => {
  setClock()
  house = await aHouse({ rooms: 2 })
})

const weekly = [{ weekday: 1, start: '09:00', end: '17:30' }]
const setHours = (roomId: number, person: Person, body: object = { weekly }): Promise<Answer> =>
  call('PUT', `/api/rooms/${roomId}/schedule`, { token: person.token, body })
const listed = (token?: string): Promise<Answer> =>
  call('GET', `/api/rooms/business/${house.businessId}`, { token })
const offer = (rest: object): Promise<Answer> =>
  call('POST', '/api/services', {
    token: house.owner.token,
    body: {
      businessId: house.businessId,
      name: 'Meeting room',
      durationMinutes: 60,
      price: { amount: 2000, currency: 'EUR' },
      ...rest,
    },
  })
const change = (id: number, body: object): Promise<Answer> =>
  call('PATCH', `/api/services/${id}`, { token: house.owner.token, body })
const told = ({ body }: Answer) => [body.performedBy, body.staffIds, body.roomIds]

describe('the hours of a room', () => {
  it('are set by those who manage the business, and shown to its members', async () => {
    const [roomId, otherId] = house.rooms
    const schedule = { weekly, overrides: [{ date: '2031-03-10', intervals: [] }], timeOff: [] }
    const set = await setHours(roomId, house.owner, schedule)
    expect([set.status, set.body]).toEqual([200, schedule])
    const room = { businessId: house.businessId, branchId: house.branchId, timeZone: 'Europe/Berlin' }
    const none = { weekly: [], overrides: [], timeOff: [] }
    const staff = await aMember(house, 'staff')
    for (const { token } of [house.owner, staff]) {
      const { body } = await listed(token)
      expect(body).toMatchObject({ total: 2, nextCursor: null })
      expect(body.rooms).toEqual([
        { id: roomId, name: 'Room 1', ...room, schedule },
        { id: otherId, name: 'Room 2', ...room, schedule: none },
      ])
    }
    const manager = await aMember(house, 'manager')
    expect((await setHours(roomId, manager)).status).toBe(200)
    const refused = await setHours(roomId, staff)
    expect([refused.status, refused.body.code]).toEqual([403, 'business.managers_only'])
    const stranger = await setHours(roomId, (await aHouse()).owner)
    expect([stranger.status, stranger.body.code]).toEqual([404, 'room.not_found'])
    const wrong = await setHours(roomId, house.owner, {
      weekly: [{ weekday: 1, start: '17:00', end: '09:00' }],
    })
    expect([wrong.status, wrong.body.code]).toEqual([422, 'schedule.invalid'])
  })

  it('are not for others to see, who are told the names of rooms that are let by the hour', async () => {
    expect((await listed()).body).toMatchObject({ rooms: [], total: 0 })
    await offer({ roomIds: [house.rooms[1]] })
    for (const token of [undefined, (await aPerson()).token]) {
      expect((await listed(token)).body.rooms).toEqual([{ id: house.rooms[1], name: 'Room 2' }])
    }
  })
})

describe('a service that names rooms', () => {
  it('takes place in them alone, unless it names staff, too', async () => {
    const [first, second] = house.rooms
    const { body, ...made } = await offer({ roomIds: [second, first, second] })
    expect(told({ ...made, body })).toEqual(['assigned', [], [first, second]])
    expect(told(await change(body.id, { name: 'Sauna' }))).toEqual(['assigned', [], [first, second]])
    const staff = await call('POST', '/api/staff', {
      token: house.owner.token,
      body: { businessId: house.businessId, name: 'Mara' },
    })
    const staffIds = [staff.body.id]
    expect(told(await change(body.id, { staffIds }))).toEqual(['assigned', staffIds, [first, second]])
    expect(told(await change(body.id, { roomIds: [first] }))).toEqual(['assigned', staffIds, [first]])
    expect(told(await change(body.id, { staffIds: [] }))).toEqual(['assigned', [], [first]])
    const { body: list } = await call('GET', `/api/services/business/${house.businessId}`)
    expect(list.services.find(({ id }: { id: number }) => id === body.id)).toMatchObject({
      staffIds: [],
      roomIds: [first],
    })
    // Without its last room it is nobody's, until everybody is said.
    expect(told(await change(body.id, { roomIds: [] }))).toEqual(['assigned', [], []])
    expect(told(await change(body.id, { staffIds: [] }))).toEqual(['everybody', [], []])
  })

  it('names those of its own business, each by the right word', async () => {
    const stranger = await aHouse()
    for (const [field, ids] of [
      ['roomIds', stranger.rooms],
      ['staffIds', house.rooms],
      ['roomIds', [1]],
    ] as const) {
      const { body, status } = await offer({ [field]: ids })
      expect([field, status, body.errors?.[0]?.field]).toEqual([field, 422, field])
    }
    const { body } = await offer({ roomIds: house.rooms })
    expect((await change(body.id, { roomIds: stranger.rooms })).status).toBe(422)
  })
})
