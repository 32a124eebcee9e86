import { createHmac } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { messageBody } from '#dialects/property/events.wire.ts'
import { cancelStay } from '#domain/stays/cancel-stay.ts'
import { placeStays } from '#domain/stays/place-stays.ts'
import { restoreStay } from '#domain/stays/restore-stay.ts'
import { updateStay } from '#domain/stays/update-stay.ts'
import { replayEvents } from '#domain/webhooks/replay-events.ts'
import { aHouse } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { aWebhook, PostOffice } from '../../post-office.ts'
import { aKey, contextOf, hours, monday, setClock } from '../../world.ts'
import { ask } from './ask.ts'

const url = 'https://hotel.example.com/hooks'
let house: House
let office: PostOffice
beforeEach(async () => {
  setClock()
  house = await aHouse({ rooms: 3 })
  office = new PostOffice()
})

const register = (events: string[], key = house.key) =>
  ask(key, 'POST', '/webhooks', { body: { url, events } })
const inOffice = () => contextOf(house.owner, office.around)
const place = (roomIds: readonly number[], rest: Partial<Parameters<typeof placeStays>[1]> = {}) =>
  placeStays(inOffice(), {
    businessId: house.businessId,
    kind: 'stay',
    arrivalOn: '2031-07-04',
    departureOn: '2031-07-11',
    roomIds,
    isGroup: false,
    customerId: house.guestId,
    contents: {},
    ...rest,
  })
async function told(): Promise<Record<string, unknown>[]> {
  await office.deliver()
  const bodies = office.received.splice(0).map(({ body }) => ({ ...body }))
  // What is told is what the documents say is told.
  for (const body of bodies) if ('reservationId' in body.data) expect(messageBody.parse(body)).toEqual(body)
  return bodies
}
const every = [
  'reservation.created',
  'reservation.updated',
  'reservation.cancelled',
  'reservation.checked_in',
]

describe('a webhook', () => {
  it('is registered with a secret that is shown once, listed, and deleted', async () => {
    const { status, headers, body } = await register(every)
    const { webhookId, secret, ...rest } = body.data
    expect([status, headers.get('Location')]).toEqual([201, `/v1/public/webhooks/${webhookId}`])
    expect(secret).toMatch(/^whsec_/)
    const shown = { url, events: every, status: 'ACTIVE' }
    const times = { createdAt: '2031-03-03T08:00:00+00:00', updatedAt: '2031-03-03T08:00:00+00:00' }
    expect(rest).toEqual({ ...shown, ...times })
    const list = await ask(house.key, 'GET', '/webhooks')
    expect(list.body.data).toEqual([{ webhookId, ...shown, ...times }])
    const other = (await aHouse()).key
    expect((await ask(other, 'DELETE', `/webhooks/${webhookId}`)).status).toBe(404)
    expect((await ask(house.key, 'DELETE', `/webhooks/${webhookId}`)).status).toBe(204)
    expect((await ask(house.key, 'GET', '/webhooks')).body.meta.totalItems).toBe(0)
  })

  it('of another format is not there', async () => {
    const { id } = await aWebhook(house)
    expect((await ask(house.key, 'GET', '/webhooks')).body.data).toEqual([])
    expect((await ask(house.key, 'DELETE', `/webhooks/${id}`)).status).toBe(404)
  })

  it('is the business of keys that may manage webhooks', async () => {
    const { key } = await aKey(house, { scopes: ['webhooks:manage', 'reservations.read'] })
    expect((await register(every, key)).status).toBe(201)
    const blind = await aKey(house, { scopes: ['webhooks:manage'] })
    expect((await register(every, blind.key)).status).toBe(403)
  })

  it.each([
    [{ events: ['booking.created'] }, 'events.0'],
    [{ events: [] }, 'events'],
    [{ url: 'http://hotel.example.com' }, 'url'],
    [{ format: 'native' }, 'format'],
  ])('is not registered with %j', async (wrong, field) => {
    const body = { url, events: every, ...wrong }
    const answer = await ask(house.key, 'POST', '/webhooks', { body })
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([422, [field]])
  })
})

describe('what is told', () => {
  it('of a reservation is signed, and the same to the letter over all attempts', async () => {
    const { body } = await register(every)
    let isDown = true
    office.receivers.set(url, () => new Response(null, { status: isDown ? 500 : 204 }))
    const stay = await place([house.rooms[0]])
    await office.deliver()
    isDown = false
    await office.passUntil(monday + hours)
    const [first, second] = office.received
    expect(office.received).toHaveLength(2)
    expect(second!.text).toBe(first!.text)
    expect(JSON.parse(first!.text)).toEqual({
      webhookId: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/),
      eventType: 'reservation.created',
      timestamp: '2031-03-03T09:00:00+01:00',
      data: {
        type: 'SINGLE',
        reservationId: [stay.id],
        roomId: [house.rooms[0]],
        arrival: '2031-07-04',
        departure: '2031-07-11',
        clientId: house.guestId,
        sourceId: 1,
        triggeredBy: 'MANUAL',
        links: { self: expect.stringMatching(`^https?://.+/v1/public/reservations/${stay.id}$`) },
      },
    })
    const signature = createHmac('sha256', body.data.secret).update(first!.text).digest('hex')
    expect(first!.headers).toMatchObject({
      'X-MC-Event': 'reservation.created',
      'X-MC-Signature': `sha256=${signature}`,
      'X-MC-Delivery-ID': expect.stringMatching(/^\d+$/),
      'webhook-signature': expect.stringMatching(/^v1,/),
    })
  })

  it('is each step by its name, and only what was asked for', async () => {
    await register(['reservation.checked_in', 'reservation.cancelled'])
    const { id } = await place([house.rooms[0]])
    const { businessId } = house
    await updateStay(inOffice(), { id, businessId, contents: { doorCode: '1' } })
    await updateStay(inOffice(), { id, businessId, registration: 'checked_in', contents: {} })
    const other = await place([house.rooms[1]!])
    await cancelStay(inOffice(), { id: other.id })
    expect((await told()).map(({ eventType }) => eventType)).toEqual([
      'reservation.checked_in',
      'reservation.cancelled',
    ])
  })

  it('of guests who are there already is that they are booked and that they have come', async () => {
    await register(every)
    await register(['reservation.checked_in'])
    await place(house.rooms, { isGroup: true, registration: 'checked_in' })
    const words = (await told()).map(({ eventType }) => eventType)
    const comings = words.filter((word) => word === 'reservation.checked_in')
    expect([words.length, words[0], comings.length]).toEqual([3, 'reservation.created', 2])
  })

  it('of a group that comes back is told at once', async () => {
    await register(['reservation.updated'])
    const { id } = await place(house.rooms, { isGroup: true })
    await cancelStay(inOffice(), { id, withGroup: true })
    await restoreStay(inOffice(), { id, withGroup: true })
    expect(await told()).toMatchObject([
      { eventType: 'reservation.updated', data: { type: 'GROUP', roomId: house.rooms } },
    ])
  })

  it('of a lock is that nobody comes', async () => {
    await register(every)
    await place([house.rooms[0]], { kind: 'block', customerId: undefined })
    expect(await told()).toMatchObject([
      { eventType: 'reservation.created', data: { type: 'LOCK', clientId: null } },
    ])
  })

  it('of a group is told at once, natively of each of its bookings, and so it is once more', async () => {
    const { body } = await register(every)
    await aWebhook(house, { url: 'https://native.example.com/' })
    const { id } = await place(house.rooms, { isGroup: true })
    const group = {
      eventType: 'reservation.created',
      data: {
        type: 'GROUP',
        reservationId: [id, expect.any(Number), expect.any(Number)],
        roomId: house.rooms,
      },
    }
    await office.deliver()
    const at = (address: string) =>
      office.received.filter((one) => one.url === address).map((one) => one.body)
    expect(at(url)).toMatchObject([group])
    expect(at('https://native.example.com/').map(({ data }) => [data['kind'], data['roomId']])).toEqual(
      house.rooms.map((roomId) => ['stay', roomId]),
    )
    office.received.splice(0)
    await cancelStay(inOffice(), { id, withGroup: true })
    await office.deliver()
    expect(at(url)).toMatchObject([{ ...group, eventType: 'reservation.cancelled' }])
    office.received.splice(0)
    await replayEvents(inOffice(), body.data.webhookId, {
      fromAt: monday - 1,
      toAt: monday + 1,
      dryRun: false,
    })
    await office.passUntil(monday + hours)
    expect(at(url)).toHaveLength(2)
  })
})
