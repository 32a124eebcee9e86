// What is wrong with a request as such, whatever it is about.
import { env, exports } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { aPerson, aWorld, call, days, hours, iso, monday, query, setClock } from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => setClock())

const wish = ({ businessId, serviceId }: World) => ({
  businessId,
  serviceId,
  startTime: iso(monday + 2 * hours),
})

describe('a method that an address does not take', () => {
  it.each([
    ['PUT', '/api/businesses', 'GET, HEAD, POST'],
    ['POST', '/api/bookings/1', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/api/bookings/1/cancel', 'POST'],
    ['DELETE', '/health', 'GET, HEAD'],
    ['PATCH', '/openapi.json', 'GET, HEAD'],
  ])('%s %s is told which ones it does', async (method, path, allowed) => {
    const { status, headers, body } = await call(method, path)
    expect([status, headers.get('Allow'), body.code, body.error]).toEqual([
      404,
      allowed,
      'request.unknown_method',
      `This address does not take ${method}, but ${allowed}`,
    ])
  })

  it('at an address where there is nothing is not spoken of', async () => {
    const { status, headers, body } = await call('PUT', '/api/nothing')
    expect([status, headers.get('Allow'), body.code]).toEqual([404, null, 'request.unknown_path'])
  })
})

describe('a request to /health', () => {
  it('is told that all is well, whoever asks', async () => {
    const { token } = await aPerson()
    for (const caller of [{}, { token }, { key: 'na_live_unknown' }]) {
      const { status, body } = await call('GET', '/health', caller)
      expect([status, body]).toEqual([200, { status: 'ok', time: iso(monday) }])
    }
  })
})

describe('the Content-Type of a body', () => {
  it.each([
    'application/json',
    'application/json;',
    'APPLICATION/JSON; Charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/problem+json',
    'application/vnd.partner.v2+json; profile=x',
  ])('may say JSON as %s', async (type) => {
    const world = await aWorld()
    const options = { token: world.owner.token, body: wish(world), headers: { 'Content-Type': type } }
    expect((await call('POST', '/api/bookings', options)).status).toBe(201)
    const cancel = await call('POST', '/api/bookings/1/cancel', { ...options, body: '' })
    expect(cancel.status).toBe(404)
  })

  it.each([
    'application/json; charset=utf-16',
    'text/json',
    'application/jsonp',
    'text/plain',
    'application/+json',
  ])('may not be %s', async (type) => {
    const world = await aWorld()
    const options = { token: world.owner.token, body: wish(world), headers: { 'Content-Type': type } }
    for (const path of ['/api/bookings', '/api/bookings/1/cancel']) {
      const { status, body } = await call('POST', path, options)
      expect([status, body.code, body.error]).toEqual([
        415,
        'request.unsupported_media_type',
        'Content-Type must be application/json in UTF-8',
      ])
    }
  })
})

describe('a bookmark', () => {
  it('that came with an answer is taken', async () => {
    const { token } = await aPerson()
    const bookmark = (await call('GET', '/api/users/profile', { token })).headers.get('X-D1-Bookmark') ?? ''
    for (const known of [bookmark, '00000085-0000024C-00004c6d-8e61117bf38d7adb71b934ebbf891683']) {
      const answer = await call('GET', '/api/users/profile', { token, headers: { 'X-D1-Bookmark': known } })
      expect(answer.status).toBe(200)
    }
  })

  it.each(['first-unconstrained', 'first-primary', 'garbage', '', `${'0'.repeat(999)}-0-0-0`])(
    'of another form is none: %s',
    async (bookmark) => {
      const { token } = await aPerson()
      for (const [method, path] of [
        ['GET', '/api/users/profile'],
        ['DELETE', '/api/auth/session'],
      ] as const) {
        const { status, body } = await call(method, path, { token, headers: { 'X-D1-Bookmark': bookmark } })
        expect([status, body.errors]).toEqual([
          400,
          [{ field: 'X-D1-Bookmark', message: 'X-D1-Bookmark must be one that came with an answer' }],
        ])
      }
    },
  )
})

describe('a link', () => {
  it('begins where the service is reached, whatever the request says of it', async () => {
    const world = await aWorld()
    const { token } = world.owner
    const made = await call('POST', '/api/bookings', { token, body: wish(world) })
    const [booking] = await query<{ cardToken: string }>(
      'select cardToken from bookings where id = ?',
      made.body.id,
    )
    const card = `${env.PUBLIC_ORIGIN}/card/${booking!.cardToken}`
    const request = (path: string) =>
      new Request(`https://evil.example${path}`, { headers: { Authorization: `Bearer ${token}` } })
    const read = await exports.default.fetch(request(`/api/bookings/${made.body.id}`))
    const feed = await exports.default.fetch(request(`/api/events?businessId=${world.businessId}`))
    expect([made.body.cardUrl, await read.json(), await feed.json()]).toEqual([
      card,
      expect.objectContaining({ cardUrl: card }),
      expect.objectContaining({
        events: [expect.objectContaining({ data: expect.objectContaining({ cardUrl: card }) })],
      }),
    ])
  })
})

describe('the faults of a request', () => {
  const profile = async (body: unknown) =>
    (await call('PATCH', '/api/users/profile', { token: (await aPerson()).token, body })).body.errors

  it('are named as they were sent, whatever they are called', async () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'startAt']
    const body = `{${[...names, '__proto__'].map((name) => `"${name}":1`).join()}}`
    const errors: { field: string }[] = await profile(body)
    expect(errors.map(({ field }) => field)).toEqual(expect.arrayContaining(names.slice(0, 3)))
    for (const { field } of errors) expect(field).toEqual(expect.any(String))
  })

  it('come with the spelling of this API, when they are in that of another', async () => {
    expect(await profile({ first_name: 'Ada', 'last-name': 'L', Phone: '1', tpyo: 1, '💥': 1 })).toEqual([
      { field: 'first_name', message: 'first_name is not a known field, did you mean firstName?' },
      { field: 'last-name', message: 'last-name is not a known field, did you mean lastName?' },
      { field: 'Phone', message: 'Phone is not a known field, did you mean phone?' },
      { field: 'tpyo', message: 'Tpyo is not a known field' },
      { field: '💥', message: '💥 is not a known field' },
      { field: '', message: 'At least one field is required' },
    ])
  })

  it('are told up to fifty of them', async () => {
    const body = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, 1]))
    expect(await profile(body)).toHaveLength(50)
    const scopes = Array.from({ length: 200 }, () => 'none')
    const { owner, businessId } = await aWorld()
    const answer = await call('POST', '/api/integrations/api-keys', {
      token: owner.token,
      body: { businessId, name: 'x', scopes },
    })
    expect(answer.body.errors).toHaveLength(50)
  })

  it('are those of what was sent, not of what cannot be compared', async () => {
    const { businessId, serviceId, owner } = await aWorld()
    const which = `businessId=${businessId}&serviceId=${serviceId}`
    const ask = async (from: string, to: string) =>
      (await call('GET', `/api/bookings/availability?${which}&from=${from}&to=${to}`)).body.errors
    const words = 'From must be an ISO 8601 date-time with an offset'
    expect(await ask('2026-11-25', iso(monday))).toEqual([{ field: 'from', message: words }])
    expect(await ask('2031-03-03T10:00:00+01:00', iso(monday + days))).toEqual([
      { field: 'from', message: `${words} (a + in an address is written %2B)` },
    ])
    expect(await ask('9999-12-31T00:00:00Z', iso(monday))).toEqual([
      { field: 'from', message: 'From must be between 1970 and 2100' },
    ])
    const usage = await call('GET', '/api/integrations/api-keys/1/usage?from=yesterday&to=2031-03-03', {
      token: owner.token,
    })
    expect(usage.body.errors).toEqual([{ field: 'from', message: 'From is not valid' }])
  })
})
