import { beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#domain/identifiers.ts'
import { PostOffice, aWebhook } from '../../post-office.ts'
import { counted } from '../../round-trips.ts'
import {
  aKey,
  aMember,
  aPerson,
  aSite,
  aWorld,
  call,
  hours,
  iso,
  monday,
  query,
  setClock,
  write,
} from '../../world.ts'
import type { Person, World } from '../../world.ts'

let world: World

beforeEach(async () => {
  setClock()
  world = await aWorld()
})

const leave = async (more: object = {}) =>
  call('POST', '/api/leads', { body: { businessId: world.businessId, ...more } })
const leads = async (caller: { token?: string; key?: string } = { token: world.owner.token }) =>
  call('GET', `/api/businesses/${world.businessId}/leads`, caller)
const ada = { name: 'Ada Lovelace', phone: '+49 (30) 123-456', email: 'ada@example.com' }

describe('a lead', () => {
  it('is left by anybody, and seen by the business with all that is known of it', async () => {
    const { status, body } = await leave({ ...ada, message: 'Is Saturday free?', channel: 'Google' })
    expect([status, body]).toEqual([201, { id: expect.any(Number) }])
    const seen = await leads()
    expect(seen.body).toMatchObject({ total: 1, nextCursor: null })
    expect(seen.body.leads[0]).toEqual({
      id: body.id,
      businessId: world.businessId,
      siteId: world.siteId,
      status: 'accepted',
      stage: 'Неразобранное',
      customer: { id: null, ...ada },
      message: 'Is Saturday free?',
      channel: 'Google',
      traffic: null,
      visitId: expect.stringMatching(/^[\da-f]{24}$/),
      clientId: null,
      callDurationSeconds: null,
      recordingUrl: null,
      summ: { amount: 0, currency: 'EUR' },
      isSummByHand: false,
      createdAt: iso(monday),
      updatedAt: iso(monday),
    })
  })

  it('is the business’s alone, and its keys’ that may read leads', async () => {
    await leave()
    const may = await aKey(world, { scopes: ['leads:read'] })
    expect((await leads({ key: may.key })).body.total).toBe(1)
    expect((await leads({ token: (await aMember(world, 'staff')).token })).status).toBe(200)
    const others = [{ token: (await aPerson()).token }, { key: (await aKey(await aWorld())).key }]
    for (const other of others) expect((await leads(other)).status).toBe(404)
  })

  it('is listed the newest first, page by page', async () => {
    const ids = []
    for (let count = 0; count < 5; count++) ids.unshift((await leave()).body.id)
    const seen = []
    let cursor = ''
    for (let page = 0; page < 3; page++) {
      const path = `/api/businesses/${world.businessId}/leads?limit=2${cursor}`
      const { body } = await call('GET', path, { token: world.owner.token })
      seen.push(...body.leads.map(({ id }: { id: number }) => id))
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(seen).toEqual(ids)
  })

  it.each([
    ['a business that is not there', { businessId: 1 }, 404, 'business.not_found'],
    ['a site that is not there', { siteId: 1 }, 404, 'site.not_found'],
    ['a visit that is none', { visitId: 'xyz' }, 422, 'request.validation_failed'],
    [
      'a recording that is a script',
      { recordingUrl: 'javascript:alert(1)' },
      422,
      'request.validation_failed',
    ],
  ])('with %s is refused', async (_, more, status, code) => {
    const answer = await leave(more)
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  it('of another business’s site is refused', async () => {
    const { siteId } = await aWorld()
    expect((await leave({ siteId })).body.code).toBe('site.not_found')
  })

  it('is one of thirty in a quarter of an hour from an address, or comes with a key', async () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.91' }
    const body = { businessId: world.businessId }
    const statuses = []
    for (let count = 0; count < 31; count++) {
      statuses.push((await call('POST', '/api/leads', { headers, body })).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 201), 429])
    const { key } = await aKey(world)
    expect((await call('POST', '/api/leads', { headers, body, key })).status).toBe(201)
  })

  it('is told to whoever asked to hear of leads, and stands in the feed', async () => {
    const office = new PostOffice()
    await aWebhook(world, { events: ['lead.received'] })
    const { body } = await leave(ada)
    const [event] = await query<{ id: number }>('select id from events where subjectId = ?', body.id)
    office.announced.push(event!.id)
    await office.deliver()
    expect(office.received[0]?.body).toMatchObject({
      type: 'lead.received',
      data: { id: body.id, customer: ada, stage: 'Неразобранное' },
    })
    const feed = await call('GET', `/api/events?businessId=${world.businessId}`, { token: world.owner.token })
    expect(feed.body.events[0]).toMatchObject({ type: 'lead.received', data: { id: body.id } })
  })

  it('waits for one read and one write', async () => {
    const body = { businessId: world.businessId }
    let steps = 0
    const fetcher = async (request: Request) => {
      const all = await counted(request)
      steps = all.steps
      return all.response
    }
    await call('POST', '/api/leads', { body, fetcher })
    expect(steps).toBe(2)
    await call('GET', `/api/businesses/${world.businessId}/leads`, { token: world.owner.token, fetcher })
    expect(steps).toBe(1)
  })
})

describe('the stages of a business', () => {
  const path = () => `/api/businesses/${world.businessId}/lead-stages`
  const put = (stages: object[], by: Person = world.owner) =>
    call('PUT', path(), { token: by.token, body: { stages } })
  const move = (id: number, stage: string) =>
    call('PATCH', `/api/businesses/${world.businessId}/leads/${id}`, {
      token: world.owner.token,
      body: { stage },
    })

  it('begin with the one of whatever just came in', async () => {
    const { body } = await call('GET', path(), { token: world.owner.token })
    expect(body).toEqual({ stages: [{ id: 1, name: 'Неразобранное' }] })
  })

  it('are its own list, through which it takes its leads', async () => {
    const { status, body } = await put([{ id: 1, name: 'Неразобранное' }, { name: 'В работе' }])
    expect([status, body.stages.map(({ name }: { name: string }) => name)]).toEqual([
      200,
      ['Неразобранное', 'В работе'],
    ])
    expect((await call('GET', path(), { token: world.owner.token })).body).toEqual(body)
    const { body: lead } = await leave()
    expect((await move(lead.id, 'В работе')).body).toMatchObject({ id: lead.id, stage: 'В работе' })
    const unknown = await move(lead.id, 'Продано')
    expect([unknown.status, unknown.body.code, unknown.body.errors[0].field]).toEqual([
      422,
      'lead.unknown_stage',
      'stage',
    ])
  })

  it('keep their leads under another name, and leave them to the first when they go', async () => {
    const { body } = await put([{ name: 'Неразобранное' }, { name: 'В работе' }])
    const { body: lead } = await leave()
    await move(lead.id, 'В работе')
    const stage = async () => (await leads()).body.leads[0].stage
    await put([body.stages[0], { ...body.stages[1], name: 'Договорились' }])
    expect(await stage()).toBe('Договорились')
    await put([{ name: 'Новое' }, { name: 'В работе' }])
    expect(await stage()).toBe('Новое')
  })

  it.each([
    ['an unknown id', [{ id: 77, name: 'X' }]],
    ['a name twice', [{ name: 'X' }, { name: 'X' }]],
    ['nothing', []],
    ['more than can be seen', Array.from({ length: 51 }, (_, index) => ({ name: `X${index}` }))],
  ])('with %s are refused', async (_, stages) => {
    expect((await put(stages)).body.code).toBe('request.validation_failed')
  })

  it('are the managers’ to say', async () => {
    expect((await put([{ name: 'X' }], await aMember(world, 'staff'))).status).toBe(403)
    expect((await put([{ name: 'X' }], await aMember(world, 'manager'))).status).toBe(200)
  })
})

describe('the sites of a business', () => {
  it('are one when it is made, called as it is', async () => {
    const owner = await aPerson()
    const address = { city: 'Berlin', country: 'DE' }
    const details = { name: 'Salon', category: 'salon', timeZone: 'Europe/Berlin', currency: 'EUR', address }
    const { body: business } = await call('POST', '/api/businesses', { token: owner.token, body: details })
    const { body } = await call('GET', `/api/sites?businessId=${business.id}`, { token: owner.token })
    expect(body.sites).toEqual([expect.objectContaining({ businessId: business.id, name: 'Salon' })])
  })

  it('are added, renamed, and taken away, but for the last', async () => {
    const { token } = world.owner
    const made = await call('POST', '/api/sites', {
      token,
      body: { businessId: world.businessId, name: 'shop' },
    })
    expect(made.status).toBe(201)
    const path = `/api/sites/${made.body.id}`
    const renamed = await call('PATCH', path, { token, body: { name: 'shop.test' } })
    expect(renamed.body).toMatchObject({ id: made.body.id, name: 'shop.test' })
    const { body: lead } = await leave({ siteId: made.body.id })
    expect((await call('DELETE', path, { token })).status).toBe(204)
    expect((await leave({ siteId: made.body.id })).body.code).toBe('site.not_found')
    expect((await leads()).body.leads[0]).toMatchObject({ id: lead.id, siteId: made.body.id })
    const { body } = await call('GET', `/api/sites?businessId=${world.businessId}`, { token })
    expect(body.sites.map(({ id }: { id: number }) => id)).toEqual([world.siteId])
    const last = await call('DELETE', `/api/sites/${world.siteId}`, { token })
    expect([last.status, last.body.code]).toEqual([409, 'site.last'])
  })

  it('are fifty at most', async () => {
    const { businessId } = world
    await write(...Array.from({ length: 49 }, () => aSite({ id: newId(monday), businessId })))
    const refused = await call('POST', '/api/sites', {
      token: world.owner.token,
      body: { businessId, name: 'X' },
    })
    expect([refused.status, refused.body.code]).toEqual([409, 'site.too_many'])
  })
})

describe('a booking that comes from a lead', () => {
  const book = (caller: { token?: string; key?: string }, hour: number, more: object) => {
    const { businessId, serviceId } = world
    const body = { businessId, serviceId, startTime: iso(monday + hour * hours), customer: ada, ...more }
    return call('POST', '/api/bookings', { ...caller, body })
  }
  const worth = async () => (await leads()).body.leads[0]

  it('adds its price to what the lead is worth, and says whose it is', async () => {
    const { body: lead } = await leave(ada)
    const first = await book({ token: world.owner.token }, 2, { leadId: lead.id })
    expect(first.status).toBe(201)
    expect(await worth()).toMatchObject({
      summ: { amount: 4500, currency: 'EUR' },
      customer: { id: first.body.customer.id },
    })
    await book({ key: (await aKey(world)).key }, 3, { leadId: lead.id })
    expect((await worth()).summ.amount).toBe(9000)
  })

  it('adds it when a hold becomes one, and not before', async () => {
    const { body: lead } = await leave(ada)
    const { businessId, serviceId } = world
    const { token } = world.owner
    const slot = { businessId, serviceId, startTime: iso(monday + 2 * hours), customer: ada }
    const { body: hold } = await call('POST', '/api/bookings/holds', { token, body: slot })
    expect((await worth()).summ.amount).toBe(0)
    await call('POST', '/api/bookings', { token, body: { ...slot, holdId: hold.holdId, leadId: lead.id } })
    expect((await worth()).summ.amount).toBe(4500)
  })

  it('adds nothing when it is not made, or when somebody has said what the lead is worth', async () => {
    const { body: lead } = await leave(ada)
    await book({ token: world.owner.token }, 2, {})
    expect((await book({ token: world.owner.token }, 2, { leadId: lead.id })).status).toBe(409)
    expect((await worth()).summ.amount).toBe(0)
    await query('update leads set summMinor = 70000, isSummByHand = 1 where id = ?', lead.id)
    expect((await book({ token: world.owner.token }, 3, { leadId: lead.id })).status).toBe(201)
    expect(await worth()).toMatchObject({ summ: { amount: 70_000 }, isSummByHand: true })
  })

  it('is refused for another business’s lead, and for somebody who is not of the business', async () => {
    const mine = world
    const { body: lead } = await leave(ada)
    const customer = await book({ token: (await aPerson()).token }, 2, { leadId: lead.id })
    expect([customer.status, customer.body.code]).toEqual([404, 'lead.not_found'])
    world = await aWorld()
    const theirs = await book({ token: world.owner.token }, 2, { leadId: lead.id })
    expect([theirs.status, theirs.body.code]).toEqual([404, 'lead.not_found'])
    expect(
      await query('select id from bookings where businessId in (?, ?)', mine.businessId, world.businessId),
    ).toEqual([])
  })

  it('waits no longer than any other', async () => {
    const { body: lead } = await leave(ada)
    const { businessId, serviceId } = world
    const body = { businessId, serviceId, startTime: iso(monday + 2 * hours), customer: ada, leadId: lead.id }
    let steps = 0
    const fetcher = async (request: Request) => {
      const all = await counted(request)
      steps = all.steps
      return all.response
    }
    expect((await call('POST', '/api/bookings', { token: world.owner.token, body, fetcher })).status).toBe(
      201,
    )
    expect(steps).toBe(3)
  })
})

describe('somebody who is erased', () => {
  const emptied = {
    name: null,
    phone: null,
    phoneDigits: null,
    email: null,
    message: null,
    visitId: null,
    clientId: null,
    recordingUrl: null,
  }
  const details = {
    ...ada,
    message: 'My knee hurts',
    clientId: '4602617',
    recordingUrl: 'https://audio.example.com/1.mp3',
  }
  const rowOf = async (id: number) => (await query('select * from leads where id = ?', id))[0]
  const book = async (leadId?: number) => {
    const { businessId, serviceId } = world
    const body = { businessId, serviceId, startTime: iso(monday + 2 * hours), customer: ada, leadId }
    return (await call('POST', '/api/bookings', { token: world.owner.token, body })).body
  }
  const erase = (customerId: number) =>
    call('DELETE', `/api/customers/${customerId}`, { token: world.owner.token })

  it('is erased from the lead that they booked from, and from what was told of it', async () => {
    const { body: lead } = await leave({ message: 'Call me: Ada', clientId: '4602617', phone: '0301' })
    const booking = await book(lead.id)
    expect((await erase(booking.customer.id)).status).toBe(204)
    expect(await rowOf(lead.id)).toMatchObject({ ...emptied, erasedAt: monday, summMinor: 4500 })
    const [event] = await query<{ data: string }>(
      "select data from events where subject = 'lead' and subjectId = ?",
      lead.id,
    )
    expect(JSON.parse(event!.data)).toMatchObject({
      message: null,
      clientId: null,
      phone: null,
      visitId: null,
    })
  })

  it('is erased from the leads with the same contact, however the number is written', async () => {
    const { body: byPhone } = await leave({ ...details, email: null, phone: '4930123456' })
    const { body: byEmail } = await leave({ ...details, phone: null })
    const { body: other } = await leave({ ...details, email: 'grace@example.com', phone: '+1 555 0100' })
    const booking = await book()
    expect((await erase(booking.customer.id)).status).toBe(204)
    expect(await rowOf(byPhone.id)).toMatchObject(emptied)
    expect(await rowOf(byEmail.id)).toMatchObject(emptied)
    expect(await rowOf(other.id)).toMatchObject({ email: 'grace@example.com', erasedAt: null })
  })

  it('is withheld in the log of requests that showed the lead', async () => {
    const { body: lead } = await leave({ phone: '0301', message: 'Ada was here' })
    const booking = await book(lead.id)
    await erase(booking.customer.id)
    const marks = await query('select mark from erasedMarks where businessId = ?', world.businessId)
    expect(marks).toContainEqual({ mark: String(lead.id) })
  })

  it('takes the leads of nobody else along by leaving an account under their address', async () => {
    const { body: lead } = await leave(details)
    const body = {
      email: 'ada@example.com',
      password: 'correct horse battery',
      firstName: 'E',
      lastName: 'Ve',
    }
    const { body: eve } = await call('POST', '/api/auth/signup', { body })
    const { businessId, serviceId } = world
    const slot = { businessId, serviceId, startTime: iso(monday + 4 * hours) }
    expect((await call('POST', '/api/bookings', { token: eve.access_token, body: slot })).status).toBe(201)
    const leaving = { token: eve.access_token, body: { password: body.password } }
    expect((await call('DELETE', '/api/users/account', leaving)).status).toBe(204)
    expect(await rowOf(lead.id)).toMatchObject({ email: ada.email, erasedAt: null })
  })
})
