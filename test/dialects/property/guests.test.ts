// Guests, under both of their names.
import { beforeEach, describe, expect, it } from 'vitest'
import { counted } from '../../round-trips.ts'
import { aKey, aPerson, aWorld, call, days, hours, iso, monday, query, setClock } from '../../world.ts'
import type { World } from '../../world.ts'
import { ask } from './ask.ts'

let world: World
let key: string
beforeEach(async () => {
  setClock()
  world = await aWorld({ timeZone: 'Europe/Ljubljana' })
  key = (await aKey(world)).key
})

const ana = {
  name: 'Novak',
  forename: 'Ana',
  phone: '+386 40 111 222',
  email: 'Ana.Novak@example.com',
  companyName: 'Novak d.o.o.',
  taxId: 'SI12345678',
  personalId: '0101990500123',
  idCard: 'AB 12',
  clientType: 'REGULAR',
  address: 'Glavni trg 1, Ljubljana',
  comments: 'Quiet room',
  vehicleRegistrationNumber: 'LJ AN 123',
  countryId: 705,
  lang: 'sl',
}
const nothing = {
  forename: '',
  phone: '',
  email: '',
  companyName: null,
  taxId: null,
  personalId: null,
  idCard: null,
  clientType: 'NONE',
  address: null,
  comments: null,
  vehicleRegistrationNumber: null,
  countryId: null,
  lang: '',
}
const dates = { addDate: '2031-03-03T09:00:00+01:00', editDate: '2031-03-03T09:00:00+01:00' }

describe.each(['guests', 'clients'])('as /%s', (noun) => {
  const make = async (body: object) => (await ask(key, 'POST', `/${noun}`, { body })).body.data

  it('a guest is written down, shown, changed and deleted', async () => {
    const made = await ask(key, 'POST', `/${noun}`, { body: ana })
    const { clientId } = made.body.data
    const whole = { clientId, ...ana, email: 'ana.novak@example.com', ...dates }
    expect([made.status, made.body]).toEqual([201, { data: whole, meta: { ruid: made.headers.get('RUID') } }])
    expect(made.headers.get('Location')).toBe(`/v1/public/${noun}/${clientId}`)
    expect((await ask(key, 'GET', `/${noun}/${clientId}`)).body.data).toEqual(whole)

    setClock(monday + hours)
    const editDate = '2031-03-03T10:00:00+01:00'
    const patched = await ask(key, 'PATCH', `/${noun}/${clientId}`, { body: { clientType: 'UNWANTED' } })
    expect([patched.status, patched.body.data]).toEqual([200, { ...whole, clientType: 'UNWANTED', editDate }])

    expect((await ask(key, 'DELETE', `/${noun}/${clientId}`)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) {
      expect((await ask(key, method, `/${noun}/${clientId}`)).status).toBe(404)
    }
  })

  it('a guest needs no more than a name', async () => {
    expect(await make({ name: 'Novak' })).toEqual({
      clientId: expect.any(Number),
      name: 'Novak',
      ...nothing,
      ...dates,
    })
    const { status, body } = await ask(key, 'POST', `/${noun}`, { body: { forename: 'Ana' } })
    expect([status, body.errors]).toEqual([422, { name: ['Name is required'] }])
  })

  it('PUT forgets what it does not name, PATCH leaves it', async () => {
    const { clientId } = await make(ana)
    const path = `/${noun}/${clientId}`
    const patched = await ask(key, 'PATCH', path, { body: { phone: null, comments: '' } })
    expect(patched.body.data).toMatchObject({
      ...ana,
      email: 'ana.novak@example.com',
      phone: '',
      comments: null,
    })
    const put = await ask(key, 'PUT', path, { body: { name: 'Kos', lang: 'de' } })
    expect([put.status, put.body.data]).toEqual([
      200,
      { clientId, name: 'Kos', ...nothing, lang: 'de', ...dates },
    ])
    const nameless = await ask(key, 'PUT', path, { body: { lang: 'de' } })
    expect([nameless.status, nameless.body.errors]).toEqual([422, { name: ['Name is required'] }])
  })

  it.each([ana, { name: 'Novak' }])('an answer can be sent back as a change: %j', async (details) => {
    const guest = await make(details)
    for (const method of ['PUT', 'PATCH']) {
      const { status, body } = await ask(key, method, `/${noun}/${guest.clientId}`, { body: guest })
      expect([status, body.data]).toEqual([200, guest])
    }
  })

  it.each([
    [{ name: '' }, { name: ['Name is required'] }],
    [{ email: 'nobody' }, { email: ['Email is not valid'] }],
    [{ phone: 'call me' }, { phone: ['Phone is not valid'] }],
    [{ clientType: 'COMPANY' }, { clientType: ['Client type must be one of NONE, REGULAR, UNWANTED'] }],
    [{ countryId: 0 }, { countryId: ['Minimum 1'] }],
    [{ lang: 'not a tag' }, { lang: ['Lang must be a language tag such as de'] }],
    [{ comments: 'x'.repeat(2001) }, { comments: ['Maximum 2000 characters'] }],
    [{ nickname: 'Ann' }, { nickname: ['Nickname is not a known field'] }],
  ])('%j is refused, field by field', async (fault, errors) => {
    const { status, body } = await ask(key, 'POST', `/${noun}`, { body: { ...ana, ...fault } })
    expect([status, body.errors]).toEqual([422, errors])
    const { clientId } = await make(ana)
    const changed = await ask(key, 'PATCH', `/${noun}/${clientId}`, { body: fault })
    expect([changed.status, changed.body.errors]).toEqual([422, errors])
  })

  it('an empty search is none', async () => {
    await make({ name: 'Novak' })
    for (const search of ['', ' ']) {
      const { body } = await ask(key, 'GET', `/${noun}`, { query: { search } })
      expect(body.meta.totalItems).toBe(1)
    }
  })

  it('guests are listed by page, with how many there are', async () => {
    for (const name of ['C', 'A', 'B']) await make({ name })
    const found = async (asked: Record<string, string | number>) => {
      const { body } = await ask(key, 'GET', `/${noun}`, { query: asked })
      return body.data.map(({ name }: { name: string }) => name)
    }
    expect(await found({})).toEqual(['C', 'A', 'B'])
    expect(await found({ orderType: 'DESC' })).toEqual(['B', 'A', 'C'])
    expect(await found({ orderBy: 'name' })).toEqual(['A', 'B', 'C'])
    expect(await found({ orderBy: 'addDate', orderType: 'DESC' })).toEqual(['B', 'A', 'C'])
    const { body } = await ask(key, 'GET', `/${noun}`, { query: { limit: 2, page: 2, orderBy: 'name' } })
    expect(body).toMatchObject({
      data: [{ name: 'C' }],
      meta: { totalItems: 3, currentPage: 2, totalPages: 2, itemsPerPage: 2, ruid: expect.any(String) },
    })
  })

  it('guests are found by words, language, country and kind', async () => {
    await make(ana)
    await make({ name: 'Kos', forename: 'Ana', lang: 'de', taxId: '77' })
    await make({ name: 'Zajc', phone: '555 000', lang: 'de' })
    const found = async (asked: Record<string, string | number>) => {
      const { body } = await ask(key, 'GET', `/${noun}`, { query: { ...asked, orderBy: 'name' } })
      return body.data.map(({ name }: { name: string }) => name)
    }
    expect(await found({ search: 'ana' })).toEqual(['Kos', 'Novak'])
    expect(await found({ search: 'ana nov' })).toEqual(['Novak'])
    expect(await found({ search: '555' })).toEqual(['Zajc'])
    expect(await found({ lang: 'de' })).toEqual(['Kos', 'Zajc'])
    expect(await found({ countryId: 705 })).toEqual(['Novak'])
    expect(await found({ clientType: 'REGULAR' })).toEqual(['Novak'])
    expect(await found({ clientType: 'NONE' })).toEqual(['Kos', 'Zajc'])
    expect(await found({ clientType: 'COMPANY' })).toEqual(['Kos', 'Novak'])
    expect(await found({ clientType: 'INDIVIDUAL', lang: 'de' })).toEqual(['Zajc'])
  })

  it.each([
    [{ orderBy: 'email' }, 422, 'orderBy'],
    [{ clientType: 'GOOD' }, 422, 'clientType'],
    [{ limit: 201 }, 422, 'limit'],
    [{ page: 0 }, 422, 'page'],
    [{ email: 'x' }, 400, 'email'],
  ])('a list does not take %j', async (asked, status, field) => {
    const answer = await ask(key, 'GET', `/${noun}`, { query: asked as Record<string, string> })
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([status, [field]])
  })

  it('of another business are not there', async () => {
    const { clientId } = await make(ana)
    const other = (await aKey(await aWorld())).key
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { name: 'Mine' }],
      ['PATCH', { name: 'Mine' }],
      ['DELETE', undefined],
    ] as const) {
      expect((await ask(other, method, `/${noun}/${clientId}`, { body })).status).toBe(404)
    }
    expect((await ask(other, 'GET', `/${noun}`)).body.data).toEqual([])
  })
})

describe('a guest', () => {
  it('with a reservation to come stays', async () => {
    const body = {
      serviceId: world.serviceId,
      businessId: world.businessId,
      startTime: iso(monday + 2 * hours),
      customer: { name: 'Grace' },
    }
    const booking = await call('POST', '/api/bookings', { key, body })
    const { id } = booking.body.customer
    const refused = await ask(key, 'DELETE', `/guests/${id}`)
    expect([refused.status, refused.body.title]).toEqual([409, 'Conflict'])
    setClock(monday + days)
    expect((await ask(key, 'DELETE', `/guests/${id}`)).status).toBe(204)
  })

  it('with an account is theirs to delete', async () => {
    const ada = await aPerson()
    const { serviceId, businessId } = world
    const body = { serviceId, businessId, startTime: iso(monday + 2 * hours) }
    const booking = await call('POST', '/api/bookings', { token: ada.token, body })
    setClock(monday + days)
    expect((await ask(key, 'DELETE', `/guests/${booking.body.customer.id}`)).status).toBe(409)
  })

  it('is written down once, however often the same is asked, until they are erased', async () => {
    const send = () => ask(key, 'POST', '/guests', { body: ana, headers: { 'Idempotency-Key': 'one-guest' } })
    const [first, second] = [await send(), await send()]
    expect(second.body.data).toEqual(first.body.data)
    expect(second.headers.get('Idempotent-Replayed')).toBe('true')
    const kept = () => query('select customerId from idempotencyRecords')
    const { clientId } = first.body.data
    expect(await kept()).toEqual([{ customerId: clientId }])
    await ask(key, 'DELETE', `/guests/${clientId}`)
    expect(await kept()).toEqual([])
  })

  it('is shown and listed in one round trip, and changed in two', async () => {
    const { clientId } = (await ask(key, 'POST', '/guests', { body: ana })).body.data
    await ask(key, 'GET', '/guests')
    const steps = async (method: string, path: string, body?: object) => {
      const request = new Request(`https://slotkeeper.test/v1/public${path}`, {
        method,
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      const trips = await counted(request)
      expect(trips.response.status).toBeLessThan(300)
      return trips.steps
    }
    expect(await steps('GET', `/guests/${clientId}`)).toBe(1)
    expect(await steps('GET', '/guests?search=ana')).toBe(1)
    expect(await steps('PATCH', `/guests/${clientId}`, { lang: 'de' })).toBe(2)
    expect(await steps('POST', '/guests', ana)).toBe(2)
  })
})
