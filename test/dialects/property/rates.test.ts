import { beforeEach, describe, expect, it } from 'vitest'
import { mostRates } from '#db/rates.ts'
import { aKey, aPerson, aWorld, call, monday, days, query, setClock } from '../../world.ts'
import type { World } from '../../world.ts'
import { ask } from './ask.ts'

let world: World
let key: string
beforeEach(async () => {
  setClock()
  world = await aWorld({ timeZone: 'Europe/Berlin' })
  key = (await aKey(world)).key
})

const policy = {
  type: 'REFUNDABLE',
  cancellationPenaltyPercentageAfterDeadline: null,
  deadlineDays: null,
  deadlineHours: null,
  cancellationPenaltyNightsAfterDeadline: null,
  noShow: 'DEFAULT',
  prepaymentPercentage: null,
  prepaymentFirstNight: false,
}

async function aRate(details: object = {}) {
  const { status, body } = await ask(key, 'POST', '/rates', { body: { name: 'Flexible', ...details } })
  expect([status, body.errors]).toEqual([201, undefined])
  return body.data
}
async function aRoom(details: object = {}) {
  const { body } = await ask(key, 'POST', '/rooms', { body: { name: 'Room 12', persons: 2, ...details } })
  return body.data.roomId as number
}
const change = (rateId: number, body: object) => ask(key, 'PATCH', `/rates/${rateId}`, { body })
const remove = (rateId: number) => ask(key, 'DELETE', `/rates/${rateId}`)
const listed = async () => {
  const { body } = await ask(key, 'GET', '/rates')
  return body.data.map(({ name }: { name: string }) => name)
}

/** A stay at a rate that begins in some days and has three nights. */
async function aStay(rateId: number, { inDays = 7, status = 'confirmed', hour = '09' } = {}): Promise<void> {
  const roomId = await aRoom()
  const { body } = await call('POST', '/api/bookings', {
    token: world.owner.token,
    body: {
      businessId: world.businessId,
      serviceId: world.serviceId,
      startTime: `2031-03-04T${hour}:00:00Z`,
    },
  })
  const [from, to] = [monday + inDays * days, monday + (inDays + 3) * days]
  const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10)
  await query(
    `update bookings set kind = 'stay', serviceId = null, resourceId = ?1, resourceKind = 'room', startAt = ?2, endAt = ?3, blockedFromAt = ?2,
       blockedToAt = ?3, status = ?4 where id = ?5`,
    roomId,
    from,
    to,
    status,
    body.id,
  )
  await query(
    `insert into stays (bookingId, businessId, arrivalOn, departureOn, adults, children, rateId, meal, details)
       values (?, ?, ?, ?, 2, 0, ?, 'none', '{}')`,
    body.id,
    world.businessId,
    dateOf(from),
    dateOf(to),
    rateId,
  )
}

describe('a business', () => {
  it('begins with one rate, Standard, that can be cancelled', async () => {
    const { token } = await aPerson()
    const made = await call('POST', '/api/businesses', {
      token,
      body: {
        name: 'Seaside',
        category: 'hotel',
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        address: { city: 'Sopot', country: 'PL' },
      },
    })
    expect([made.status, made.body.errors]).toEqual([201, undefined])
    const hotel = (await aKey({ businessId: made.body.id })).key
    const { status, body } = await ask(hotel, 'GET', '/rates')
    expect(status).toBe(200)
    expect(body.meta).toEqual({ ruid: expect.any(String) })
    const rateId = body.data[0].rateId
    expect(body.data).toEqual([
      {
        rateId,
        name: 'Standard',
        cancellationId: rateId,
        meals: 0,
        parentRateId: null,
        rateRelation: null,
        rooms: null,
        types: null,
        cancellationPolicy: { cancellationId: rateId, ...policy },
      },
    ])
  })

  it(`has at most ${mostRates} rates`, async () => {
    await query(
      `insert into rates (id, businessId, name, meal, cancellation, createdAt, updatedAt)
         with recursive n (n) as (select 1 union all select n + 1 from n where n < ?)
         select n, ?, 'Rate ' || n, 'none', '{}', 1, 1 from n`,
      mostRates,
      world.businessId,
    )
    const { status, body } = await ask(key, 'POST', '/rates', { body: { name: 'One more' } })
    expect([status, body.detail]).toEqual([409, `Maximum ${mostRates} rates`])
  })
})

describe('a rate', () => {
  it('is what was said of it', async () => {
    const [first, second] = [await aRoom(), await aRoom()]
    const { rateId: parentRateId } = await aRate()
    const said = {
      name: 'Saver',
      meals: 1,
      parentRateId,
      rateRelation: { percentage: -12.5, additional: 4.99 },
      rooms: [first, second],
      types: [],
      cancellationPolicy: {
        type: 'NONREFUNDABLE',
        cancellationPenaltyPercentageAfterDeadline: 50,
        deadlineDays: 7,
        deadlineHours: 12,
        cancellationPenaltyNightsAfterDeadline: 1,
        noShow: 'FULL',
        prepaymentPercentage: 30,
        prepaymentFirstNight: true,
      },
    }
    const made = await ask(key, 'POST', '/rates', { body: said })
    const { rateId } = made.body.data
    expect(made.status).toBe(201)
    expect(made.headers.get('Location')).toBe(`/v1/public/rates/${rateId}`)
    expect(made.body.data).toEqual({
      ...said,
      rateId,
      cancellationId: rateId,
      cancellationPolicy: { ...said.cancellationPolicy, cancellationId: rateId },
    })
    expect((await ask(key, 'GET', `/rates/${rateId}`)).body.data).toEqual(made.body.data)
  })

  it('changes in what is given, also of its cancellation policy', async () => {
    const { rateId, ...before } = await aRate({ cancellationPolicy: { deadlineDays: 3 } })
    const { status, body } = await change(rateId, {
      meals: 2,
      cancellationPolicy: { ...before.cancellationPolicy, prepaymentPercentage: 20 },
    })
    expect(status).toBe(200)
    expect(body.data).toEqual({
      rateId,
      ...before,
      meals: 2,
      cancellationPolicy: { ...before.cancellationPolicy, deadlineDays: 3, prepaymentPercentage: 20 },
    })
    expect((await ask(key, 'GET', `/rates/${rateId}`)).body.data).toEqual(body.data)
  })

  it('loses its relation with its parent', async () => {
    const { rateId: parentRateId } = await aRate()
    const { rateId, rateRelation } = await aRate({ parentRateId })
    expect(rateRelation).toEqual({ percentage: null, additional: null })
    expect((await change(rateId, { rateRelation: { percentage: 5 } })).body.data.rateRelation).toEqual({
      percentage: 5,
      additional: null,
    })
    const { body } = await change(rateId, { parentRateId: null })
    expect([body.data.parentRateId, body.data.rateRelation]).toEqual([null, null])
  })

  it('is found by its key until it is deleted', async () => {
    const { rateId } = await aRate()
    const gone = await remove(rateId)
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect(await listed()).toEqual([])
    expect((await ask(key, 'GET', `/rates/${rateId}`)).status).toBe(404)
    expect((await change(rateId, { name: 'Back' })).status).toBe(404)
    expect((await remove(rateId)).status).toBe(404)
  })
})

describe('what is said of a rate', () => {
  it.each<[string, object, string]>([
    ['no name', { name: '' }, 'name'],
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['a meal that there is not', { meals: 9 }, 'meals'],
    ['a relation without a parent', { rateRelation: { percentage: 5 } }, 'rateRelation'],
    ['a parent that there is not', { parentRateId: 1 }, 'parentRateId'],
    ['a room that there is not', { rooms: [1] }, 'rooms'],
    ['a room type that there is not', { types: [1] }, 'types'],
    ['more than everything off', { rateRelation: { percentage: -101 } }, 'rateRelation.percentage'],
    ['a strange policy', { cancellationPolicy: { type: 'MAYBE' } }, 'cancellationPolicy.type'],
  ])('is refused with %s', async (_, details, field) => {
    const { status, body } = await ask(key, 'POST', '/rates', { body: { name: 'Flexible', ...details } })
    expect([status, Object.keys(body.errors)]).toEqual([422, [field]])
  })

  it('may be a parent, but none that leads back to it', async () => {
    const { rateId: first } = await aRate()
    const { rateId: second } = await aRate({ parentRateId: first })
    for (const parentRateId of [first, second]) {
      const { status, body } = await change(first, { parentRateId })
      expect([status, Object.keys(body.errors)]).toEqual([422, ['parentRateId']])
    }
  })

  it('never makes a circle, not even of two changes at the same moment', async () => {
    const [one, other] = [await aRate(), await aRate()]
    await query('update rates set parentRateId = ? where id = ?', one.rateId, other.rateId)
    await expect(
      query('update rates set parentRateId = ? where id = ?', other.rateId, one.rateId),
    ).rejects.toThrow(/rate_parent/)
    await expect(
      query('update rates set parentRateId = ? where id = ?', one.rateId, one.rateId),
    ).rejects.toThrow(/rate_parent/)
  })
})

describe('a rate that is needed', () => {
  it('stays while others are derived from it', async () => {
    const { rateId: parentRateId } = await aRate()
    const { rateId } = await aRate({ parentRateId })
    const { status, body } = await remove(parentRateId)
    expect([status, body.detail]).toEqual([409, 'Other rates are derived from this one'])
    expect((await remove(rateId)).status).toBe(204)
    expect((await remove(parentRateId)).status).toBe(204)
  })

  it('stays while guests are at it or still to come', async () => {
    const { rateId } = await aRate()
    await aStay(rateId)
    const { status, body } = await remove(rateId)
    expect([status, body.detail]).toEqual([409, 'Stays to come are at this rate'])
    setClock(monday + 9 * days)
    expect((await remove(rateId)).status).toBe(409)
    setClock(monday + 10 * days)
    expect((await remove(rateId)).status).toBe(204)
  })

  it('may go when whoever was to come at it does not', async () => {
    const { rateId } = await aRate()
    await aStay(rateId, { status: 'cancelled' })
    expect((await remove(rateId)).status).toBe(204)
  })

  it('is never one that was deleted meanwhile, nor another’s', async () => {
    const { rateId } = await aRate()
    await remove(rateId)
    await expect(aStay(rateId)).rejects.toThrow(/rate_gone/)
    const others = await ask((await aKey(await aWorld())).key, 'POST', '/rates', { body: { name: 'Theirs' } })
    await expect(aStay(others.body.data.rateId, { hour: '10' })).rejects.toThrow(/rate_gone/)
  })
})

it('a rate forgets rooms and room types that are gone', async () => {
  const [stays, goes] = [await aRoom(), await aRoom()]
  const type = await ask(key, 'POST', '/room-types', { body: { type: 'VILLA' } })
  const { rateId } = await aRate({ rooms: [stays, goes], types: [type.body.data.roomTypeId] })
  await ask(key, 'DELETE', `/rooms/${goes}`)
  await ask(key, 'DELETE', `/room-types/${type.body.data.roomTypeId}`)
  const { body } = await ask(key, 'GET', `/rates/${rateId}`)
  expect([body.data.rooms, body.data.types]).toEqual([[stays], []])
})

describe('rates of another business', () => {
  it('do not exist', async () => {
    const { rateId } = await aRate()
    const stranger = (await aKey(await aWorld())).key
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const { status } = await ask(
        stranger,
        method,
        `/rates/${rateId}`,
        method === 'PATCH' ? { body: {} } : {},
      )
      expect([method, status]).toEqual([method, 404])
    }
    expect((await ask(stranger, 'GET', '/rates')).body.data).toEqual([])
    const { status, body } = await ask(stranger, 'POST', '/rates', {
      body: { name: 'Theirs', parentRateId: rateId },
    })
    expect([status, Object.keys(body.errors)]).toEqual([422, ['parentRateId']])
  })
})

it.each([
  ['GET', '/rates', 'rates.read'],
  ['POST', '/rates', 'rates.create'],
  ['PATCH', '/rates/1', 'rates.update'],
  ['DELETE', '/rates/1', 'rates.delete'],
] as const)('%s %s takes the scope %s', async (method, path, scope) => {
  const { key: weak } = await aKey(world, { scopes: ['bookings:read', 'rooms.read'] })
  const { status, body } = await ask(weak, method, path, method === 'GET' ? {} : { body: { name: 'x' } })
  expect([status, body.detail.includes(scope)]).toEqual([403, true])
})

it('a rate is made once under an Idempotency-Key', async () => {
  const once = () =>
    ask(key, 'POST', '/rates', { body: { name: 'Once' }, headers: { 'Idempotency-Key': 'rate-1' } })
  const [first, again] = [await once(), await once()]
  expect(again.text).toBe(first.text)
  expect(again.headers.get('Location')).toBe(first.headers.get('Location'))
  expect(await listed()).toEqual(['Once'])
})

it('a rate comes back as a change as it was shown', async () => {
  const parent = await aRate()
  const derived = await aRate({
    parentRateId: parent.rateId,
    rateRelation: { percentage: -10, additional: 5 },
    rooms: [await aRoom()],
    types: [],
  })
  for (const rate of [parent, derived]) {
    const { status, body } = await change(rate.rateId, rate)
    expect([status, body.data]).toEqual([200, rate])
  }
})
