// The door of the property dialect: who comes in, how often, and what failures look like.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { newApiKey } from '#domain/api-keys/api-key-format.ts'
import { problems } from '#http/problems.ts'
import { aKey, aWorld, call, hours, minutes, monday, setClock, write } from '../../world.ts'
import { revokeApiKey } from '#db/api-keys.ts'
import { ask } from './ask.ts'

beforeEach(() => setClock())

async function aToken(key: { id: number; key: string }): Promise<string> {
  const answer = await ask(undefined, 'POST', '/auth/token', {
    body: { clientId: String(key.id), clientSecret: key.key },
  })
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('access_token')])
  return answer.body.access_token
}

describe('a token for a key', () => {
  it('is a Bearer token for an hour that says what its key may', async () => {
    const key = await aKey(await aWorld(), { scopes: ['rooms.read', 'bookings:read'] })
    const { status, headers, body } = await ask(undefined, 'POST', '/auth/token', {
      body: { clientId: String(key.id), clientSecret: key.key },
    })
    expect([status, body]).toEqual([
      200,
      {
        token_type: 'Bearer',
        access_token: expect.stringMatching(/^eyJ/),
        expires_in: 3600,
        scope: ['rooms.read', 'bookings:read'],
        meta: { ruid: headers.get('RUID') },
      },
    ])
  })

  it('is good for an hour and no longer', async () => {
    const key = await aKey(await aWorld())
    const token = await aToken(key)
    vi.setSystemTime(monday + hours - 1_000)
    expect((await ask(token, 'GET', '/sources')).status).toBe(200)
    vi.setSystemTime(monday + hours)
    expect((await ask(token, 'GET', '/sources')).status).toBe(401)
  })

  it.each(['Bearer a.token.of-yesterday', 'Basic dXNlcjpwYXNz'])(
    'is given whatever else comes along: Authorization: %s',
    async (Authorization) => {
      const { id, key } = await aKey(await aWorld())
      const { status } = await ask(undefined, 'POST', '/auth/token', {
        body: { clientId: String(id), clientSecret: key },
        headers: { Authorization },
      })
      expect(status).toBe(200)
    },
  )

  it.each(['rooms.read', ['rooms.read', 'clients.read']])(
    'may what its key may, whatever is asked for: %j',
    async (scope) => {
      const { id, key } = await aKey(await aWorld(), { scopes: ['rooms.read'] })
      const { status, body } = await ask(undefined, 'POST', '/auth/token', {
        body: { clientId: String(id), clientSecret: key, scope },
      })
      expect([status, body.scope]).toEqual([200, ['rooms.read']])
    },
  )

  it('dies with its key at once', async () => {
    const key = await aKey(await aWorld())
    const token = await aToken(key)
    await write(revokeApiKey({ id: key.id, now: monday }))
    expect((await ask(token, 'GET', '/sources')).status).toBe(401)
  })

  it.each([
    [
      'another id',
      (key: { id: number; key: string }) => ({ clientId: String(key.id + 1), clientSecret: key.key }),
    ],
    ['another secret', (key: { id: number }) => ({ clientId: String(key.id), clientSecret: newApiKey() })],
    ['what is no secret', (key: { id: number }) => ({ clientId: String(key.id), clientSecret: 'guess' })],
  ])('is not given for %s', async (_, bodyOf) => {
    const key = await aKey(await aWorld())
    const { status, body } = await ask(undefined, 'POST', '/auth/token', { body: bodyOf(key) })
    expect([status, body.detail, body.title]).toEqual([401, 'Invalid credentials', 'Unauthorized'])
  })

  it('is not given for a key that was revoked', async () => {
    const key = await aKey(await aWorld(), { revokedAt: 1 })
    const body = { clientId: String(key.id), clientSecret: key.key }
    expect((await ask(undefined, 'POST', '/auth/token', { body })).body.detail).toBe('Invalid credentials')
  })

  it('is tried for 20 times in a quarter of an hour by one address', async () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.78' }
    const statuses = []
    for (let attempt = 0; attempt < 21; attempt++) {
      const body = { clientId: '1', clientSecret: newApiKey() }
      statuses.push((await ask(undefined, 'POST', '/auth/token', { body, headers })).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), 429])
    vi.setSystemTime(monday + 15 * minutes + 1)
    const body = { clientId: '1', clientSecret: newApiKey() }
    expect((await ask(undefined, 'POST', '/auth/token', { body, headers })).status).toBe(401)
  })
})

describe('the limit', () => {
  it('is 60 calls a minute for a key and its tokens together', async () => {
    const key = await aKey(await aWorld())
    const token = await aToken(key)
    const statuses = []
    for (let round = 0; round < 59; round++) {
      statuses.push((await ask(round % 2 ? token : key.key, 'GET', '/sources')).status)
    }
    expect(new Set(statuses)).toEqual(new Set([200]))
    const { status, headers, body } = await ask(token, 'GET', '/sources')
    expect([status, body.type]).toEqual([429, expect.stringMatching(/\/problems\/rate-limit$/)])
    expect(headers.get('X-RateLimit-Limit')).toBe('60')
    expect(headers.get('X-RateLimit-Remaining')).toBe('0')
    expect(headers.get('Retry-After')).toBe('60')
    const other = await aKey(await aWorld())
    expect((await ask(other.key, 'GET', '/nothing')).headers.get('X-RateLimit-Remaining')).toBe('59')
  })
})

describe('a failure', () => {
  it('is a problem that names its type, the path and the request', async () => {
    const { key } = await aKey(await aWorld())
    const { status, headers, body } = await ask(key, 'GET', '/nothing')
    expect(headers.get('Content-Type')).toBe('application/problem+json')
    expect([status, body]).toEqual([
      404,
      {
        type: expect.stringMatching(/^https?:\/\/.+\/problems\/not-found$/),
        title: 'Not Found',
        status: 404,
        detail: 'There is nothing at this address',
        instance: '/v1/public/nothing',
        ruid: headers.get('RUID'),
      },
    ])
  })

  it('says which fields are at fault, by their names', async () => {
    const { status, body } = await ask(undefined, 'POST', '/auth/token', { body: { clientId: '1', tpyo: 1 } })
    expect([status, body.detail, body.errors]).toEqual([
      422,
      'Validation failed',
      { clientSecret: ['Client secret is required'], tpyo: ['Tpyo is not a known field'] },
    ])
  })

  it.each(Object.values(problems))(
    'of the type $slug is explained where its type leads',
    async ({ slug, title }) => {
      const { status, headers, text } = await call('GET', `/problems/${slug}`)
      expect([status, headers.get('Content-Type')]).toEqual([200, 'text/html; charset=UTF-8'])
      expect(text).toContain(title)
    },
  )

  it.each([
    ['en', 'The body is not JSON.'],
    ['ru-RU,ru;q=0.9', 'Тело запроса — не JSON.'],
    ['sl', 'Telo zahtevka ni JSON.'],
    ['is', 'Meginmál beiðninnar er ekki JSON.'],
    ['tl-PH', 'Hindi JSON ang body.'],
    ['xx', 'The body is not JSON.'],
  ])('is explained to who reads %s', async (language, sentence) => {
    const path = '/problems/unsupported-media-type'
    const { headers, text } = await call('GET', path, { headers: { 'Accept-Language': language } })
    expect(text).toContain(sentence)
    expect(text).toContain('<h1 lang="en">Unsupported Media Type</h1>')
    expect(headers.get('Vary')).toBe('Accept-Language')
  })
})

it('says how it is to anybody', async () => {
  const { status, headers, body } = await ask(undefined, 'GET', '/health')
  expect([status, body]).toEqual([
    200,
    { status: 'ok', time: '2031-03-03T08:00:00.000Z', meta: { ruid: headers.get('RUID') } },
  ])
})

it.each([
  ['GET', '/health'],
  ['GET', '/sources'],
  ['POST', '/sources'],
  ['GET', '/reservations/7'],
  ['PATCH', '/reservations/7'],
  ['DELETE', '/reservations/7'],
  ['POST', '/reservations/7/restore'],
  ['GET', '/reservations/7/history'],
  ['GET', '/rooms/7'],
  ['GET', '/guests/7'],
  ['GET', '/invoices/7'],
  ['DELETE', '/webhooks/7'],
])('%s %s takes no parameter that it does not know', async (method, path) => {
  const { key } = await aKey(await aWorld())
  const body = method === 'GET' || method === 'DELETE' ? undefined : { name: 'Fair' }
  const answer = await ask(key, method, path, { query: { tpyo: 1 }, ...(body && { body }) })
  expect([answer.status, answer.body.errors]).toEqual([400, { tpyo: ['Tpyo is not a known field'] }])
})
