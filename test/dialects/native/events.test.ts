import { beforeEach, describe, expect, it } from 'vitest'
import readme from '../../../README.md?raw'
import { PostOffice, emit } from '../../post-office.ts'
import { aKey, aPerson, aWorld, call, hours, iso, monday, query, setClock } from '../../world.ts'
import type { CallOptions, World } from '../../world.ts'

let world: World
let office: PostOffice

beforeEach(async () => {
  setClock()
  world = await aWorld()
  office = new PostOffice()
})

const asOwner = (options: CallOptions = {}): CallOptions => ({ token: world.owner.token, ...options })
const feed = async (after: number) => {
  const { body } = await call('GET', `/api/events?businessId=${world.businessId}&after=${after}`, asOwner())
  const events = body.events as { id: number; sequence: number }[]
  return { sequences: events.map(({ sequence }) => sequence), ids: events.map(({ id }) => id), ...body }
}

describe('the event feed', () => {
  it('goes on where it was left, in order and without holes', async () => {
    const { token } = world.owner
    const booked = await call('POST', '/api/bookings', {
      token,
      body: { businessId: world.businessId, serviceId: world.serviceId, startTime: iso(monday + 2 * hours) },
    })
    await call('POST', `/api/bookings/${booked.body.id}/cancel`, { token, body: {} })
    const path = `/api/events?businessId=${world.businessId}&limit=1`
    const first = await call('GET', path, { token })
    const { data, ...event } = first.body.events[0]
    expect(event).toEqual({
      id: expect.any(Number),
      type: 'booking.created',
      createdAt: iso(monday),
      businessId: world.businessId,
      sequence: 1,
      actor: { type: 'user', id: world.owner.id },
      requestId: booked.headers.get('X-Request-Id'),
    })
    expect(data).toEqual(booked.body)
    const { key } = await aKey(world, { scopes: ['events:read'] })
    const second = await call('GET', `${path}&after=${first.body.nextAfter}`, { key })
    expect(second.body).toMatchObject({
      events: [{ type: 'booking.cancelled', sequence: 2, data: { status: 'cancelled' } }],
      nextAfter: 2,
    })
    expect((await call('GET', `${path}&after=2`, { token })).body).toEqual({ events: [], nextAfter: 2 })
  })

  it.each([
    '',
    'businessId=1&limit=101',
    'businessId=1&limit=0',
    'businessId=1&after=-1',
    'businessId=1&page=1',
  ])('cannot be asked for ?%s', async (search) => {
    expect((await call('GET', `/api/events?${search}`, asOwner())).status).toBe(400)
  })

  it('answers about a mebibyte at a time, and goes on behind it', async () => {
    await emit(office, world, 5)
    const notes = (size: number) => 'ü'.repeat(size / 2)
    for (const [sequence, size] of [
      [1, 600_000],
      [2, 600_000],
      [3, 1_900_000],
      [4, 10],
    ] as const) {
      await query(
        "update events set data = json_set(data, '$.notes', ?) where businessId = ? and sequence = ?",
        notes(size),
        world.businessId,
        sequence,
      )
    }
    const pages = []
    for (let after = 0, page; ; after = page.nextAfter) {
      page = await feed(after)
      if (page.sequences.length === 0) break
      pages.push(page.sequences)
    }
    expect(pages).toEqual([[1, 2], [3], [4, 5]])
  })
})

describe('an event', () => {
  it('is shown to those who act in its business, as the feed shows it', async () => {
    const [id] = await emit(office, world)
    const { events } = await feed(0)
    const path = `/api/events/${id}`
    expect((await call('GET', path, asOwner())).body).toEqual(events[0])
    const { key } = await aKey(world, { scopes: ['events:read'] })
    // By the card a key could do more than read.
    const read = { ...events[0], data: { ...events[0].data, cardUrl: null } }
    expect((await call('GET', path, { key })).body).toEqual(read)
    const stranger = await aPerson()
    const { key: foreign } = await aKey(await aWorld())
    for (const caller of [{ token: stranger.token }, { key: foreign }]) {
      const { status, body } = await call('GET', path, caller)
      expect([status, body.code]).toEqual([404, 'event.not_found'])
    }
    expect((await call('GET', '/api/events/1', asOwner())).status).toBe(404)
  })
})

describe('an event that is older than a field', () => {
  it('is told with what its absence means, and never without the field', async () => {
    const [id] = await emit(office, world)
    const remove = ['notes', 'couponCode', 'customFields', 'discountMinor', 'groupId'].map(
      (name) => `'$.${name}'`,
    )
    await query(`update events set data = json_remove(data, ${remove.join()}) where id = ?`, id)
    expect((await call('GET', `/api/events/${id}`, asOwner())).body.data).toMatchObject({
      notes: null,
      couponCode: null,
      customFields: {},
      discount: { amount: 0, currency: 'EUR' },
      parentId: null,
    })
  })
})

describe('after the database was restored to an earlier time', () => {
  it('readers who were ahead hear of all that is new, once the numbers were raised as the README says', async () => {
    await emit(office, world, 10)
    const { nextAfter } = await feed(0)
    await query('delete from events where businessId = ? and sequence > 5', world.businessId)
    const [raise] = /update events set sequence[^"]*/.exec(readme) ?? []
    await query(raise!)
    const ids = await emit(office, world, 4)
    const { ids: heard } = await feed(nextAfter)
    // What was the last is told once more, under its id.
    expect(heard.slice(-4)).toEqual(ids)
    expect(heard).toHaveLength(5)
  })
})
