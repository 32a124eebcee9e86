import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { inserting } from '#db/database.ts'
import { members } from '#db/members.ts'
import { hashOfKey, newApiKey } from '#domain/api-keys/api-key-format.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import { counted } from '../../round-trips.ts'
import type { Counted } from '../../round-trips.ts'
import {
  aKey,
  aPerson,
  aWorld,
  call,
  days,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  tokenOf,
  whoHolds,
  write,
} from '../../world.ts'
import type { CallOptions, Key, World, WorldOptions } from '../../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours
const path = '/api/integrations/api-keys'
const partner = '/api/integrations/partner/bookings'
const customer = { name: 'Grace Hopper', email: 'grace@example.com' }

const slot = ({ businessId, serviceId }: World, startAt = tenOClock) => ({
  businessId,
  serviceId,
  startTime: iso(startAt),
  customer,
})

async function aWorldWithKey(options: WorldOptions = {}, key: Parameters<typeof aKey>[1] = {}) {
  const world = await aWorld(options)
  return { world, ...(await aKey(world, key)) }
}

/** Whether the key opens the business's bookings. */
async function opens(key: string, headers: Record<string, string> = {}): Promise<boolean> {
  const { status, body } = await call('GET', `${partner}?limit=1`, { key, headers })
  expect([status, body.code]).toEqual(status === 200 ? [200, undefined] : [401, 'auth.invalid_key'])
  return status === 200
}

async function aStaffMember({ businessId }: World) {
  const person = await aPerson('Sam', 'Staff')
  const member = {
    businessId,
    accountId: person.id,
    role: 'staff' as const,
    resourceId: null,
    createdAt: monday,
  }
  await write(inserting(members)(member))
  return person
}

describe('making a key', () => {
  const details = { name: 'Till', scopes: ['bookings:read'] }

  it('shows it once, and from then on only its two ends', async () => {
    const world = await aWorld()
    const { token } = world.owner
    const body = { ...details, businessId: world.businessId, expiresAt: iso(monday + days) }
    const made = await call('POST', path, { token, body })
    expect(made.status).toBe(201)
    const { key, ...shown } = made.body
    expect(key).toMatch(/^na_live_[0-9A-Za-z]{38}$/)
    expect(shown).toEqual({
      id: expect.any(Number),
      businessId: world.businessId,
      name: 'Till',
      prefix: 'na_live_',
      start: key.slice(0, 12),
      lastFour: key.slice(-4),
      scopes: ['bookings:read'],
      allowedIps: null,
      expiresAt: iso(monday + days),
      lastUsedAt: null,
      revokedAt: null,
      createdAt: iso(monday),
    })
    expect(await opens(key)).toBe(true)
    const listed = await call('GET', `${path}?businessId=${world.businessId}`, { token })
    expect(listed.body.apiKeys).toEqual([{ ...shown, lastUsedAt: expect.anything() }])
    expect(listed.body.total).toBe(1)
    expect(listed.text).not.toContain(key)
  })

  it('again with the same Idempotency-Key is the same key, and makes no second one', async () => {
    const { owner, businessId } = await aWorld()
    const options = {
      token: owner.token,
      body: { ...details, businessId },
      headers: { 'Idempotency-Key': 'a-key-please' },
    }
    const first = await call('POST', path, options)
    const again = await call('POST', path, options)
    expect([again.status, again.text]).toEqual([201, first.text])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await query('select id from apiKeys where businessId = ?', businessId)).toHaveLength(1)
  })

  it('leaves nothing of it in the database but its hash', async () => {
    const { owner, businessId } = await aWorld()
    const made = await call('POST', path, {
      token: owner.token,
      body: { ...details, businessId },
      headers: { 'Idempotency-Key': 'canary' },
    })
    const { id, key } = made.body
    const rotated = await call('POST', `${path}/${id}/rotate`, {
      token: owner.token,
      headers: { 'Idempotency-Key': 'x' },
    })
    await opens(key)
    const tables = await query<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
    )
    expect(tables.length).toBeGreaterThan(10)
    const dump = await Promise.all(tables.map(({ name }) => query(`select * from "${name}"`)))
    const everything = JSON.stringify(dump)
    expect(everything).toContain(hashOfKey(key))
    for (const secret of [key, rotated.body.key]) {
      expect(everything).not.toContain(secret)
      expect(everything).not.toContain(secret.slice(12, 30))
    }
  })

  it('is the owner’s alone', async () => {
    const world = await aWorld()
    const { token } = await aStaffMember(world)
    const { id } = await aKey(world)
    const body = { ...details, businessId: world.businessId }
    const attempts = [
      await call('POST', path, { token, body }),
      await call('POST', `${path}/${id}/rotate`, { token, body: {} }),
      await call('DELETE', `${path}/${id}`, { token }),
    ]
    expect(attempts.map(({ status, body: { code } }) => [status, code])).toEqual([
      [403, 'business.owner_only'],
      [403, 'business.owner_only'],
      [403, 'business.owner_only'],
    ])
    expect((await call('GET', `${path}?businessId=${world.businessId}`, { token })).status).toBe(200)
  })

  it('is for twenty at a time: of several more at once one is made, and again when one is revoked or has expired', async () => {
    const world = await aWorld()
    const { businessId, owner } = world
    await Promise.all(Array.from({ length: 18 }, () => aKey(world)))
    const [, last] = [
      await aKey(world, { revokedAt: monday }),
      await aKey(world, { expiresAt: monday + days }),
    ]
    const make = () => call('POST', path, { token: owner.token, body: { ...details, businessId } })
    const crowd = await Promise.all(Array.from({ length: 4 }, make))
    const refused = crowd.filter(({ status }) => status !== 201)
    expect(refused.map(({ status, body }) => [status, body.code, body.error])).toEqual(
      Array.from({ length: 3 }, () => [409, 'key.too_many', 'Maximum 20 keys, revoke one first']),
    )
    await call('DELETE', `${path}/${last.id}`, { token: owner.token })
    expect((await make()).status).toBe(201)
    expect((await make()).status).toBe(409)
    await query(
      'update apiKeys set expiresAt = ? where businessId = ? and revokedAt is null',
      monday,
      businessId,
    )
    expect((await make()).status).toBe(201)
  })

  it('is refused in words that make sense', async () => {
    const { owner, businessId } = await aWorld()
    const refusals: [object, string, string][] = [
      [{ name: ' ' }, 'name', 'Name is required'],
      [{ scopes: [] }, 'scopes', 'Minimum 1 entries'],
      [{ scopes: ['bookings:read', 'bookings:read'] }, 'scopes', 'Scopes must not repeat'],
      [{ expiresAt: iso(monday) }, 'expiresAt', 'Expires at must be in the future'],
      [{ allowedIps: [] }, 'allowedIps', 'Minimum 1 entries'],
      [
        { allowedIps: ['192.0.2.1', '192.0.2.300'] },
        'allowedIps.1',
        'Allowed IPs must be IP addresses or CIDR ranges, such as 192.0.2.0/24 or 2001:db8::/32',
      ],
    ]
    for (const [change, field, message] of refusals) {
      const { status, body } = await call('POST', path, {
        token: owner.token,
        body: { ...details, businessId, ...change },
      })
      expect([status, body.error, body.errors]).toEqual([422, 'Validation failed', [{ field, message }]])
    }
    const unknown = await call('POST', path, {
      token: owner.token,
      body: { ...details, businessId, scopes: ['everything'] },
    })
    expect(unknown.status).toBe(422)
    expect(unknown.body.errors[0].message).toContain('must be one of bookings:read, bookings:write')
    expect(await query('select id from apiKeys where businessId = ?', businessId)).toEqual([])
  })

  it('for a business of somebody else finds no such business', async () => {
    const mine = await aWorld()
    const theirs = await aWorld()
    const { token } = mine.owner
    const body = { ...details, businessId: theirs.businessId }
    expect((await call('POST', path, { token, body })).body.code).toBe('business.not_found')
    expect((await call('GET', `${path}?businessId=${theirs.businessId}`, { token })).body.code).toBe(
      'business.not_found',
    )
  })
})

describe('a key that does not count', () => {
  it('gets one and the same answer, whatever is wrong with it', async () => {
    const world = await aWorld()
    const good = newApiKey()
    const bad: [string, string][] = [
      ['malformed', 'na_live_'],
      ['of another kind', `na_test_${good.slice(8)}`],
      ['with a wrong checksum', `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`],
      ['unknown', good],
      ['revoked', (await aKey(world, { revokedAt: monday - 1 })).key],
      ['expired', (await aKey(world, { expiresAt: monday })).key],
      ['from elsewhere', (await aKey(world, { allowedIps: '["192.0.2.0/24"]' })).key],
      ['replaced, its grace over', await replaced(world, monday)],
    ]
    const requests: [string, string, CallOptions][] = [
      ['GET', partner, {}],
      ['POST', partner, { body: slot(world) }],
      ['POST', partner, { body: slot(world), headers: { 'Idempotency-Key': 'k' } }],
      ['GET', `/api/services/business/${world.businessId}`, {}],
    ]
    for (const [method, at, options] of requests) {
      const answers = []
      for (const [what, key] of bad) {
        const { status, text, body, headers } = await call(method, at, { ...options, key })
        expect([what, status]).toEqual([what, 401])
        expect(headers.get('WWW-Authenticate')).toBe('Bearer')
        answers.push(text.replace(body.requestId, ''))
      }
      expect(new Set(answers)).toEqual(
        new Set(['{"error":"The API key is not valid","code":"auth.invalid_key","requestId":""}']),
      )
    }
    expect(await query('select id from bookings where businessId = ?', world.businessId)).toEqual([])
  })

  async function replaced(world: World, untilAt: number): Promise<string> {
    const previous = newApiKey()
    await aKey(world, { previousKeyHash: hashOfKey(previous), previousUntilAt: untilAt })
    return previous
  }

  it('is refused before storage is asked, when its checksum tells', async () => {
    const { world, key } = await aWorldWithKey()
    const mistyped = `${key.slice(0, 20)}${key[20] === 'a' ? 'b' : 'a'}${key.slice(21)}`
    const asked = await counting('POST', partner, { key: mistyped, body: slot(world) })
    expect([asked.answer.status, asked.trips]).toEqual([401, ['RATE_LIMITER.ask']])
  })

  it('is refused beside an access token: two callers in one request are one too many', async () => {
    const { world, key } = await aWorldWithKey()
    const answer = await call('GET', '/api/bookings/my-bookings', { key, token: world.owner.token })
    expect([answer.status, answer.body.errors]).toEqual([
      400,
      [{ field: 'X-API-Key', message: 'Send either an access token or an API key, not both' }],
    ])
  })

  it('gets no answer that was kept for it while it was good', async () => {
    const { world, key, id } = await aWorldWithKey()
    const request = { key, body: slot(world), headers: { 'Idempotency-Key': 'once' } }
    expect((await call('POST', partner, request)).status).toBe(201)
    expect((await call('POST', partner, request)).headers.get('Idempotent-Replayed')).toBe('true')
    await call('DELETE', `${path}/${id}`, { token: world.owner.token })
    const answer = await call('POST', partner, request)
    expect([answer.status, answer.body.code]).toEqual([401, 'auth.invalid_key'])
  })
})

describe('people', () => {
  it('are told that the partners’ endpoints are not for them', async () => {
    const { owner, ...world } = await aWorld()
    const answers = [
      await call('GET', partner, { token: owner.token }),
      await call('POST', partner, { token: owner.token, body: slot({ owner, ...world }) }),
    ]
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [403, 'key.required'],
      [403, 'key.required'],
    ])
  })
})

describe('an address', () => {
  it('opens a key only if the key allows it, in either family', async () => {
    const world = await aWorld()
    const allowedIps = ['192.0.2.77/24', '2001:DB8::/32', '::ffff:198.51.100.7']
    const made = await call('POST', path, {
      token: world.owner.token,
      body: { businessId: world.businessId, name: 'Office', scopes: ['bookings:read'], allowedIps },
    })
    expect(made.body.allowedIps).toEqual(['192.0.2.0/24', '2001:db8::/32', '198.51.100.7/32'])
    const from = (address: string) => opens(made.body.key, { 'CF-Connecting-IP': address })
    for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8:1:2:3:4:5:6', '198.51.100.7']) {
      expect([address, await from(address)]).toEqual([address, true])
    }
    for (const address of [
      '192.0.3.1',
      '198.51.100.8',
      '2001:db9::1',
      '::1',
      '',
      'unknown',
      '192.0.2.1, 192.0.2.2',
    ]) {
      expect([address, await from(address)]).toEqual([address, false])
    }
    const spoofed = {
      'CF-Connecting-IP': '192.0.3.1',
      'X-Forwarded-For': '192.0.2.1',
      'X-Real-IP': '192.0.2.1',
    }
    expect(await opens(made.body.key, spoofed)).toBe(false)
  })

  it('may be one of a /64 of which the others are refused', async () => {
    const { key } = await aWorldWithKey({}, { allowedIps: '["2001:db8::1/128"]' })
    expect(await opens(key, { 'CF-Connecting-IP': '2001:db8::1' })).toBe(true)
    expect(await opens(key, { 'CF-Connecting-IP': '2001:db8::2' })).toBe(false)
  })
})

describe('rotating a key', () => {
  const rotate = ({ owner }: World, id: number, body?: object) =>
    call('POST', `${path}/${id}/rotate`, { token: owner.token, ...(body && { body }) })

  it('gives it a new secret, and keeps the old one good until the grace ends', async () => {
    const { world, id, key } = await aWorldWithKey()
    const { status, body } = await rotate(world, id)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, graceEndsAt: iso(monday + days), start: body.key.slice(0, 12) })
    expect(body.key).not.toBe(key)
    expect([await opens(key), await opens(body.key)]).toEqual([true, true])
    const shown = async () => {
      const token = await tokenOf(world.owner.id)
      return (await call('GET', `${path}?businessId=${world.businessId}`, { token })).body.apiKeys[0]
    }
    setClock(monday + days - 1)
    expect([await opens(key), await opens(body.key)]).toEqual([true, true])
    expect((await shown()).graceEndsAt).toBe(iso(monday + days))
    setClock(monday + days)
    expect([await opens(key), await opens(body.key)]).toEqual([false, true])
    expect(await shown()).not.toHaveProperty('graceEndsAt')
  })

  it('without grace ends the old one at once, and a second rotation the one before it', async () => {
    const { world, id, key } = await aWorldWithKey()
    const second = (await rotate(world, id, { graceHours: 168 })).body.key
    const third = (await rotate(world, id, { graceHours: 168 })).body.key
    expect([await opens(key), await opens(second), await opens(third)]).toEqual([false, true, true])
    const fourth = await rotate(world, id, { graceHours: 0 })
    expect(fourth.body).not.toHaveProperty('graceEndsAt')
    expect([await opens(second), await opens(third), await opens(fourth.body.key)]).toEqual([
      false,
      false,
      true,
    ])
  })

  it('never makes the old one outlive the key', async () => {
    const { world, id, key } = await aWorldWithKey({}, { expiresAt: monday + hours })
    const { body } = await rotate(world, id, { graceHours: 2 })
    expect(body.graceEndsAt).toBe(iso(monday + hours))
    setClock(monday + hours)
    expect([await opens(key), await opens(body.key)]).toEqual([false, false])
  })

  it('is too late once the key is revoked or has expired', async () => {
    const world = await aWorld()
    const revoked = await aKey(world, { revokedAt: monday })
    const expired = await aKey(world, { expiresAt: monday })
    expect((await rotate(world, revoked.id)).body.code).toBe('key.revoked')
    const answer = await rotate(world, expired.id)
    expect([answer.status, answer.body.code]).toEqual([409, 'key.expired'])
    expect((await rotate(world, expired.id, { graceHours: 169 })).status).toBe(422)
  })

  it('by several at once has winners one after the other: every key told is the present one or in its grace', async () => {
    const { world, id } = await aWorldWithKey()
    const answers = await Promise.all(Array.from({ length: 6 }, () => rotate(world, id)))
    const told = answers.filter(({ status }) => status === 200)
    expect(told.length).toBeGreaterThan(0)
    for (const { status, body } of answers.filter((answer) => !told.includes(answer))) {
      expect([status, body.code]).toEqual([409, 'key.changed'])
    }
    const good = await Promise.all(told.map(({ body }) => opens(body.key)))
    expect(good.filter(Boolean).length).toBe(Math.min(told.length, 2))
  })
})

describe('revoking a key', () => {
  it('ends it and its grace with the next request, and again is fine', async () => {
    const { world, id, key } = await aWorldWithKey()
    const { token } = world.owner
    const next = (await call('POST', `${path}/${id}/rotate`, { token })).body.key
    expect([await opens(key), await opens(next)]).toEqual([true, true])
    expect((await call('DELETE', `${path}/${id}`, { token })).status).toBe(204)
    expect([await opens(key), await opens(next)]).toEqual([false, false])
    setClock(monday + minutes)
    expect((await call('DELETE', `${path}/${id}`, { token })).status).toBe(204)
    const [listed] = (await call('GET', `${path}?businessId=${world.businessId}`, { token })).body.apiKeys
    expect(listed.revokedAt).toBe(iso(monday))
    expect(listed).not.toHaveProperty('graceEndsAt')
  })
})

describe('the last use of a key', () => {
  const lastUse = async ({ id }: Key) => {
    const [row] = await query<{ lastUsedAt: number | null }>(
      'select lastUsedAt from apiKeys where id = ?',
      id,
    )
    return row?.lastUsedAt
  }

  it('is noted after the answer, at most once a minute', async () => {
    const key = await aKey(await aWorld())
    const use = () => counting('GET', partner, { key: key.key })
    expect(await lastUse(key)).toBeNull()
    expect((await use()).answer.status).toBe(200)
    expect(await lastUse(key)).toBe(monday)
    setClock(monday + minutes - 1)
    expect((await use()).all.toSorted()).toEqual(['D1', 'RATE_LIMITER.ask', 'REQUEST_LOG'])
    expect(await lastUse(key)).toBe(monday)
    setClock(monday + minutes)
    expect((await use()).all.toSorted()).toEqual(['D1', 'D1', 'RATE_LIMITER.ask', 'REQUEST_LOG'])
    expect(await lastUse(key)).toBe(monday + minutes)
  })

  it('is not what somebody without its scope or its address tried', async () => {
    const world = await aWorld()
    const narrow = await aKey(world, { scopes: ['services:read'] })
    const elsewhere = await aKey(world, { allowedIps: '["192.0.2.0/24"]' })
    expect((await counting('GET', partner, { key: narrow.key })).answer.status).toBe(403)
    expect((await counting('GET', partner, { key: elsewhere.key })).answer.status).toBe(401)
    expect([await lastUse(narrow), await lastUse(elsewhere)]).toEqual([null, null])
  })
})

describe('a partner', () => {
  it('books for the customer it names, sees it, moves it and cancels it', async () => {
    const { world, id, key } = await aWorldWithKey()
    const made = await call('POST', partner, { key, body: slot(world) })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ status: 'confirmed', customer, startTime: iso(tenOClock) })
    const at = `/api/bookings/${made.body.id}`
    expect((await call('GET', at, { key })).body).toEqual(made.body)
    const moved = await call('PATCH', at, { key, body: { startTime: iso(tenOClock + hours) } })
    expect([moved.status, moved.body.version]).toEqual([200, 2])
    const arrived = await call('PATCH', `${at}/status`, { key, body: { status: 'checked_in' } })
    expect(arrived.body.status).toBe('checked_in')
    const { history } = (await call('GET', `${at}/history`, { key })).body
    expect(history.map(({ actor }: { actor: object }) => actor)).toEqual(
      Array.from({ length: 3 }, () => ({ type: 'key', id })),
    )
    const events = await query('select actorType, actorId from events where businessId = ?', world.businessId)
    expect(events).toEqual(Array.from({ length: 3 }, () => ({ actorType: 'key', actorId: id })))
    const other = await call('POST', '/api/bookings', { key, body: slot(world) })
    const cancelled = await call('POST', `/api/bookings/${other.body.id}/cancel`, { key, body: {} })
    expect(cancelled.body.status).toBe('cancelled')
    const { lock, database } = await whoHolds(world)
    expect(lock).toEqual(database)
    expect(database).toHaveLength(1)
  })

  it('reads and cancels the bookings that others made in its business', async () => {
    const { world, key } = await aWorldWithKey()
    const { token } = await aPerson()
    const { customer: _, ...own } = slot(world)
    const made = await call('POST', '/api/bookings', { token, body: own })
    const listed = (await call('GET', partner, { key })).body
    expect(listed).toMatchObject({ bookings: [{ id: made.body.id }], total: 1 })
    expect((await call('GET', `/api/bookings/business/${world.businessId}`, { key })).body).toEqual(listed)
    expect((await call('POST', `/api/bookings/${made.body.id}/cancel`, { key, body: {} })).status).toBe(200)
  })

  it('lists with the filters and the paging of the business, during a rotation with either key', async () => {
    const { world, id, key } = await aWorldWithKey()
    for (const hour of [0, 1, 2])
      await call('POST', partner, { key, body: slot(world, tenOClock + hour * hours) })
    const next = (await call('POST', `${path}/${id}/rotate`, { token: world.owner.token })).body.key
    for (const either of [key, next]) {
      const first = await call('GET', `${partner}?limit=2&from=${iso(tenOClock)}`, { key: either })
      expect(first.body).toMatchObject({ total: 3, limit: 2 })
      const rest = await call('GET', `${partner}?limit=2&cursor=${first.body.nextCursor}`, { key: either })
      expect(rest.body.bookings).toHaveLength(1)
      const none = await call('GET', `${partner}?status=cancelled`, { key: either })
      expect(none.body).toMatchObject({ bookings: [], total: 0 })
    }
  })

  it('names the customer', async () => {
    const { world, key } = await aWorldWithKey()
    const { customer: _, ...nobody } = slot(world)
    for (const at of [partner, '/api/bookings']) {
      const { status, body } = await call('POST', at, { key, body: nobody })
      expect([status, body.errors]).toEqual([422, [{ field: 'customer', message: 'Customer is required' }]])
    }
  })

  it('holds a slot, books it, or gives it back', async () => {
    const { world, key } = await aWorldWithKey()
    const hold = await call('POST', '/api/bookings/holds', { key, body: slot(world) })
    expect(hold.status).toBe(201)
    const { holdId } = hold.body
    const booked = await call('POST', partner, { key, body: { ...slot(world), holdId } })
    expect([booked.status, booked.body.id]).toEqual([201, holdId])
    const other = await call('POST', '/api/bookings/holds', { key, body: slot(world, tenOClock + hours) })
    expect((await call('DELETE', `/api/bookings/holds/${other.body.holdId}`, { key })).status).toBe(204)
    expect((await whoHolds(world)).database).toHaveLength(1)
  })

  it('keeps to the rules for customers: slots on offer, notice, the window, what is active', async () => {
    const service = { minNoticeMinutes: 180, maxAdvanceDays: 1 }
    const { world, key } = await aWorldWithKey({ service })
    const outcome = async (startAt: number) => {
      const { status, body } = await call('POST', partner, { key, body: slot(world, startAt) })
      return [status, body.code]
    }
    expect(await outcome(monday + 2 * hours)).toEqual([422, 'booking.too_soon'])
    expect(await outcome(monday + 4 * hours + 10 * minutes)).toEqual([422, 'booking.off_grid'])
    expect(await outcome(monday + 12 * hours)).toEqual([422, 'booking.outside_hours'])
    expect(await outcome(monday + 2 * days + 4 * hours)).toEqual([422, 'booking.too_far_ahead'])
    const made = await call('POST', partner, { key, body: slot(world, monday + 4 * hours) })
    const move = (startAt: number) =>
      call('PATCH', `/api/bookings/${made.body.id}`, { key, body: { startTime: iso(startAt) } })
    expect((await move(monday + 5 * hours + 10 * minutes)).body.code).toBe('booking.off_grid')
    expect((await move(monday + 2 * days + 4 * hours)).body.code).toBe('booking.too_far_ahead')
    await query('update services set active = 0 where id = ?', world.serviceId)
    expect(await outcome(monday + 5 * hours)).toEqual([404, 'service.not_found'])
  })

  it.each([
    ['approval', { confirmation: 'approval' as const }, 'pending'],
    ['a prepayment', { prepaymentMinor: 1000 }, 'awaiting_payment'],
  ])('waits for %s, and does not give it to itself', async (_, service, status) => {
    const { world, key } = await aWorldWithKey({ service }, { scopes: ['bookings:write'] })
    const made = await call('POST', partner, { key, body: slot(world) })
    expect([made.status, made.body.status]).toEqual([201, status])
    const at = `/api/bookings/${made.body.id}`
    const confirmed = await call('PATCH', `${at}/status`, { key, body: { status: 'confirmed' } })
    expect([confirmed.status, confirmed.body.code]).toEqual([403, 'booking.not_yours_to_decide'])
    expect((await call('POST', `${at}/cancel`, { key, body: {} })).body.status).toBe('cancelled')
    const hold = await call('POST', '/api/bookings/holds', { key, body: slot(world) })
    const skipping = { key, body: { status: 'confirmed' } }
    expect((await call('PATCH', `/api/bookings/${hold.body.holdId}/status`, skipping)).status).toBe(403)
  })

  it('in a crowd of twenty with one key gets the slot once', async () => {
    const { world, key } = await aWorldWithKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const at = index % 2 ? partner : '/api/bookings'
        return call('POST', at, { key, body: { ...slot(world), customer: { name: `Guest ${index}` } } })
      }),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'booking.slot_taken')).toHaveLength(19)
    expect((await whoHolds(world)).database).toHaveLength(1)
  })

  it('gets the first answer again under its Idempotency-Key, and another partner does not', async () => {
    const { world, key } = await aWorldWithKey({ service: { capacity: 5 } })
    const other = await aKey(world)
    const send = (by: string) =>
      call('POST', partner, { key: by, body: slot(world), headers: { 'Idempotency-Key': 'order-1' } })
    const first = await send(key)
    const again = await send(key)
    expect([again.status, again.text]).toEqual([201, first.text])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    const theirs = await send(other.key)
    expect(theirs.status).toBe(201)
    expect(theirs.body.id).not.toBe(first.body.id)
  })

  it('asks for slots and services within its scopes', async () => {
    const { world, key } = await aWorldWithKey({}, { scopes: ['availability:read', 'services:read'] })
    const { businessId, serviceId } = world
    const which = `businessId=${businessId}&serviceId=${serviceId}`
    const slots = await call(
      'GET',
      `/api/bookings/availability?${which}&from=${iso(monday)}&to=${iso(monday + days)}`,
      { key },
    )
    expect(slots.body.slots).toHaveLength(16)
    expect(
      (await call('GET', `/api/bookings/availability/explain?${which}&startTime=${iso(tenOClock)}`, { key }))
        .status,
    ).toBe(200)
    expect((await call('GET', `/api/services/business/${businessId}`, { key })).body.services).toHaveLength(1)
    expect((await call('GET', partner, { key })).body.error).toBe('This key lacks the scope bookings:read')
    expect((await call('POST', partner, { key, body: slot(world) })).body.error).toBe(
      'This key lacks the scope bookings:write',
    )
  })

  it('may write without being able to read, and the other way round', async () => {
    const world = await aWorld()
    const only = async (scope: Scope) => (await aKey(world, { scopes: [scope] })).key
    const [reader, writer] = [await only('bookings:read'), await only('bookings:write')]
    const made = await call('POST', partner, { key: writer, body: slot(world) })
    expect(made.status).toBe(201)
    const at = `/api/bookings/${made.body.id}`
    expect((await call('GET', at, { key: writer })).status).toBe(403)
    expect((await call('GET', at, { key: reader })).status).toBe(200)
    expect((await call('PATCH', at, { key: reader, body: { notes: 'x' } })).status).toBe(403)
  })

  it('finds nothing of another business, however it asks', async () => {
    const { key } = await aWorldWithKey()
    const theirs = await aWorld()
    const { businessId, serviceId } = theirs
    const hold = await call('POST', '/api/bookings/holds', { token: theirs.owner.token, body: slot(theirs) })
    const { holdId } = hold.body
    const which = `businessId=${businessId}&serviceId=${serviceId}`
    const requests: [string, string, object?][] = [
      ['GET', `/api/bookings/availability?${which}&from=${iso(monday)}&to=${iso(monday + days)}`],
      ['GET', `/api/bookings/availability/explain?${which}&startTime=${iso(tenOClock)}`],
      ['GET', `/api/services/business/${businessId}`],
      ['GET', `/api/bookings/business/${businessId}`],
      ['GET', `/api/bookings/${holdId}`],
      ['GET', `/api/bookings/${holdId}/history`],
      ['PATCH', `/api/bookings/${holdId}`, { notes: 'mine' }],
      ['PATCH', `/api/bookings/${holdId}/status`, { status: 'cancelled' }],
      ['POST', `/api/bookings/${holdId}/cancel`, {}],
      ['DELETE', `/api/bookings/holds/${holdId}`],
      ['POST', '/api/bookings', slot(theirs, tenOClock + hours)],
      ['POST', '/api/bookings', { ...slot(theirs), holdId }],
      ['POST', '/api/bookings/holds', slot(theirs, tenOClock + hours)],
      ['POST', partner, slot(theirs, tenOClock + hours)],
      ['POST', partner, { ...slot(theirs), holdId }],
    ]
    for (const [method, at, body] of requests) {
      const answer = await call(method, at, { key, body })
      expect([method, at, answer.status]).toEqual([method, at, 404])
    }
    expect((await call('GET', partner, { key })).body.total).toBe(0)
    expect(await query('select status from bookings where businessId = ?', businessId)).toEqual([
      { status: 'held' },
    ])
  })
})

describe('a key that asks who it is', () => {
  it('hears its business, what it may do, from where, how often and how long', async () => {
    const { world, id, key } = await aWorldWithKey(
      {},
      { scopes: ['bookings:read'], allowedIps: '["198.18.0.0/15"]', expiresAt: monday + days },
    )
    const me = () => counting('GET', '/api/integrations/me', { key })
    const { answer } = await me()
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        businessId: world.businessId,
        businessName: 'Studio',
        keyId: id,
        name: 'Partner',
        scopes: ['bookings:read'],
        allowedIps: ['198.18.0.0/15'],
        expiresAt: iso(monday + days),
        limits: [
          { name: 'default', limit: 500, windowSeconds: 900 },
          { name: 'business', limit: 5000, windowSeconds: 900 },
        ],
      },
    ])
    expect((await me()).steps).toBe(1)
    const next = (await call('POST', `${path}/${id}/rotate`, { token: world.owner.token })).body.key
    for (const either of [key, next]) {
      expect((await call('GET', '/api/integrations/me', { key: either })).body.keyId).toBe(id)
    }
  })

  it('is nobody else: not a person, and not an invented one', async () => {
    const { token } = await aPerson()
    expect((await call('GET', '/api/integrations/me', { token })).body.code).toBe('key.required')
    expect((await call('GET', '/api/integrations/me', { key: newApiKey() })).body.code).toBe(
      'auth.invalid_key',
    )
  })

  it('is told where keys go when it comes as an access token', async () => {
    const { key } = await aWorldWithKey()
    for (const at of [partner, '/api/businesses']) {
      const { status, body, text } = await call('GET', at, { token: key })
      expect([status, body.code, body.error]).toEqual([
        401,
        'auth.invalid_token',
        'This is an API key and no access token: send it in the header X-API-Key',
      ])
      expect(text).not.toContain(key)
    }
  })
})

describe('a key that names no business', () => {
  it('means its own: to see slots, to book and hold them, and to hear of it', async () => {
    const { world, key } = await aWorldWithKey()
    const { businessId, serviceId } = world
    const week = `from=${iso(monday)}&to=${iso(monday + days)}`
    const { businessId: _, ...wish } = slot(world)
    const later = { ...wish, startTime: iso(tenOClock + hours) }
    const last = { ...wish, startTime: iso(tenOClock + 2 * hours) }
    const hook = { url: 'https://receiver.example.com/', events: ['booking.*'] }
    const slots = await call('GET', `/api/bookings/availability?serviceId=${serviceId}&${week}`, { key })
    expect([slots.status, slots.body.slots.length]).toEqual([200, 16])
    const why = `/api/bookings/availability/explain?serviceId=${serviceId}&startTime=${iso(tenOClock)}`
    expect((await call('GET', why, { key })).body.available).toBe(true)
    const made = [
      await call('POST', '/api/bookings', { key, body: wish }),
      await call('POST', partner, { key, body: later }),
      await call('POST', '/api/bookings/holds', { key, body: last }),
      await call('POST', '/api/webhooks', { key, body: hook }),
    ]
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    const rows = await query('select id from bookings where businessId = ?', businessId)
    expect([rows.length, made[3]?.body.businessId]).toEqual([3, businessId])
    expect((await call('GET', '/api/events', { key })).body.events).toHaveLength(2)
  })

  it('costs no more waits for it, and one more where nobody knows the key yet', async () => {
    const { world, key } = await aWorldWithKey()
    const { businessId: _, ...wish } = slot(world)
    expect((await counting('POST', partner, { key, body: wish })).steps).toBe(4)
    const body = { ...wish, startTime: iso(tenOClock + hours) }
    const known = await counting('POST', partner, { key, body })
    expect([known.answer.status, known.steps]).toEqual([201, 3])
    expect((await counting('GET', '/api/events', { key })).steps).toBe(1)
  })

  it('is no way round its scopes, and people name theirs', async () => {
    const { world } = await aWorldWithKey()
    const { key } = await aKey(world, { scopes: ['bookings:read'] })
    const { businessId: _, ...wish } = slot(world)
    for (const by of [key, newApiKey()]) {
      const { status } = await call('POST', '/api/bookings', { key: by, body: wish })
      expect(status).toBe(by === key ? 403 : 401)
    }
    const { token } = world.owner
    const missing = { field: 'businessId', message: 'Business id is required' }
    const refused = await call('POST', '/api/bookings', { token, body: wish })
    expect([refused.status, refused.body.errors]).toEqual([422, [missing]])
    for (const at of [
      '/api/events?after=0',
      `/api/bookings/availability?serviceId=1&from=${iso(0)}&to=${iso(1)}`,
    ]) {
      const { status, body } = await call('GET', at, { token })
      expect([at, status, body.errors]).toEqual([at, 400, [missing]])
    }
  })
})

describe('the usage of a key', () => {
  it('is told by day, endpoint and status to the members of its business', async () => {
    const { world, id } = await aWorldWithKey()
    const uses = [
      ['2031-03-03', 'GET', partner, 200, 7],
      ['2031-03-03', 'POST', partner, 409, 2],
      ['2031-02-02', 'GET', partner, 200, 5],
      ['2031-02-01', 'GET', partner, 200, 1],
    ] as const
    for (const use of uses) {
      await env.LOGS.prepare('insert into keyUsage values (?, ?, ?, ?, ?, ?)')
        .bind(id, ...use)
        .run()
    }
    const { token } = await aStaffMember(world)
    const usage = (question = '') => call('GET', `${path}/${id}/usage${question}`, { token })
    const { body } = await usage()
    expect(body).toMatchObject({ from: '2031-02-02', to: '2031-03-03' })
    expect(body.usage).toHaveLength(3)
    expect(body.usage).toContainEqual({
      date: '2031-03-03',
      endpoint: `POST ${partner}`,
      status: 409,
      count: 2,
    })
    const day = await usage('?from=2031-02-01&to=2031-02-01')
    expect(day.body.usage).toEqual([
      { date: '2031-02-01', endpoint: `GET ${partner}`, status: 200, count: 1 },
    ])
    expect((await usage('?from=2031-03-02&to=2031-03-01')).status).toBe(400)
    expect((await usage('?from=2031-01-01&to=2031-04-03')).body.errors[0].message).toBe('Maximum 92 days')
    expect((await usage('?from=yesterday')).status).toBe(400)
    const stranger = await aWorld()
    expect((await call('GET', `${path}/${id}/usage`, { token: stranger.owner.token })).status).toBe(404)
  })
})

describe('a key and its owner', () => {
  it('go together: once the account is erased, nobody could revoke it any more', async () => {
    const { world, key } = await aWorldWithKey()
    const password = 'correct horse battery'
    const signup = { email: 'soon.gone@example.com', password, firstName: 'Soon', lastName: 'Gone' }
    const account = (await call('POST', '/api/auth/signup', { body: signup })).body
    await query(
      'update businessListings set ownerId = ?, active = 0 where id = ?',
      account.user.id,
      world.businessId,
    )
    expect(await opens(key)).toBe(true)
    const erased = await call('DELETE', '/api/users/account', {
      token: account.access_token,
      body: { password },
    })
    expect(erased.status).toBe(204)
    expect(await opens(key)).toBe(false)
  })
})

let last: Counted

async function counting(method: string, at: string, options: CallOptions) {
  const fetcher = async (request: Request) => {
    last = await counted(request)
    return last.response
  }
  const answer = await call(method, at, { ...options, fetcher })
  return { answer, ...last }
}

describe('the waits of a request with a key', () => {
  it('are one more where nobody knows the key yet: it is counted once storage has confirmed it', async () => {
    const { world, key } = await aWorldWithKey()
    const read = await counting('GET', partner, { key })
    expect([read.answer.status, read.steps]).toEqual([200, 2])
    const other = await aKey(world)
    const sold = await counting('POST', partner, { key: other.key, body: slot(world) })
    expect([sold.answer.status, sold.steps]).toEqual([201, 4])
  })

  it('are one for a read, three for a booking and two for a refused one', async () => {
    const { world, key } = await aWorldWithKey()
    expect(await opens(key)).toBe(true)
    const read = await counting('GET', partner, { key })
    expect([read.answer.status, read.steps]).toEqual([200, 1])
    const sold = await counting('POST', partner, { key, body: slot(world) })
    expect([sold.answer.status, sold.steps]).toEqual([201, 3])
    const refused = await counting('POST', partner, { key, body: slot(world) })
    expect(refused.answer.status).toBe(409)
    expect(refused.steps).toBeLessThanOrEqual(2)
    const one = await counting('GET', `/api/bookings/${sold.answer.body.id}`, { key })
    expect([one.answer.status, one.steps]).toEqual([200, 1])
    const again = await counting('POST', partner, {
      key,
      body: slot(world, tenOClock + hours),
      headers: { 'Idempotency-Key': 'k' },
    })
    expect([again.answer.status, again.steps]).toEqual([201, 3])
    const strange = await counting('POST', partner, {
      key: newApiKey(),
      body: slot(world, tenOClock + 2 * hours),
    })
    // What is no key is counted for its address, once that is known.
    expect([strange.answer.status, strange.steps]).toEqual([401, 2])
  })

  it('are as short, and read as few rows, among ten thousand keys', async () => {
    const { world, key } = await aWorldWithKey()
    await counting('GET', partner, { key })
    const few = (await counting('GET', partner, { key })).rowsRead
    await query(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
       insert into apiKeys (id, businessId, name, start, lastFour, keyHash, previousKeyHash, previousUntilAt, scopes, createdAt, updatedAt)
       select i, ?1, 'K', '', '', 'h' || i, 'p' || i, ?2, '[]', 0, 0 from n`,
      world.businessId,
      monday + days,
    )
    expect((await counting('GET', partner, { key })).rowsRead).toBe(few)
  })
})

describe('whoever invents keys', () => {
  it('is held to the limit of the address that they come from', async () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.99' }
    const statuses: number[] = []
    for (let index = 0; index < 502; index++) {
      statuses.push((await call('GET', '/api/logs', { key: newApiKey(), headers })).status)
    }
    expect(statuses.slice(0, 500).every((status) => status === 401)).toBe(true)
    expect(statuses.slice(500)).toEqual([429, 429])
  })
})
