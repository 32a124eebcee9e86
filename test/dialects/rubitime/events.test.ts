import { beforeEach, describe, expect, it, vi } from 'vitest'
import { holdSlot } from '#domain/appointments/hold-slot.ts'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import { PostOffice, aWebhook } from '../../post-office.ts'
import type { Received } from '../../post-office.ts'
import {
  aKey,
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
} from '../../world.ts'
import type { World } from '../../world.ts'
import { aRecord, dataOf } from './ask.ts'

let world: World
let rk: string
let office: PostOffice

beforeEach(async () => {
  setClock()
  world = await aWorld()
  rk = (await aKey(world)).key
  office = new PostOffice()
  await aWebhook(world, { format: 'rubitime' })
})

type Told = Omit<Received, 'body'> & { body: { event: string; data: Record<string, unknown>; from: string } }

/** What was told until now, and not before. */
async function told(): Promise<Told[]> {
  const events = await query<{ id: number }>(
    'select id from events where businessId = ? and dispatchedAt is null order by sequence',
    world.businessId,
  )
  await dispatchEvents(
    office.context(),
    events.map(({ id }) => id),
  )
  await office.deliver()
  return office.received.splice(0) as unknown as Told[]
}
const toldBriefly = async () =>
  (await told()).map(({ body: { event, data, from } }) => [event, data['status'], from])

describe('a webhook in this format', () => {
  it('can be asked for natively', async () => {
    const body = {
      businessId: world.businessId,
      url: 'https://my.example.com/',
      events: ['booking.*'],
      format: 'rubitime',
    }
    const answer = await call('POST', '/api/webhooks', { token: world.owner.token, body })
    expect([answer.status, answer.body.format]).toEqual([201, 'rubitime'])
  })

  it('is told of a record made, changed, called off and removed, each time with all of it', async () => {
    const { id } = await dataOf(rk, 'create-record', aRecord(world, { name: 'Ada', price: 300 }))
    const record = await dataOf(rk, 'get-record', { id })
    const [made] = await told()
    expect(made!.body).toEqual({ event: 'event-create-record', data: record, from: 'api' })
    expect(Object.keys(made!.body)).toEqual(['event', 'data', 'from'])
    expect(Object.keys(made!.body.data)).toEqual(Object.keys(record))
    expect(made!.headers).toMatchObject({
      'webhook-id': expect.any(String),
      'webhook-timestamp': expect.any(String),
      'webhook-signature': expect.stringMatching(/^v1,/),
    })
    expect(Object.keys(made!.headers).filter((name) => name.startsWith('X-'))).toEqual([])

    const changed = await dataOf(rk, 'update-record', { id, comment: 'x' })
    expect((await told()).map(({ body }) => body)).toEqual([
      { event: 'event-update-record', data: changed, from: 'api' },
    ])
    await dataOf(rk, 'update-record', { id, status: 4 })
    expect(await toldBriefly()).toEqual([['event-update-record', 4, 'api']])
    await dataOf(rk, 'update-record', { id, status: 0 })
    await dataOf(rk, 'remove-record', { id })
    expect(await toldBriefly()).toEqual([
      ['event-update-record', 0, 'api'],
      ['event-remove-record', 4, 'api'],
    ])
  })

  it('is told of every part of a visit, made, moved and called off', async () => {
    const { businessId, serviceId, owner } = world
    const { token } = owner
    const services = [{ serviceId }, { serviceId }, { serviceId }]
    const made = await call('POST', '/api/bookings/visits', {
      token,
      body: { businessId, services, startTime: iso(monday + 2 * hours) },
    })
    const ids: number[] = made.body.bookings.map(({ id }: { id: number }) => id)
    const heard = async () =>
      (await told()).map(({ body: { event, data } }) => [event, data['id'], data['parent_record']])
    const ofAll = (event: string) => ids.map((id, index) => [event, id, index === 0 ? null : ids[0]])
    expect(await heard()).toEqual(ofAll('event-create-record'))
    const path = `/api/bookings/visits/${made.body.id}`
    await call('PATCH', path, { token, body: { startTime: iso(monday + 3 * hours) } })
    // The last one goes first, where the others then follow.
    expect((await heard()).toReversed()).toEqual(ofAll('event-update-record'))
    await call('POST', `${path}/cancel`, { token, body: {} })
    expect(await heard()).toEqual(ofAll('event-update-record'))
  })

  it.each([3, 5, 6])(
    'is told of a new record in status %i, and of its confirmation as a change',
    async (status) => {
      const { id } = await dataOf(rk, 'create-record', aRecord(world, { status }))
      expect(await toldBriefly()).toEqual([['event-create-record', status, 'api']])
      await dataOf(rk, 'update-record', { id, status: 0 })
      expect(await toldBriefly()).toEqual([['event-update-record', 0, 'api']])
    },
  )

  it('is told of what people book natively', async () => {
    const { token } = await aPerson()
    const startTime = iso(monday + days + 2 * hours)
    const body = { businessId: world.businessId, serviceId: world.serviceId, startTime }
    const booked = await call('POST', '/api/bookings', { token, body })
    const [made] = await told()
    expect(made!.body).toMatchObject({
      event: 'event-create-record',
      data: {
        id: booked.body.id,
        record: '2031-03-04 10:00:00',
        name: 'Ada Lovelace',
        service_title: 'Haircut',
      },
      from: 'user',
    })
    await call('POST', `/api/bookings/${booked.body.id}/cancel`, { token, body: {} })
    expect(await toldBriefly()).toEqual([['event-update-record', 4, 'user']])
  })

  it('is told first of what became of a hold that nobody was told of', async () => {
    const { businessId, serviceId, owner } = world
    const startAt = monday + days + 2 * hours
    const { id: holdId } = await holdSlot(contextOf(owner), {
      businessId,
      serviceId,
      startAt,
      ttlSeconds: 300,
      customer: { name: 'Ada' },
    })
    expect(await told()).toEqual([])
    const body = { businessId, serviceId, startTime: iso(startAt), holdId }
    expect((await call('POST', '/api/bookings', { token: owner.token, body })).status).toBe(201)
    expect(await toldBriefly()).toEqual([['event-create-record', 0, 'user']])
  })

  it('is told of what time does as of the interface', async () => {
    await dataOf(rk, 'create-record', aRecord(world, { status: 5 }))
    await told()
    vi.setSystemTime(monday + days + 3 * hours)
    const { expireBookings } = await import('#domain/bookings/expire-bookings.ts')
    await expireBookings(office.context())
    expect(await toldBriefly()).toEqual([['event-update-record', 4, 'api']])
  })

  it('is told of appointments alone, and neither of payments nor of stays', async () => {
    const { id } = await dataOf(
      rk,
      'create-record',
      aRecord(world, { prepayment: 10, prepayment_date: '2031-03-01 10:00' }),
    )
    expect(await toldBriefly()).toEqual([['event-create-record', 0, 'api']])
    await dataOf(rk, 'update-record', { id, comment: 'x' })
    await query(
      `update events set data = json_set(data, '$.kind', 'stay') where subjectId = ? and dispatchedAt is null`,
      id,
    )
    expect(await told()).toEqual([])
  })

  it('hears again what is replayed, and of that appointments alone', async () => {
    const webhook = await aWebhook(world, { format: 'rubitime' })
    const { id } = await dataOf(rk, 'create-record', aRecord(world))
    await dataOf(rk, 'update-record', { id, comment: 'x' })
    await query(
      `update events set data = json_set(data, '$.kind', 'stay') where subjectId = ? and type = 'booking.updated'`,
      id,
    )
    const body = { from: iso(monday), to: iso(monday + 10 * minutes), dryRun: true }
    const answer = await call('POST', `/api/webhooks/${webhook.id}/replay`, {
      token: world.owner.token,
      body,
    })
    expect(answer.body.matching).toBe(1)
  })

  it('can be pinged', async () => {
    const webhook = await aWebhook(world, { format: 'rubitime' })
    await call('POST', `/api/webhooks/${webhook.id}/ping`, { token: world.owner.token })
    expect((await told()).map(({ body }) => body)).toEqual([
      { event: 'event-ping', data: { id: webhook.id }, from: 'user' },
    ])
  })
})
