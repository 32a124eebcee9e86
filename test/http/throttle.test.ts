// Whom a request is counted for, and who is refused for it.
import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { newApiKey } from '#domain/api-keys/api-key-format.ts'
import type { Policy } from '#domain/rate-limits/sliding-window.ts'
import { businessPolicy, signUpPolicy } from '#dialects/native/rate-limits.ts'
import { authPolicy, defaultPolicy } from '#domain/rate-limits/policies.ts'
import { aKey, aPerson, aWorld, call, minutes, monday, query, setClock } from '../world.ts'
import type { World } from '../world.ts'

beforeEach(() => setClock())

const partner = '/api/integrations/partner/bookings?limit=1'

/** Leaves `left` calls of what a limiter grants to one counter. */
async function spend(limiter: string, policy: Policy, left = 0): Promise<void> {
  await runInDurableObject(env.RATE_LIMITER.getByName(limiter), (_, { storage }) => {
    const trail = { windowMs: policy.windowMs, marks: [[Date.now(), policy.limit - left]] }
    storage.kv.put(`trail:${policy.counter ?? policy.name}`, trail)
  })
}

const ofKey = (id: number): Policy => ({ ...defaultPolicy, counter: `key:${id}` })

let lastByte = 0
/** An address of its own, as the edge says it. */
function anAddress() {
  lastByte += 1
  const ip = `203.0.113.${lastByte}`
  return { limiter: `ip:${ip}`, headers: { 'CF-Connecting-IP': ip } }
}

async function statuses(count: number, send: (index: number) => Promise<{ status: number }>) {
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => send(index)))
  return answers.map(({ status }) => status).toSorted((a, b) => a - b)
}

describe('a good key at an address that has used up its own limit', () => {
  it('is not refused for what its neighbours did', async () => {
    const { key } = await aKey(await aWorld())
    const { limiter, headers } = anAddress()
    expect((await call('GET', partner, { key, headers })).status).toBe(200)
    await spend(limiter, defaultPolicy)
    expect((await call('GET', '/api/businesses', { headers })).status).toBe(429)
    expect((await call('GET', '/api/logs', { key: newApiKey(), headers })).status).toBe(429)
    const answer = await call('GET', partner, { key, headers })
    expect([answer.status, answer.headers.get('RateLimit')]).toEqual([200, '"default";r=498;t=900'])
  })

  it('is let through to storage once a second where nobody knows it yet, and from then on always', async () => {
    const world = await aWorld()
    const [first, second] = [(await aKey(world)).key, (await aKey(world)).key]
    const { limiter, headers } = anAddress()
    await spend(limiter, defaultPolicy)
    expect((await call('GET', '/api/businesses', { headers })).status).toBe(429)
    expect((await call('GET', partner, { key: first, headers })).status).toBe(200)
    const refused = await call('GET', partner, { key: second, headers })
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limit.exceeded'])
    expect(refused.headers.get('RateLimit')).toBe('"default";r=0;t=900')
    expect((await call('GET', partner, { key: first, headers })).status).toBe(200)
    setClock(monday + 1_000)
    expect((await call('GET', partner, { key: second, headers })).status).toBe(200)
  })
})

describe('an invented key', () => {
  it('is counted for its address, whatever it was answered, and has no limiter of its own', async () => {
    const { limiter, headers } = anAddress()
    const before = await listDurableObjectIds(env.RATE_LIMITER)
    await spend(limiter, defaultPolicy, 5)
    const large = { text: 'x'.repeat(257 * 1024) }
    const send = (method: string, path: string, body?: object) =>
      call(method, path, { key: newApiKey(), headers, ...(body && { body }) })
    const answers = [
      await send('GET', '/api/logs'),
      await send('GET', '/api/users/profile'),
      await send('GET', '/api/nothing'),
      await send('POST', '/api/bookings', large),
      await send('GET', '/api/businesses'),
    ]
    for (const { status, body } of answers) expect([status, body.code]).toEqual([401, 'auth.invalid_key'])
    expect(answers.map(({ headers: said }) => said.get('RateLimit'))).toEqual(
      [4, 3, 2, 1, 0].map((left) => `"default";r=${left};t=900`),
    )
    expect((await send('GET', '/api/nothing')).status).toBe(429)
    expect((await listDurableObjectIds(env.RATE_LIMITER)).length).toBe(before.length + 1)
  })
})

describe('a key', () => {
  it('is counted wherever it goes, and only there', async () => {
    const world = await aWorld()
    const { key } = await aKey(world, { scopes: ['bookings:read'] })
    const { limiter, headers } = anAddress()
    await spend(limiter, defaultPolicy, 1)
    const paths = [
      partner,
      '/api/logs',
      '/api/users/profile',
      '/api/nothing',
      '/api/businesses',
      '/api/events?limit=x',
    ]
    const answers = []
    for (const path of paths) answers.push(await call('GET', path, { key, headers }))
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 404, 200, 403])
    expect(answers.map(({ headers: said }) => said.get('RateLimit'))).toEqual(
      [499, 498, 497, 496, 495, 494].map((left) => `"default";r=${left};t=900`),
    )
    expect((await call('GET', '/api/businesses', { headers })).status).toBe(200)
  })

  it('has its limit to the last call and not one more, in a crowd and at its first appearance', async () => {
    const { id, key } = await aKey(await aWorld())
    const { businessId } = (
      await query<{ businessId: number }>('select businessId from apiKeys where id = ?', id)
    )[0]!
    await spend(`business:${businessId}`, ofKey(id), 10)
    const found = await statuses(25, () => call('GET', partner, { key }))
    expect(found).toEqual([
      ...Array.from({ length: 10 }, () => 200),
      ...Array.from({ length: 15 }, () => 429),
    ])
  })

  it('has no new limit after a rotation', async () => {
    const world = await aWorld()
    const { id, key } = await aKey(world)
    await spend(`business:${world.businessId}`, ofKey(id), 2)
    expect((await call('GET', partner, { key })).status).toBe(200)
    const rotated = await call('POST', `/api/integrations/api-keys/${id}/rotate`, {
      token: world.owner.token,
    })
    expect((await call('GET', partner, { key: rotated.body.key })).status).toBe(200)
    for (const either of [key, rotated.body.key]) {
      expect((await call('GET', partner, { key: either })).status).toBe(429)
    }
  })

  it('shares a wider limit with the other keys of its business', async () => {
    const world = await aWorld()
    const [first, second] = [await aKey(world), await aKey(world)]
    const elsewhere = await aKey(await aWorld())
    await spend(`business:${world.businessId}`, businessPolicy, 1)
    expect((await call('GET', partner, { key: first.key })).headers.get('RateLimit-Policy')).toBe(
      '"default";q=500;w=900, "business";q=5000;w=900',
    )
    const refused = await call('GET', partner, { key: second.key })
    expect([refused.status, refused.headers.get('RateLimit')]).toEqual([429, '"business";r=0;t=900'])
    expect((await call('GET', partner, { key: elsewhere.key })).status).toBe(200)
  })

  it('that is over its limit has no effects, not even at its first appearance', async () => {
    const world = await aWorld()
    const { id, key } = await aKey(world)
    await spend(`business:${world.businessId}`, ofKey(id))
    expect((await book(world, key)).status).toBe(429)
    expect(await query('select id from bookings where businessId = ?', world.businessId)).toEqual([])
  })

  function book({ businessId, serviceId }: World, key: string) {
    const startTime = new Date(monday + 120 * minutes).toISOString()
    return call('POST', '/api/bookings', {
      key,
      body: { businessId, serviceId, startTime, customer: { name: 'Grace Hopper' } },
    })
  }
})

describe('an address of a network that has many', () => {
  const from = (household: number) => ({ 'CF-Connecting-IP': `2001:db8:77:${household.toString(16)}::1` })
  const network = 'ip:2001:db8:77::/48'

  it('has a limit of its own, and one that it shares with its neighbours', async () => {
    const first = await call('GET', '/api/businesses', { headers: from(1) })
    expect(first.headers.get('RateLimit-Policy')).toBe(
      '"default";q=500;w=900, "default-network";q=5000;w=900',
    )
    await spend(network, { ...defaultPolicy, counter: '2001:db8:77:1::/64 default' })
    expect((await call('GET', '/api/businesses', { headers: from(1) })).status).toBe(429)
    expect((await call('GET', '/api/businesses', { headers: from(2) })).status).toBe(200)
    await spend(network, { ...defaultPolicy, name: 'default-network', limit: 5_000 })
    const refused = await call('GET', '/api/businesses', { headers: from(3) })
    expect([refused.status, refused.headers.get('RateLimit')]).toEqual([429, '"default-network";r=0;t=900'])
  })

  it('cannot try passwords from one household after the other', async () => {
    await spend('ip:2001:db8:78::/48', { ...authPolicy, name: 'auth-network', limit: 200 }, 1)
    const body = { refresh_token: 'rt_unknown' }
    const attempt = (household: number) =>
      call('POST', '/api/auth/refresh', {
        body,
        headers: { 'CF-Connecting-IP': `2001:db8:78:${household}::1` },
      })
    expect((await attempt(1)).status).toBe(401)
    expect((await attempt(2)).status).toBe(429)
  })

  it('does not matter to those who are signed in', async () => {
    const { token } = await aPerson()
    await spend('ip:2001:db8:79::/48', { ...defaultPolicy, name: 'default-network', limit: 5_000 })
    const headers = { 'CF-Connecting-IP': '2001:db8:79::1' }
    expect((await call('GET', '/api/users/profile', { token, headers })).status).toBe(200)
  })
})

describe('signing up', () => {
  it('is for fifty accounts a day from one address', async () => {
    const { limiter, headers } = anAddress()
    await spend(limiter, signUpPolicy, 1)
    const signUp = (email: string) =>
      call('POST', '/api/auth/signup', {
        headers,
        body: { email, password: 'correct horse', firstName: 'Ada', lastName: 'Lovelace' },
      })
    const made = await signUp('fiftieth@example.com')
    expect([made.status, made.headers.get('RateLimit')]).toEqual([201, '"signup";r=0;t=86400'])
    setClock(monday + 20 * 60 * minutes)
    expect((await signUp('one.more@example.com')).status).toBe(429)
    expect(
      (await call('POST', '/api/auth/refresh', { headers, body: { refresh_token: 'rt_x' } })).status,
    ).toBe(401)
    setClock(monday + 24 * 60 * minutes)
    expect((await signUp('next.day@example.com')).status).toBe(201)
  })
})

describe('signing out', () => {
  it('is possible however often somebody at the address has tried to sign in', async () => {
    const { limiter, headers } = anAddress()
    await spend(limiter, authPolicy)
    const { token } = await aPerson()
    const body = { refresh_token: 'rt_unknown' }
    expect((await call('POST', '/api/auth/refresh', { body, headers })).status).toBe(429)
    expect((await call('DELETE', '/api/auth/session', { token, headers })).status).toBe(204)
    expect((await call('DELETE', '/api/auth/session', { token: 'invented', headers })).status).toBe(429)
  })
})
