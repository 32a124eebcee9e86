import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { inserting } from '#db/database.ts'
import { eraseAccountRow } from '#db/accounts.ts'
import { webhookDeliveries } from '#db/webhooks/deliveries.ts'
import { webhooks } from '#db/webhooks/webhooks.ts'
import { native } from '#dialects/native/index.ts'
import { runSchedule } from '#background/cron.ts'
import { consume } from '#background/queue.ts'
import type { QueueMessage } from '#background/queue.ts'
import { newApiKey } from '#domain/api-keys/api-key-format.ts'
import { newRefreshToken } from '#domain/accounts/refresh-token.ts'
import { firstIdAt, newId } from '#domain/identifiers.ts'
import { forgetOldRequests } from '#domain/request-log/forget-old-requests.ts'
import { toStored } from '#domain/request-log/log-message.ts'
import type { LogMessage } from '#domain/request-log/log-message.ts'
import worker from '../../../src/worker.ts'
import { aWebhook } from '../../post-office.ts'
import { counted } from '../../round-trips.ts'
import type { Counted } from '../../round-trips.ts'
import {
  aKey,
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  settled,
  tokenOf,
  write,
} from '../../world.ts'
import type { CallOptions, Key, World } from '../../world.ts'

let world: World
let partner: Key
let queued: LogMessage[]

beforeEach(async () => {
  setClock()
  queued = []
  world = await aWorld()
  partner = await aKey(world)
})

/** The worker with a queue that can be looked into; it answers when the work after the answer is done, too. */
async function logging(request: Request, send = async (message: LogMessage) => void queued.push(message)) {
  const execution = createExecutionContext()
  const watched = { ...env, REQUEST_LOG: { send } } as unknown as Cloudflare.Env
  const response = await worker.fetch(
    request as Request<unknown, IncomingRequestCfProperties>,
    watched,
    execution,
  )
  await waitOnExecutionContext(execution)
  return response
}

const logged = (method: string, path: string, options: CallOptions = {}) =>
  call(method, path, { fetcher: (request) => logging(request), ...options })

/** Lets the consumer have what waits in the queue. */
async function store(bodies = queued.splice(0)): Promise<void> {
  const retry = () => expect.unreachable('it could not be stored')
  const messages = bodies.map((body) => ({ body, attempts: 1, ack: () => undefined, retry }))
  const batch = { queue: 'slotkeeper-request-log', messages }
  await consume(batch as unknown as MessageBatch<QueueMessage>, contextOf())
}

async function indexed(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (
    await env.LOGS.prepare(sql)
      .bind(...values)
      .all()
  ).results
}

/** What a request of the owner waits for. */
async function waitsOf(method: string, path: string): Promise<Counted> {
  let found: Counted | undefined
  const fetcher = async (request: Request) => {
    found = await counted(request)
    return found.response
  }
  expect((await call(method, path, { token: world.owner.token, fetcher })).status).toBe(200)
  return found!
}

const wish = (startAt = monday + 2 * hours) => ({
  businessId: world.businessId,
  serviceId: world.serviceId,
  startTime: iso(startAt),
  customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
})
const logsOf = async (path: string, caller: CallOptions = { token: world.owner.token }) => {
  const { body, status } = await call('GET', path, caller)
  expect(status).toBe(200)
  return body
}
const outline = ({ logs }: { logs: { method: string; path: string; status: number }[] }) =>
  logs.map(({ method, path, status }) => `${method} ${path} ${status}`)

describe('the log of requests', () => {
  it('has every request of a key and of somebody signed in, and none of a stranger', async () => {
    const { token } = world.owner
    const { key } = partner
    await logged('GET', `/api/services/business/${world.businessId}`)
    await logged('GET', '/api/bookings/1', { token: 'not-a-token' })
    await logged('GET', '/api/bookings/1', { key: newApiKey() })
    await logged('POST', '/api/auth/signin', {
      body: { email: 'a@example.com', password: 'hunter2 hunter2' },
    })
    await logged('GET', '/health', { token })
    expect(queued).toEqual([])

    await logged('GET', `/api/bookings/business/${world.businessId}`, { key })
    await logged('GET', `/api/services/business/${world.businessId}`, { key })
    await logged('GET', `/api/bookings/business/${world.businessId}`, { token })
    await logged('GET', '/api/no/such/thing', { token })
    await logged('GET', '/api/logs?nonsense=1', { key })
    await logged('POST', '/api/bookings', { token, body: '{"broken":' })
    const requests = queued.map(({ entry }) => [
      entry.keyId ?? entry.accountId,
      entry.method,
      entry.route,
      entry.status,
    ])
    expect(requests).toEqual([
      [partner.id, 'GET', '/api/bookings/business/{businessId}', 200],
      [partner.id, 'GET', '/api/services/business/{businessId}', 200],
      [world.owner.id, 'GET', '/api/bookings/business/{businessId}', 200],
      [world.owner.id, 'GET', null, 404],
      [partner.id, 'GET', '/api/logs', 400],
      [world.owner.id, 'POST', '/api/bookings', 400],
    ])
    expect(queued.map(({ entry }) => entry.errorCode)).toEqual([
      null,
      null,
      null,
      'request.unknown_path',
      'request.invalid',
      'request.malformed_json',
    ])
  })

  it('shows at one look the request, its booking, the events and their deliveries', async () => {
    const headers = { 'Idempotency-Key': 'order-17', 'User-Agent': 'partner/1' }
    const booked = await logged('POST', '/api/bookings', { key: partner.key, body: wish(), headers })
    expect(booked.status).toBe(201)
    await logged('POST', `/api/bookings/${booked.body.id}/cancel`, {
      key: partner.key,
      body: { reason: 'ill' },
    })
    const deliveryId = await aDelivery(booked.body.id)
    await store()

    const requestId = booked.headers.get('X-Request-Id')
    const { body: log } = await call('GET', `/api/logs/${requestId}`, { token: world.owner.token })
    const [event] = await query<{ id: number; sequence: number }>(
      "select id, sequence from events where businessId = ? and type = 'booking.created'",
      world.businessId,
    )
    expect(log).toMatchObject({
      requestId,
      businessId: world.businessId,
      caller: { type: 'key', id: partner.id },
      method: 'POST',
      route: '/api/bookings',
      path: '/api/bookings',
      status: 201,
      errorCode: null,
      bookingId: booked.body.id,
      createdAt: iso(monday),
      query: [],
      related: {
        bookings: [booked.body.id],
        events: [{ id: event!.id, type: 'booking.created', sequence: event!.sequence }],
        deliveries: [
          {
            id: deliveryId,
            webhookId: expect.any(Number),
            eventId: event!.id,
            status: 'succeeded',
            attempts: 2,
          },
        ],
      },
    })
    expect(log.request.headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'partner/1',
      'idempotency-key': 'order-17',
    })
    const whole = (text: string) => ({ length: text.length, text, truncated: false, withheld: null })
    expect(log.request.body).toEqual(whole(JSON.stringify(wish())))
    expect(log.response.headers).toMatchObject({ etag: '"1"', ratelimit: '"default";r=499;t=900' })
    // Whoever reads the log does not have the card.
    const text = booked.text.replace(/(?<=\/card\/)[\w-]{22}/, '[secret]')
    expect(log.response.body).toEqual({ ...whole(booked.text), text })
    const again = await call('GET', `/api/logs/${log.id}`, { key: partner.key })
    expect(again.body).toEqual(log)
  })

  it('tells what went wrong', async () => {
    await call('POST', '/api/bookings', { key: partner.key, body: wish() })
    const refused = await logged('POST', '/api/bookings', { key: partner.key, body: wish() })
    await store()
    const { logs } = await logsOf(`/api/logs?businessId=${world.businessId}&status=409`)
    expect(logs).toMatchObject([{ status: 409, errorCode: 'booking.slot_taken', bookingId: null }])
    const log = await logsOf(`/api/logs/${logs[0].id}`)
    expect(log.response.body.text).toBe(refused.text)
    expect(log.related).toEqual({ bookings: [], events: [], deliveries: [] })
  })

  it('has the answer of every route, good or not', async () => {
    const { paths } = native.getOpenAPIDocument({ openapi: '3.0.3', info: { title: '', version: '' } })
    const answers: [string, string][] = []
    for (const [path, methods] of Object.entries(paths).filter(([path]) => path.startsWith('/api/'))) {
      for (const method of Object.keys(methods as object)) {
        const at = path.replace(/\{\w+\}/g, String(world.businessId))
        const { text } = await logged(method.toUpperCase(), at, { token: world.owner.token })
        answers.push([`${method} ${path}`, text])
      }
    }
    const kept = queued.map(({ entry: { method, route }, record }) => {
      return [`${method.toLowerCase()} ${route}`, 'response' in record && record.response.body?.text]
    })
    expect(kept.length).toBeGreaterThan(40)
    expect(kept).toEqual(answers.map(([name, text]) => [name, text === '' ? undefined : text]))
  })

  it('shows what it led to, whatever noun it was about', async () => {
    const webhook = await aWebhook(world, { url: 'https://partner.example.com/pinged' })
    const path = `/api/webhooks/${webhook.id}/ping`
    const pinged = await logged('POST', path, { key: partner.key })
    await store()
    const { id } = (await logsOf(`/api/logs?businessId=${world.businessId}`)).logs[0]
    expect((await logsOf(`/api/logs/${id}`)).related).toEqual({
      bookings: [],
      events: [{ id: pinged.body.eventId, type: 'webhook.ping', sequence: 1 }],
      deliveries: [],
    })
  })

  async function aDelivery(bookingId: number): Promise<number> {
    const now = Date.now()
    const [webhookId, id] = [newId(now), newId(now)]
    const [event] = await query<{ eventId: number; sequence: number }>(
      "select id as eventId, sequence from events where subjectId = ? and type = 'booking.created'",
      bookingId,
    )
    await write(
      inserting(webhooks)({
        id: webhookId,
        businessId: world.businessId,
        url: 'https://partner.example.com/hook',
        events: '["booking.*"]',
        format: 'native',
        active: 0,
        sealedSecret: '',
        sealedNextSecret: null,
        nextSecretAt: null,
        failures: 0,
        failingSinceAt: null,
        parkedAt: null,
        lastSuccessAt: null,
        byHandUntilAt: null,
        replayingUntilAt: null,
        disabledAt: null,
        disabledReason: null,
        deletedAt: null,
        createdAt: now,
        updatedAt: now,
      }),
      inserting(webhookDeliveries)({
        id,
        businessId: world.businessId,
        webhookId,
        eventId: event!.eventId,
        sequence: event!.sequence,
        trigger: 'event',
        status: 'succeeded',
        attempts: 2,
        ownFailures: 0,
        asideAt: null,
        nextAttemptAt: null,
        createdAt: now,
        finishedAt: now,
      }),
    )
    return id
  }
})

describe('looking for a request', () => {
  beforeEach(async () => {
    const { key } = partner
    const other = await aKey(world)
    await logged('GET', `/api/bookings/business/${world.businessId}`, { key })
    vi.setSystemTime(monday + 10 * minutes)
    await logged('POST', '/api/bookings', { key, body: wish() })
    await logged('POST', '/api/bookings', { key: other.key, body: wish() })
    vi.setSystemTime(monday + 20 * minutes)
    await logged('GET', '/api/bookings/1', { key })
    await logged('PATCH', `/api/services/${world.serviceId}`, {
      token: world.owner.token,
      body: { name: 'Cut' },
    })
    await store()
  })
  const find = async (filter: string) =>
    outline(await logsOf(`/api/logs?businessId=${world.businessId}${filter}`))

  it('finds the latest first, page by page or behind a cursor', async () => {
    const all = await logsOf(`/api/logs?businessId=${world.businessId}`)
    expect(outline(all)).toEqual([
      `PATCH /api/services/${world.serviceId} 200`,
      'GET /api/bookings/1 404',
      'POST /api/bookings 409',
      'POST /api/bookings 201',
      `GET /api/bookings/business/${world.businessId} 200`,
    ])
    expect([all.total, all.nextCursor]).toEqual([5, null])
    const second = await logsOf(`/api/logs?businessId=${world.businessId}&limit=2&page=2`)
    expect(second).toMatchObject({ total: 5, page: 2, limit: 2, logs: all.logs.slice(2, 4) })

    const found: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const behind: string = cursor && `&cursor=${cursor}`
      const page = await logsOf(`/api/logs?businessId=${world.businessId}&limit=2&status=2xx${behind}`)
      expect(page.total).toBe(3)
      found.push(...page.logs)
      cursor = page.nextCursor
    }
    expect(found).toEqual(all.logs.filter(({ status }: { status: number }) => status < 300))
  })

  it('finds by status, class of status, method, route and key', async () => {
    expect(await find('&status=409')).toEqual(['POST /api/bookings 409'])
    expect(await find('&status=4xx')).toEqual(['GET /api/bookings/1 404', 'POST /api/bookings 409'])
    expect(await find('&status=5xx')).toEqual([])
    expect(await find('&method=PATCH')).toEqual([`PATCH /api/services/${world.serviceId} 200`])
    expect(await find('&route=/api/bookings/{id}')).toEqual(['GET /api/bookings/1 404'])
    expect(await find(`&keyId=${partner.id}&method=POST`)).toEqual(['POST /api/bookings 201'])
  })

  it('finds by time', async () => {
    for (const minute of [40, 41, 42]) {
      vi.setSystemTime(monday + minute * minutes)
      await logged('GET', `/api/bookings/${minute}`, { key: partner.key })
    }
    await store()
    const span = `&from=${iso(monday + 41 * minutes)}&to=${iso(monday + 42 * minutes)}`
    expect(await find(span)).toEqual(['GET /api/bookings/41 404'])
  })

  it.each([
    'status=600',
    'status=4x',
    'method=get',
    'from=2031',
    'keyId=x',
    'nonsense=1',
    'cursor=WyJhIiwxXQ',
  ])('refuses %s', async (filter) => {
    const answer = await call('GET', `/api/logs?${filter}`, { token: world.owner.token })
    expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid'])
  })

  it('waits for one answer of storage, and for a whole record for two', async () => {
    const { logs } = await logsOf('/api/logs')
    expect((await waitsOf('GET', `/api/logs?businessId=${world.businessId}&status=4xx`)).steps).toBe(1)
    expect((await waitsOf('GET', `/api/logs/${logs[0].id}`)).steps).toBe(2)
  })

  it('looks at so many at once, and can go on from there', async () => {
    await indexed(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 10001)
       insert into requestLogs select ?1 + i, 'many-' || ?1 || i, ?2, null, ?3, 'native', 'GET', '/api/services', '/api/services', 200, 1,
         null, null, null, ?4, 'none', 0, 0 from n`,
      firstIdAt(monday + hours),
      world.businessId,
      partner.id,
      monday + 20 * minutes,
    )
    const first = await logsOf(`/api/logs?businessId=${world.businessId}&method=POST`)
    expect(first).toMatchObject({ logs: [], total: 0, totalIsLowerBound: true })
    const second = await logsOf(
      `/api/logs?businessId=${world.businessId}&method=POST&cursor=${first.nextCursor}`,
    )
    expect(outline(second)).toEqual(['POST /api/bookings 409', 'POST /api/bookings 201'])
    expect(second.nextCursor).toBeNull()
    // Failures have an index of their own.
    expect(await find('&status=409')).toEqual(['POST /api/bookings 409'])
  })
})

describe('who sees a request', () => {
  const seenBy = async (log: { id: number; requestId: string }, caller: CallOptions) => {
    const answers = await Promise.all(
      [log.id, log.requestId].map((name) => call('GET', `/api/logs/${name}`, caller)),
    )
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1)
    return answers[0]!.status
  }

  it('is its business, whose key or member made it, and nobody of another one', async () => {
    const theirs = await aWorld()
    await logged('GET', `/api/bookings/business/${world.businessId}`, { key: partner.key })
    await logged('GET', `/api/bookings/business/${world.businessId}`, { token: world.owner.token })
    await store()
    const { logs } = await logsOf(`/api/logs?businessId=${world.businessId}`, { key: partner.key })
    expect(logs).toHaveLength(2)
    const theirKey = (await aKey(theirs)).key
    const customer = await aPerson()
    for (const log of logs) {
      expect(await seenBy(log, { token: world.owner.token })).toBe(200)
      expect(await seenBy(log, { key: partner.key })).toBe(200)
      expect(await seenBy(log, { token: theirs.owner.token })).toBe(404)
      expect(await seenBy(log, { token: customer.token })).toBe(404)
      expect(await seenBy(log, { key: theirKey })).toBe(404)
    }
    const list = `/api/logs?businessId=${world.businessId}`
    expect((await call('GET', list, { token: theirs.owner.token })).status).toBe(404)
    expect((await call('GET', list, { key: theirKey })).status).toBe(404)
    expect((await logsOf('/api/logs', { key: theirKey })).logs).toEqual([])
    expect((await logsOf('/api/logs', { key: partner.key })).logs).toEqual(logs)
  })

  it('is only the customer for a customer’s request, and what it set off is the business’s affair', async () => {
    const customer = await aPerson()
    const { body } = await logged('POST', '/api/bookings', { token: customer.token, body: wish() })
    await store()
    const { logs } = await logsOf('/api/logs', { token: customer.token })
    expect(logs).toMatchObject([
      { businessId: null, caller: { type: 'user', id: customer.id }, bookingId: body.id },
    ])
    expect(await seenBy(logs[0], { token: world.owner.token })).toBe(404)
    expect((await logsOf(`/api/logs?businessId=${world.businessId}`)).logs).toEqual([])
    const log = await logsOf(`/api/logs/${logs[0].id}`, { token: customer.token })
    expect(log.related).toEqual({ bookings: [body.id], events: [], deliveries: [] })
  })

  it('is not whoever merely speaks of the business', async () => {
    const { token } = await aPerson()
    await logged('GET', `/api/bookings/business/${world.businessId}`, { token })
    await logged('POST', '/api/services', { token, body: { businessId: world.businessId } })
    await store()
    expect((await logsOf(`/api/logs?businessId=${world.businessId}`)).logs).toEqual([])
    expect((await logsOf('/api/logs', { token })).logs).toHaveLength(2)
  })
})

describe('a secret', () => {
  const secrets = () => {
    const [apiKey, refreshToken] = [newApiKey(), newRefreshToken()]
    const webhook = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`
    return { apiKey, refreshToken, webhook, password: 'Canary!Horse:77' }
  }

  const plain = (bytes: Uint8Array) => (bytes[0] === 0x1f ? gunzipSync(bytes) : Buffer.from(bytes)).toString()

  /** Everything that the log holds anywhere, and what waits for it. */
  async function everything(): Promise<string> {
    const unzipped = queued.map(({ entry, record }) => `${JSON.stringify(entry)}${plain(toStored(record))}`)
    await store(queued)
    const { objects } = await env.LOG_BODIES.list()
    const stored = await Promise.all(
      objects.map(async ({ key }) => {
        const bytes = await (await env.LOG_BODIES.get(key))!.arrayBuffer()
        return `${key}${plain(new Uint8Array(bytes))}`
      }),
    )
    const rows = await Promise.all(
      ['requestLogs', 'keyUsage'].map((table) => indexed(`select * from ${table}`)),
    )
    return JSON.stringify([unzipped, stored, rows])
  }
  async function mainDatabase(): Promise<string> {
    const tables = await query<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name not like '\\_cf\\_%' escape '\\'",
    )
    return JSON.stringify(await Promise.all(tables.map(({ name }) => query(`select * from "${name}"`))))
  }

  it('is in no message, no object and no row, wherever it was sent', async () => {
    const { apiKey, refreshToken, webhook, password } = secrets()
    const { token, id } = await aPerson()
    const jwt = await tokenOf(id)
    const warned = vi.spyOn(console, 'warn')
    const errors = vi.spyOn(console, 'error')
    const canaries = [apiKey, refreshToken, webhook, jwt, token, partner.key]
    for (const canary of canaries) {
      const quoted = encodeURIComponent(canary)
      const sent: [string, string, unknown, Record<string, string>?][] = [
        [
          'GET',
          '/api/bookings/my-bookings',
          undefined,
          { 'X-Secret': canary, 'User-Agent': `x/${canary}`, Cookie: `a=${canary}` },
        ],
        ['GET', '/api/bookings/my-bookings', undefined, { 'X-API-Key': canary }],
        ['GET', '/api/bookings/my-bookings', undefined, { 'X-D1-Bookmark': canary, Accept: canary }],
        ['GET', `/api/bookings/my-bookings?${quoted}=1&page=${quoted}&limit=${quoted}`, undefined],
        ['GET', `/api/logs?status=${quoted}&route=${quoted}&from=${quoted}`, undefined],
        ['GET', `/api/bookings/${quoted}`, undefined],
        ['GET', `/api/businesses/${quoted}`, undefined],
        ['GET', `/api/nowhere/${quoted}/${quoted.toLowerCase()}`, undefined],
        ['POST', '/api/bookings', { [canary]: canary }],
        [
          'POST',
          '/api/bookings',
          {
            startTime: canary,
            notes: canary,
            customer: { name: canary, [canary]: [canary, { status: canary }] },
          },
        ],
        ['POST', '/api/bookings', canary],
        ['POST', '/api/bookings', `{"broken": "${canary}"`],
        ['POST', '/api/bookings', `a=${canary}`, { 'Content-Type': 'application/x-www-form-urlencoded' }],
        ['POST', '/api/bookings', {}, { 'Idempotency-Key': canary, 'If-Match': canary }],
        ['POST', '/api/auth/refresh', { refresh_token: canary }],
        ['PATCH', '/api/users/profile', { firstName: 1, locale: canary }],
        ['DELETE', '/api/users/account', { password: canary }],
      ]
      for (const [method, path, body, headers = {}] of sent) {
        await logged(method, path, { token, body, headers })
        await logged(method, path, { key: partner.key, body, headers })
      }
    }
    await logged('DELETE', '/api/users/account', { token, body: { password, more: [{ password }] } })
    await logged('DELETE', '/api/users/account', { token, body: `{"password":"${password}"` })
    await logged('POST', '/api/auth/signup', {
      token,
      body: { email: 'c@example.com', password, firstName: 'A', lastName: 'B' },
    })
    await store([...queued])
    const log = await everything()
    const main = await mainDatabase()
    const said = JSON.stringify([warned.mock.calls, errors.mock.calls])
    expect(queued.length).toBeGreaterThan(100)
    for (const canary of [...canaries, password]) {
      for (const form of [canary, encodeURIComponent(canary), canary.slice(8)]) {
        expect(log.toLowerCase()).not.toContain(form.toLowerCase())
        expect(said).not.toContain(form)
        expect(main).not.toContain(form)
      }
    }
  })

  it('that an answer tells once is not told again by the log', async () => {
    const { token } = world.owner
    const made = await logged('POST', '/api/integrations/api-keys', {
      token,
      body: { businessId: world.businessId, name: 'New', scopes: ['bookings:read'] },
    })
    const person = {
      email: 'new@example.com',
      password: 'a long password',
      firstName: 'New',
      lastName: 'Comer',
    }
    const signed = await logged('POST', '/api/auth/signup', { token, body: person })
    expect([made.status, signed.status, queued.length]).toEqual([201, 201, 2])
    const log = await everything()
    const { key } = made.body
    const { access_token: accessToken, refresh_token: refreshToken } = signed.body
    for (const secret of [key, accessToken, refreshToken, person.password]) expect(log).not.toContain(secret)
    for (const shown of [made.body.lastFour, person.email, 'Comer']) expect(log).toContain(shown)
  })
})

describe('somebody who was erased', () => {
  const grace = { name: 'Grace Hopper', email: 'grace@example.com', phone: '+1 (202) 555-0101' }
  const wishFor = (customer: object, startAt: number) => ({ ...wish(startAt), customer })
  const ask = async (method: string, path: string, body?: object, key = partner.key) => {
    vi.setSystemTime(Date.now() + minutes)
    const { headers, body: answer } = await logged(method, path, { key, body })
    return { name: headers.get('X-Request-Id'), answer }
  }
  const shown = async ({ name }: { name: string | null }, caller: CallOptions = { key: partner.key }) => {
    const { withheld, query: parameters, request, response } = await logsOf(`/api/logs/${name}`, caller)
    return { withheld, parameters, texts: [request.body?.text, response.body?.text] }
  }
  const nothing = { withheld: 'erased', parameters: [] }

  it('is not shown in any request that told of them before, and nobody else is hidden', async () => {
    const list = `/api/bookings/business/${world.businessId}`
    const made = await ask('POST', '/api/bookings', wishFor(grace, monday + 2 * hours))
    const of = `/api/bookings/${made.answer.id}`
    const theirs = [
      made,
      await ask(
        'POST',
        '/api/bookings',
        wishFor({ name: 'G', email: 'Grace@Example.com' }, monday + 2 * hours),
      ),
      await ask('POST', '/api/bookings', wishFor({ name: 'G', phone: '+1202-5550101' }, monday + 2 * hours)),
      await ask('POST', '/api/bookings', { tpyo: 'please call (grace@example.com).' }),
      await ask('PATCH', of, { notes: 'Grace has a cold', tpyo: 1 }),
      await ask('GET', list),
      await ask('GET', `${list}?tpyo=grace@example.com`),
    ]
    const other = await ask(
      'POST',
      '/api/bookings',
      wishFor({ name: 'Ada', email: 'ada@example.com' }, monday + 3 * hours),
    )
    const elsewhere = await aWorld()
    const { key } = await aKey(elsewhere)
    const foreign = await ask('POST', '/api/bookings', { customer: grace }, key)
    await store()
    for (const request of theirs) expect(await shown(request)).toMatchObject({ withheld: null })

    const { customer } = made.answer
    expect((await ask('DELETE', `/api/customers/${customer.id}`)).answer).toBeUndefined()
    vi.setSystemTime(Date.now() + minutes)
    const later = [
      await ask('GET', list),
      await ask('POST', '/api/bookings', wishFor(grace, monday + 4 * hours)),
    ]
    await store()
    for (const [at, request] of theirs.entries()) {
      const { texts, ...rest } = await shown(request)
      expect([at, rest, texts.filter(Boolean)]).toEqual([at, nothing, []])
    }
    for (const request of [other, ...later]) {
      const { withheld, texts } = await shown(request)
      expect([withheld, texts[1]]).toEqual([null, expect.stringContaining('"customer"')])
    }
    expect(await shown(foreign, { key })).toMatchObject({ withheld: null })
  })

  it('leaves the log of their own requests empty', async () => {
    const { token, email, id } = await aPerson()
    const update = await logged('PATCH', '/api/users/profile', { token, body: { lastName: 'Byron' } })
    const query = await logged('GET', `/api/services/business/${world.businessId}?page=1`, { token })
    await store()
    const names = [update, query].map(({ headers }) => ({ name: headers.get('X-Request-Id') }))
    expect((await shown(names[0]!, { token })).texts[1]).toContain(email)
    await write(eraseAccountRow({ id, now: Date.now() }))
    for (const name of names) {
      const { texts, ...rest } = await shown(name, { token })
      expect([rest, texts.filter(Boolean)]).toEqual([nothing, []])
    }
  })

  it('is looked for as long as the log reaches back before it', async () => {
    const { answer } = await ask('POST', '/api/bookings', wishFor(grace, monday + 2 * hours))
    await ask('DELETE', `/api/customers/${answer.customer.id}`)
    const marks = () => query('select mark from erasedMarks where businessId = ?', world.businessId)
    const found = JSON.stringify(await marks())
    expect(await marks()).toHaveLength(4)
    expect(found).not.toContain('grace')
    expect(found).not.toContain('5550101')
    vi.setSystemTime(monday + 30 * days)
    await forgetOldRequests(contextOf())
    expect(await marks()).toHaveLength(4)
    vi.setSystemTime(monday + 30 * days + hours)
    await forgetOldRequests(contextOf())
    expect(await marks()).toEqual([])
  })
})

describe('the queue of the log', () => {
  it('may deliver twice: the request is there, and counted, once', async () => {
    await logged('GET', `/api/bookings/business/${world.businessId}`, { key: partner.key })
    await logged('GET', '/api/bookings/1', { key: partner.key })
    await logged('GET', '/api/bookings/2', { key: partner.key })
    const [first, ...rest] = queued
    await store([first!])
    await store([...queued, ...rest])
    await store([...queued])
    const { logs, total } = await logsOf(`/api/logs?businessId=${world.businessId}`)
    expect([logs.length, total]).toEqual([3, 3])
    for (const { id } of logs) expect((await logsOf(`/api/logs/${id}`)).response.body.truncated).toBe(false)
    const usage = await indexed('select * from keyUsage where keyId = ? order by status', partner.id)
    const use = { keyId: partner.id, dayOn: '2031-03-03', method: 'GET' }
    expect(usage).toEqual([
      { ...use, route: '/api/bookings/business/{businessId}', status: 200, count: 1 },
      { ...use, route: '/api/bookings/{id}', status: 404, count: 2 },
    ])
  })

  it('keeps a request whose id another one has got already', async () => {
    for (const id of [1, 2]) await logged('GET', `/api/bookings/${id}`, { key: partner.key })
    const [first, second] = queued.splice(0)
    await store([first!])
    const clashing = { ...second!, entry: { ...second!.entry, id: first!.entry.id } }
    await store([clashing, first!])
    await store([clashing])
    const { logs } = await logsOf(`/api/logs?businessId=${world.businessId}`)
    expect(logs.map(({ path }: { path: string }) => path)).toEqual(['/api/bookings/2', '/api/bookings/1'])
  })

  it('may be out of order: nobody’s request fails for it', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const broken = (request: Request) => logging(request, () => Promise.reject(new Error('queue is down')))
    const { status, body } = await call('POST', '/api/bookings', {
      key: partner.key,
      body: wish(),
      fetcher: broken,
    })
    expect([status, body.status]).toEqual([201, 'confirmed'])
    expect(warned).toHaveBeenCalledWith('request not logged', expect.any(String), 'queue is down')
    warned.mockRestore()
  })

  it('is not waited for', async () => {
    let sent: (() => void) | undefined
    const execution = createExecutionContext()
    const send = () => new Promise<void>((resolve) => (sent = resolve))
    const watched = { ...env, REQUEST_LOG: { send } } as unknown as Cloudflare.Env
    const fetcher = async (request: Request) =>
      worker.fetch(request as Request<unknown, IncomingRequestCfProperties>, watched, execution)
    const { status } = await call('POST', '/api/bookings', { key: partner.key, body: wish(), fetcher })
    expect(status).toBe(201)
    await vi.waitFor(() => expect(sent).toBeDefined())
    sent?.()
    await waitOnExecutionContext(execution)

    const { trips, all } = await waitsOf('GET', '/api/bookings/my-bookings')
    expect(trips.toSorted()).toEqual(['D1', 'RATE_LIMITER.ask'])
    expect(all.toSorted()).toEqual(['D1', 'RATE_LIMITER.ask', 'REQUEST_LOG'])
  })

  it('tries a batch again that could not be stored', async () => {
    await logged('GET', '/api/bookings/1', { key: partner.key })
    const ctx = contextOf(undefined, (ports) => ({
      ...ports,
      logs: { ...ports.logs, commit: () => Promise.reject(new Error('storage is down')) },
    }))
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const retry = vi.fn<(options: QueueRetryOptions) => void>()
    const messages = queued.map((body) => ({ body, attempts: 1, ack: () => undefined, retry }))
    const batch = { queue: 'slotkeeper-request-log', messages }
    await consume(batch as unknown as MessageBatch<QueueMessage>, ctx)
    expect(retry.mock.calls).toEqual([[{ delaySeconds: 2 }]])
    expect(warned.mock.calls).toEqual([['to be tried again', 'a request to log', 'storage is down']])
    warned.mockRestore()
    await store()
    expect((await logsOf(`/api/logs?businessId=${world.businessId}`)).total).toBe(1)
  })

  it('reads from an object only the part that was asked for', async () => {
    for (const id of [1, 2, 3]) await logged('GET', `/api/bookings/${id}`, { key: partner.key })
    await store()
    const rows = await indexed(
      'select recordOffset, recordLength from requestLogs where keyId = ? order by id',
      partner.id,
    )
    expect(rows[1]?.['recordOffset']).toBe(rows[0]?.['recordLength'])
    const { logs } = await logsOf('/api/logs', { key: partner.key })
    for (const { id, path } of logs) expect((await logsOf(`/api/logs/${id}`)).path).toBe(path)
  })
})

describe('thirty days later', () => {
  const everyMinute = { cron: '* * * * *' }
  async function sweep(): Promise<void> {
    await runSchedule(everyMinute, contextOf())
    await settled()
  }
  const kept = async () => [
    (await indexed('select id from requestLogs where businessId = ?', world.businessId)).length,
    (await indexed('select 1 from keyUsage where keyId = ?', partner.id)).length,
    (await env.LOG_BODIES.list({ prefix: 'requests/2031/03/03/' })).objects.length,
  ]

  it('a request is gone from the index, the counts and the objects, and not before', async () => {
    vi.setSystemTime(monday + 10)
    await logged('GET', '/api/bookings/1', { key: partner.key })
    await store()
    const [rows, uses, objects] = await kept()
    expect([rows, uses]).toEqual([1, 1])
    expect(objects).toBeGreaterThan(0)

    vi.setSystemTime(monday + 30 * days)
    await sweep()
    expect(await kept()).toEqual([1, 1, objects])
    vi.setSystemTime(monday + 30 * days + hours)
    await sweep()
    expect(await kept()).toEqual([0, 1, 0])
    vi.setSystemTime(monday + 31 * days)
    await sweep()
    expect(await kept()).toEqual([0, 0, 0])
  })

  it('a row whose object is gone still says what it knows', async () => {
    await logged('GET', '/api/bookings/1', { key: partner.key })
    await store()
    for (const { key } of (await env.LOG_BODIES.list()).objects) await env.LOG_BODIES.delete(key)
    const { logs } = await logsOf('/api/logs', { key: partner.key })
    expect(await logsOf(`/api/logs/${logs[0].id}`)).toMatchObject({
      status: 404,
      request: null,
      response: null,
    })
  })
})
