import { beforeEach, describe, expect, it } from 'vitest'
import { inserting } from '#db/database.ts'
import { members } from '#db/members.ts'
import type { World } from '../../world.ts'
import { aPerson, aWorld, call, days, hours, iso, monday, setClock, write } from '../../world.ts'

beforeEach(() => setClock())

const haircut = { name: 'Balayage', durationMinutes: 90, price: { amount: 12000, currency: 'EUR' } }

async function offer({ owner, businessId }: World, more: object = {}) {
  const body = { businessId, ...haircut, ...more }
  const { status, body: service } = await call('POST', '/api/services', { token: owner.token, body })
  expect(status, JSON.stringify(service)).toBe(201)
  return service
}

async function listed({ businessId }: World, token?: string, search = '') {
  const { status, body } = await call('GET', `/api/services/business/${businessId}${search}`, { token })
  expect(status).toBe(200)
  return body
}
const ids = (list: { services: { id: number }[] }) => list.services.map(({ id }) => id)

const aColleague = async ({ businessId }: World) => {
  const person = await aPerson()
  await write(
    inserting(members)({ businessId, accountId: person.id, role: 'staff', resourceId: null, createdAt: 1 }),
  )
  return person
}

/** The people offered for a service on Monday. */
async function performers({ businessId }: World, serviceId: number): Promise<number[]> {
  const range = `from=${iso(monday)}&to=${iso(monday + 12 * hours)}`
  const { body } = await call(
    'GET',
    `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}&${range}`,
  )
  return body.slots?.[0].staffIds ?? []
}

describe('offering a service', () => {
  it('needs but a name, a duration and a price', async () => {
    const world = await aWorld()
    const service = await offer(world)
    expect(service).toEqual({
      id: expect.any(Number),
      businessId: world.businessId,
      ...haircut,
      description: null,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      capacity: 1,
      slotIntervalMinutes: null,
      minNoticeMinutes: 0,
      maxAdvanceDays: null,
      confirmation: 'instant',
      prepayment: null,
      staffIds: [],
      active: true,
      createdAt: iso(monday),
      updatedAt: iso(monday),
    })
    expect((await listed(world)).services).toContainEqual(service)
  })

  it('keeps all that is said of it', async () => {
    const world = await aWorld({ staff: 2 })
    const all = {
      description: 'With care',
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 10,
      capacity: 4,
      slotIntervalMinutes: 15,
      minNoticeMinutes: 120,
      maxAdvanceDays: 60,
      confirmation: 'approval',
      prepayment: { amount: 3000, currency: 'EUR' },
      staffIds: world.staffIds,
      active: false,
    }
    const service = await offer(world, { ...all, staffIds: [...world.staffIds, ...world.staffIds].reverse() })
    expect(service).toMatchObject(all)
    expect((await listed(world, world.owner.token)).services).toContainEqual(service)
  })

  it('is for members, of one’s own business', async () => {
    const world = await aWorld()
    const body = { businessId: world.businessId, ...haircut }
    const post = async (token?: string) => {
      const answer = await call('POST', '/api/services', { token, body })
      return [answer.status, answer.body.code]
    }
    expect(await post()).toEqual([401, 'auth.required'])
    expect(await post((await aWorld()).owner.token)).toEqual([404, 'business.not_found'])
    expect(await post((await aColleague(world)).token)).toEqual([201, undefined])
  })

  it('says what is wrong with each field', async () => {
    const { owner, businessId } = await aWorld()
    const body = {
      businessId,
      name: '',
      durationMinutes: 1441,
      price: { amount: -1, currency: 'XXY' },
      bufferBeforeMinutes: 1.5,
      capacity: 0,
      slotIntervalMinutes: 4,
      minNoticeMinutes: 525_601,
      maxAdvanceDays: 1096,
      confirmation: 'maybe',
      staffIds: 'all',
      colour: 'red',
    }
    const { status, body: answer } = await call('POST', '/api/services', { token: owner.token, body })
    expect(status).toBe(422)
    expect(answer.errors).toEqual([
      { field: 'name', message: 'Name is required' },
      { field: 'durationMinutes', message: 'Maximum 1440' },
      { field: 'price.amount', message: 'Minimum 0' },
      { field: 'price.currency', message: 'Currency must be an ISO 4217 code' },
      { field: 'bufferBeforeMinutes', message: 'Buffer before minutes must be an integer' },
      { field: 'capacity', message: 'Minimum 1' },
      { field: 'slotIntervalMinutes', message: 'Minimum 5' },
      { field: 'minNoticeMinutes', message: 'Maximum 525600' },
      { field: 'maxAdvanceDays', message: 'Maximum 1095' },
      { field: 'confirmation', message: 'Confirmation must be one of instant, approval' },
      { field: 'staffIds', message: 'Staff ids must be an array' },
      { field: 'colour', message: 'Colour is not a known field' },
    ])
  })

  it('takes the business’s currency, a prepayment up to the price, and its own staff', async () => {
    const world = await aWorld()
    const other = await aWorld()
    const eur = (amount: number) => ({ amount, currency: 'EUR' })
    const usd = { amount: 1, currency: 'USD' }
    const wrong: [object, string, string][] = [
      [{ price: usd }, 'price.currency', 'Currency must be that of the business'],
      [{ prepayment: usd }, 'prepayment.currency', 'Currency must be that of the price'],
      [{ prepayment: eur(12001) }, 'prepayment', 'Prepayment must not be more than the price'],
      [{ staffIds: other.staffIds }, 'staffIds', `${other.staffIds[0]} not found in this business`],
    ]
    for (const [more, field, message] of wrong) {
      const body = { businessId: world.businessId, ...haircut, ...more }
      const answer = await call('POST', '/api/services', { token: world.owner.token, body })
      expect([answer.status, answer.body.errors]).toEqual([422, [{ field, message }]])
    }
    expect((await offer(world, { prepayment: eur(12000) })).prepayment).toEqual(eur(12000))
  })
})

describe('the services of a business', () => {
  it('are everybody’s to see while they are active, and its members’ always', async () => {
    const world = await aWorld()
    const hidden = await offer(world, { active: false })
    const outsiders = [undefined, (await aWorld()).owner.token]
    for (const token of outsiders) expect(ids(await listed(world, token))).toEqual([world.serviceId])
    expect(ids(await listed(world, (await aColleague(world)).token))).toEqual([world.serviceId, hidden.id])
    expect((await call('GET', '/api/services/business/1')).status).toBe(404)
  })

  it('come by page and by cursor', async () => {
    const world = await aWorld()
    const expected = [world.serviceId]
    for (let made = 0; made < 4; made++) expected.push((await offer(world)).id)
    const first = await listed(world, undefined, '?limit=2')
    expect(first).toMatchObject({ total: 5, page: 1, limit: 2 })
    const second = await listed(world, undefined, `?limit=2&cursor=${first.nextCursor}`)
    const third = await listed(world, undefined, `?limit=2&cursor=${second.nextCursor}`)
    expect([first, second, third].flatMap(ids)).toEqual(expected)
    expect(third.nextCursor).toBeNull()
    expect(ids(await listed(world, undefined, '?limit=2&page=2'))).toEqual(ids(second))
  })
})

describe('changing a service', () => {
  it('changes what is given and leaves the rest', async () => {
    const world = await aWorld({ staff: 2 })
    const before = await offer(world, {
      staffIds: [world.staffIds[0]],
      maxAdvanceDays: 30,
      bufferAfterMinutes: 10,
    })
    setClock(monday + 1000)
    const change = (body: object) =>
      call('PATCH', `/api/services/${before.id}`, { token: world.owner.token, body })

    const renamed = await change({ name: 'Ombré', maxAdvanceDays: null })
    const after = { ...before, name: 'Ombré', maxAdvanceDays: null, updatedAt: iso(monday + 1000) }
    expect(renamed.body).toEqual(after)
    expect((await listed(world)).services).toContainEqual(after)

    expect((await change({ staffIds: world.staffIds })).body.staffIds).toEqual(world.staffIds)
    expect((await listed(world)).services[1].staffIds).toEqual(world.staffIds)
    expect(await performers(world, before.id)).toEqual(world.staffIds)
    await change({ staffIds: [world.staffIds[1]] })
    expect(await performers(world, before.id)).toEqual([world.staffIds[1]])
    await change({ staffIds: [] })
    expect(await performers(world, before.id)).toEqual(world.staffIds)
    await change({ active: false })
    expect(await performers(world, before.id)).toEqual([])
  })

  it('holds the prepayment and the currency against what was there', async () => {
    const world = await aWorld()
    const eur = (amount: number) => ({ amount, currency: 'EUR' })
    const { id } = await offer(world, { prepayment: eur(5000) })
    const change = async (body: object) => {
      const answer = await call('PATCH', `/api/services/${id}`, { token: world.owner.token, body })
      return answer.status === 422 ? answer.body.errors[0]?.field : answer.body
    }
    expect(await change({ price: eur(4999) })).toBe('prepayment')
    expect(await change({ prepayment: eur(12001) })).toBe('prepayment')
    expect(await change({ prepayment: { amount: 1, currency: 'USD' } })).toBe('price.currency')
    expect(await change({ price: { amount: 9000, currency: 'USD' } })).toBe('price.currency')
    expect(await change({ staffIds: (await aWorld()).staffIds })).toBe('staffIds')
    expect(await change({ businessId: world.businessId })).toBe('businessId')
    expect(await change({ prepayment: null, price: eur(1) })).toMatchObject({
      prepayment: null,
      price: eur(1),
    })
  })

  it('is its business’s matter alone', async () => {
    const world = await aWorld()
    const path = `/api/services/${world.serviceId}`
    const stranger = (await aWorld()).owner
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'Mine' } : undefined
      const answers = [
        await call(method, path, { token: stranger.token, body }),
        await call(method, path, { body }),
      ]
      expect(answers.map((answer) => answer.body.code)).toEqual(['service.not_found', 'auth.required'])
    }
    const colleague = await aColleague(world)
    expect((await call('PATCH', path, { token: colleague.token, body: { name: 'Ours' } })).body.name).toBe(
      'Ours',
    )
  })
})

describe('deleting a service', () => {
  it('takes it away from everybody, while its bookings stay', async () => {
    const world = await aWorld()
    const { owner, businessId, serviceId } = world
    const booked = await call('POST', '/api/bookings', {
      token: owner.token,
      body: { businessId, serviceId, startTime: iso(monday + days + 2 * hours), customer: { name: 'Carla' } },
    })
    expect(booked.status).toBe(201)
    const remove = () => call('DELETE', `/api/services/${serviceId}`, { token: owner.token })
    const removed = await remove()
    expect([removed.status, removed.text]).toEqual([204, ''])

    expect((await listed(world, owner.token)).services).toEqual([])
    const answers = [
      await remove(),
      await call('PATCH', `/api/services/${serviceId}`, { token: owner.token, body: { active: true } }),
      await call('POST', '/api/bookings', {
        token: owner.token,
        body: { businessId, serviceId, startTime: iso(monday + 2 * days), customer: { name: 'Carla' } },
      }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    const booking = await call('GET', `/api/bookings/${booked.body.id}`, { token: owner.token })
    expect(booking.body).toMatchObject({ serviceId, status: 'confirmed' })
  })
})
