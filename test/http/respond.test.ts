import { env, exports } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { newApiKey } from '#domain/api-keys/api-key-format.ts'
import { defaultPolicy } from '#domain/rate-limits/policies.ts'
import { aKey, aPerson, aWorld, call, hours, iso, monday, query, setClock } from '../world.ts'
import type { World } from '../world.ts'

beforeEach(() => setClock())

const publicPaths = ({ businessId, serviceId }: World) => {
  const which = `businessId=${businessId}&serviceId=${serviceId}`
  return [
    '/api/businesses',
    `/api/businesses/${businessId}`,
    `/api/services/business/${businessId}`,
    `/api/bookings/availability?${which}&from=${iso(monday)}&to=${iso(monday + hours)}`,
    `/api/bookings/availability/explain?${which}&startTime=${iso(monday + hours)}`,
  ]
}

describe('a page of any origin', () => {
  const origin = { Origin: 'https://salon.example' }

  it('is told before it calls what it may send, without being counted', async () => {
    const headers = {
      ...origin,
      'CF-Connecting-IP': '203.0.113.1',
      'Access-Control-Request-Method': 'PATCH',
      'Access-Control-Request-Headers': 'authorization,content-type,if-match',
    }
    for (const path of ['/api/bookings/1', '/api/nothing', '/health', '/openapi.json']) {
      const answer = await call('OPTIONS', path, { headers })
      expect([answer.status, answer.text]).toEqual([204, ''])
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers':
          'Authorization, Content-Type, Idempotency-Key, If-Match, X-API-Key, X-D1-Bookmark',
        'access-control-max-age': '7200',
      })
      expect(answer.headers.get('RateLimit')).toBeNull()
    }
    const counted = await call('GET', '/api/businesses', { headers })
    expect(counted.headers.get('RateLimit')).toBe(`"default";r=${defaultPolicy.limit - 1};t=900`)
  })

  it('reads every answer and what is said beside it, refusals too, and never with cookies', async () => {
    const world = await aWorld()
    const { token } = world.owner
    const { key } = await aKey(world)
    const answers = [
      ...(await Promise.all(publicPaths(world).map((path) => call('GET', path, { headers: origin })))),
      await call('GET', '/api/users/profile', { token, headers: origin }),
      await call('GET', '/api/integrations/partner/bookings', { key, headers: origin }),
      await call('GET', '/api/integrations/partner/bookings', { key: newApiKey(), headers: origin }),
      await call('POST', '/api/bookings', { token, body: '{', headers: origin }),
      await call('GET', '/api/nothing', { headers: origin }),
      await call('GET', '/health', { headers: origin }),
      await call('GET', '/openapi.json', { headers: origin }),
      await call('GET', '/v1/public/health', { headers: origin }),
      await call('GET', '/v1/public/rooms', { headers: origin }),
      await call('GET', '/v1/public/openapi.json', { headers: origin }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([
      200, 200, 200, 200, 200, 200, 200, 401, 400, 404, 200, 200, 200, 401, 200,
    ])
    for (const { headers } of answers) {
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
      expect(headers.get('Access-Control-Allow-Credentials')).toBeNull()
      expect(headers.get('Access-Control-Expose-Headers')).toBe(
        'ETag, RateLimit, RateLimit-Policy, Retry-After, RUID, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, X-D1-Bookmark, Idempotent-Replayed, Location',
      )
      expect(headers.get('Set-Cookie')).toBeNull()
    }
  })
})

describe('every answer', () => {
  it('is only what it says it is, and part of no page', async () => {
    for (const path of ['/health', '/openapi.yaml', '/api/businesses', '/api/logs', '/nothing']) {
      const { headers } = await call('GET', path)
      expect([path, Object.fromEntries(headers)]).toEqual([
        path,
        expect.objectContaining({
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'cross-origin-resource-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
          'strict-transport-security': 'max-age=31536000',
          'x-content-type-options': 'nosniff',
        }),
      ])
    }
  })

  it('asks for https only where it came by https', async () => {
    const { headers } = await exports.default.fetch(new Request('http://127.0.0.1:8787/health'))
    expect(headers.get('Strict-Transport-Security')).toBeNull()
  })
})

describe('a cache', () => {
  const of = ({ headers }: { headers: Headers }) => headers.get('Cache-Control')

  it('may keep for seconds what everybody gets, as long as nobody has said who they are', async () => {
    const world = await aWorld()
    const { key } = await aKey(world)
    for (const path of publicPaths(world)) {
      const anonymous = await call('GET', path)
      expect([path, of(anonymous), anonymous.headers.get('Vary')]).toEqual([
        path,
        'public, max-age=15',
        'Authorization, X-API-Key',
      ])
      const known = [await call('GET', path, { token: world.owner.token }), await call('GET', path, { key })]
      for (const answer of known) {
        expect([path, answer.status, of(answer), answer.headers.get('Vary')]).toEqual([
          path,
          200,
          'no-store',
          'Authorization, X-API-Key',
        ])
      }
    }
  })

  it('keeps nothing else: no token, no refusal, nothing of anybody’s', async () => {
    const { token } = await aPerson()
    const body = {
      email: 'ada@example.com',
      password: 'correct horse battery',
      firstName: 'A',
      lastName: 'L',
    }
    const answers = [
      await call('POST', '/api/auth/signup', { body }),
      await call('GET', '/api/users/profile', { token }),
      await call('GET', '/api/users/profile'),
      await call('GET', '/api/businesses/1'),
      await call('GET', '/api/businesses?limit=x'),
      await call('GET', '/api/nothing'),
      await call('GET', '/health'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 401, 404, 400, 404, 200])
    expect(answers.map(of)).toEqual(Array.from({ length: 7 }, () => 'no-store'))
  })

  it('has the documents until they change', async () => {
    for (const path of ['/openapi.json', '/openapi.yaml']) {
      const first = await call('GET', path)
      expect(of(first)).toBe('public, max-age=300')
      const tag = first.headers.get('ETag') ?? ''
      expect(tag).toMatch(/^"[\w-]{43}"$/)
      const again = await call('GET', path, { headers: { 'If-None-Match': `W/"other", ${tag}` } })
      expect([again.status, again.text, again.headers.get('ETag')]).toEqual([304, '', tag])
      expect(again.headers.get('Access-Control-Allow-Origin')).toBe('*')
      expect((await call('GET', path, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
    }
  })
})

describe('an answer that is taken back', () => {
  it('leaves nothing of itself on the refusal in its place', async () => {
    const world = await aWorld()
    const { businessId, serviceId, owner } = world
    const body = { businessId, serviceId, startTime: iso(monday + 2 * hours) }
    const made = await call('POST', '/api/bookings', { token: owner.token, body })
    await env.RATE_LIMITER.getByName(`user:${owner.id}`).end(1, monday + hours)
    const answer = await call('GET', `/api/bookings/${made.body.id}`, { token: owner.token })
    expect([answer.status, answer.body.code]).toEqual([401, 'auth.invalid_token'])
    expect([answer.headers.get('ETag'), answer.headers.get('X-D1-Bookmark')]).toEqual([null, null])
    expect(await query('select id from bookings where id = ?', made.body.id)).toHaveLength(1)
  })
})
