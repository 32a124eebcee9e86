import { beforeEach, describe, expect, it } from 'vitest'
import type { World } from '../../world.ts'
import { aMember, aService, aWorld, call, days, hours, iso, monday, setClock, write } from '../../world.ts'

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

/** The people offered for a service on Monday. */
async function performers({ businessId }: World, serviceId: number): Promise<number[]> {
  const range = `from=${iso(monday)}&to=${iso(monday + 12 * hours)}`
  const { body } = await call(
    'GET',
    `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}&${range}`,
  )
  return body.slots?.[0]?.staffIds ?? []
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
      changeNoticeMinutes: 0,
      maxAdvanceDays: null,
      confirmation: 'instant',
      prepayment: null,
      performedBy: 'everybody',
      staffIds: [],
      roomIds: [],
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
      changeNoticeMinutes: 1440,
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

  it('is for those who manage one’s own business', async () => {
    const world = await aWorld()
    const body = { businessId: world.businessId, ...haircut }
    const post = async (token?: string) => {
      const answer = await call('POST', '/api/services', { token, body })
      return [answer.status, answer.body.code]
    }
    expect(await post()).toEqual([401, 'auth.required'])
    expect(await post((await aWorld()).owner.token)).toEqual([404, 'business.not_found'])
    expect(await post((await aMember(world, 'staff')).token)).toEqual([403, 'business.managers_only'])
    expect(await post((await aMember(world, 'manager')).token)).toEqual([201, undefined])
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
    expect(ids(await listed(world, (await aMember(world, 'staff')).token))).toEqual([
      world.serviceId,
      hidden.id,
    ])
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
    expect((await listed(world)).services[1]).toMatchObject({ performedBy: 'everybody', staffIds: [] })
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
    const { token } = await aMember(world, 'staff')
    for (const method of ['PATCH', 'DELETE']) {
      const answer = await call(method, path, {
        token,
        ...(method === 'PATCH' && { body: { name: 'Ours' } }),
      })
      expect([answer.status, answer.body.code]).toEqual([403, 'business.managers_only'])
    }
    const manager = await aMember(world, 'manager')
    expect((await call('PATCH', path, { token: manager.token, body: { name: 'Ours' } })).body.name).toBe(
      'Ours',
    )
  })
})

describe('who performs a service', () => {
  const hire = async ({ owner, businessId }: World, more: object = {}) => {
    const weekly = [{ weekday: 1, start: '09:00', end: '17:00' }]
    const body = { businessId, name: 'Bea', schedule: { weekly }, ...more }
    const answer = await call('POST', '/api/staff', { token: owner.token, body })
    expect(answer.status, answer.text).toBe(201)
    return answer.body.id as number
  }
  const leave = ({ owner }: World, staffId: number) =>
    call('DELETE', `/api/staff/${staffId}`, { token: owner.token })
  const service = async (world: World, id: number) =>
    (await listed(world)).services.find((one: { id: number }) => one.id === id)
  const book = ({ owner, businessId }: World, serviceId: number, more: object = {}) => {
    const body = {
      businessId,
      serviceId,
      startTime: iso(monday + 2 * hours),
      customer: { name: 'C' },
      ...more,
    }
    return call('POST', '/api/bookings', { token: owner.token, body })
  }

  it('is everybody, and stays everybody, whoever is hired for it', async () => {
    const world = await aWorld({ staff: 2 })
    const { id } = await offer(world)
    const bea = await hire(world, { serviceIds: [id] })
    const everybody = [...world.staffIds, bea]
    expect(await performers(world, id)).toEqual(everybody)
    expect(await service(world, id)).toMatchObject({ performedBy: 'everybody', staffIds: [] })
    for (const staffId of everybody) expect((await book(world, id, { staffId })).status).toBe(201)
  })

  it('is whom the service names, with those hired for it later', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna] = world.staffIds
    const { id } = await offer(world, { staffIds: [anna] })
    await hire(world)
    expect(await performers(world, id)).toEqual([anna])
    const bea = await hire(world, { serviceIds: [id] })
    expect(await performers(world, id)).toEqual([anna, bea])
    expect(await service(world, id)).toMatchObject({ performedBy: 'assigned', staffIds: [anna, bea] })
  })

  it('is nobody once the last of them has left, and not everybody', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna] = world.staffIds as [number, number]
    const { id } = await offer(world, { staffIds: [anna] })
    expect((await leave(world, anna)).status).toBe(204)
    expect(await service(world, id)).toMatchObject({ performedBy: 'assigned', staffIds: [] })
    expect(await performers(world, id)).toEqual([])
    const booked = await book(world, id)
    expect([booked.status, booked.body.code, booked.body.error]).toEqual([
      409,
      'booking.no_staff',
      'Nobody performs this service here',
    ])
    const bea = await hire(world, { serviceIds: [id] })
    expect(await performers(world, id)).toEqual([bea])
  })

  it('is said of somebody who is asked for and does not perform it', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna, ben] = world.staffIds as [number, number]
    const { id } = await offer(world, { staffIds: [anna] })
    const query = `businessId=${world.businessId}&serviceId=${id}&staffId=${ben}`
    const booked = await book(world, id, { staffId: anna })
    const { token } = world.owner
    const answers = [
      await book(world, id, { staffId: ben }),
      await call('GET', `/api/bookings/availability?${query}&from=${iso(monday)}&to=${iso(monday + days)}`),
      await call('GET', `/api/bookings/availability/explain?${query}&startTime=${iso(monday)}`),
      await call('PATCH', `/api/bookings/${booked.body.id}`, { token, body: { staffId: ben } }),
    ]
    for (const { status, body } of answers) {
      expect([status, body.code, body.error]).toEqual([
        409,
        'staff.not_performing',
        'This staff member does not perform this service',
      ])
    }
    expect((await book(world, id, { staffId: 1 })).body.code).toBe('staff.not_found')
  })
})

describe('the services of one business', () => {
  it('are five hundred at most, and those that were deleted do not count', async () => {
    const world = await aWorld()
    const many = Array.from({ length: 499 }, (_, index) => {
      return aService({ id: index + 1, businessId: world.businessId })
    })
    await write(...many)
    const body = { businessId: world.businessId, ...haircut }
    const refused = await call('POST', '/api/services', { token: world.owner.token, body })
    expect([refused.status, refused.body.code, refused.body.error]).toEqual([
      409,
      'service.too_many',
      'Maximum 500 services',
    ])
    await call('DELETE', `/api/services/${world.serviceId}`, { token: world.owner.token })
    await offer(world)
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
