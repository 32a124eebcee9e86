import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { consume } from '#background/queue.ts'
import type { QueueMessage } from '#background/queue.ts'
import { personal } from '#domain/events/event-data.ts'
import { eventTypes, nounOf } from '#domain/events/event.ts'
import { forgetOldEvents } from '#domain/events/forget-old-events.ts'
import { forgetOldDeliveries } from '#domain/webhooks/forget-old-deliveries.ts'
import type { OutboundRequest } from '#domain/webhooks/ports.ts'
import { pingWebhook } from '#domain/webhooks/ping-webhook.ts'
import { replayEvents } from '#domain/webhooks/replay-events.ts'
import { rotateSecret } from '#domain/webhooks/rotate-secret.ts'
import { PostOffice, aWebhook, deliveriesTo, emit, webhookRow } from '../../post-office.ts'
import {
  aKey,
  aMember,
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
} from '../../world.ts'
import type { Answer, CallOptions, World } from '../../world.ts'

/** The one call of `fetch`. */
type Fetched = [[url: string, init: OutboundRequest & { redirect: string }]]

let world: World
let office: PostOffice

beforeEach(async () => {
  setClock()
  world = await aWorld()
  office = new PostOffice()
})
afterEach(() => vi.restoreAllMocks())

const asOwner = (options: CallOptions = {}): CallOptions => ({ token: world.owner.token, ...options })
const register = (body: object = {}, options: CallOptions = asOwner()) =>
  call('POST', '/api/webhooks', {
    ...options,
    body: {
      businessId: world.businessId,
      url: 'https://receiver.example.com/hooks',
      events: ['booking.*'],
      ...body,
    },
  })

describe('who may do what with a webhook', () => {
  it('is told by who manages the business: other members look on', async () => {
    const { id } = await aWebhook(world)
    const path = `/api/webhooks/${id}`
    const window = { from: iso(monday), to: iso(monday + hours) }
    const changes = async (token: string) => [
      await register({}, { token }),
      await call('PATCH', path, { token, body: { events: ['booking.created'] } }),
      await call('POST', `${path}/rotate-secret`, { token, body: {} }),
      await call('DELETE', path, { token }),
    ]
    const { token } = await aMember(world, 'staff')
    const refused = [
      ...(await changes(token)),
      await call('POST', `${path}/ping`, { token }),
      await call('POST', `${path}/replay`, { token, body: window }),
      await call('POST', `${path}/deliveries/1/redeliver`, { token }),
    ]
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      refused.map(() => [403, 'business.managers_only']),
    )
    const looks = [path, `${path}/deliveries`, `/api/webhooks?businessId=${world.businessId}`]
    for (const look of looks) expect((await call('GET', look, { token })).status).toBe(200)

    const manager = await aMember(world, 'manager')
    expect((await changes(manager.token)).map(({ status }) => status)).toEqual([201, 200, 200, 204])
  })
})

describe('registering a webhook', () => {
  it('answers it with a secret that is never shown again', async () => {
    const { status, body } = await register({ url: 'https://Receiver.example.com/hooks#top' })
    expect(status).toBe(201)
    const { secret, ...shown } = body
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(shown).toEqual({
      id: expect.any(Number),
      businessId: world.businessId,
      url: 'https://receiver.example.com/hooks',
      events: ['booking.*'],
      format: 'native',
      active: true,
      failures: 0,
      failingSinceAt: null,
      parkedAt: null,
      lastSuccessAt: null,
      disabledAt: null,
      disabledReason: null,
      nextSecretAt: null,
      createdAt: iso(monday),
      updatedAt: iso(monday),
    })
    const again = await call('GET', `/api/webhooks/${body.id}`, asOwner())
    expect(again.body).toEqual(shown)
    const list = await call('GET', `/api/webhooks?businessId=${world.businessId}`, asOwner())
    expect(list.body).toMatchObject({ webhooks: [shown], total: 1 })
    const stored = await query('select * from webhooks where id = ?', body.id)
    expect(JSON.stringify(stored)).not.toContain(secret.slice(6, 20))
  })

  it('under an Idempotency-Key makes one, and tells its secret once more to who lost it', async () => {
    const headers = { 'Idempotency-Key': 'register' }
    const [first, second] = [
      await register({}, asOwner({ headers })),
      await register({}, asOwner({ headers })),
    ]
    expect(second.text).toBe(first.text)
    expect((await call('GET', '/api/webhooks', asOwner())).body.total).toBe(1)
  })

  it.each([
    [{ url: 'http://receiver.example.com/' }, 'url', 'Url must start with https://'],
    [{ url: 'https://10.0.0.1/' }, 'url', 'Url must name a host, not an IP address'],
    [{ url: 'https://slotkeeper.example/' }, 'url', 'Url must name a public host'],
    [{ url: 'http://127.0.0.1:9000/' }, 'url', 'Url must start with https://'],
  ])('is refused with %j', async (fault, field, message) => {
    const { status, body } = await register(fault)
    expect([status, body.errors]).toEqual([422, [{ field, message }]])
  })

  it.each([[['booking.burnt']], [['webhook.ping']], [['*']], [[]], ['booking.created']])(
    'is refused for the events %j',
    async (events) => {
      expect((await register({ events })).status).toBe(422)
    },
  )

  it('ends at fifty', async () => {
    await query(
      `with recursive "n"("i") as (select 1 union all select "i" + 1 from "n" where "i" < 50)
       insert into "webhooks" ("id", "businessId", "url", "events", "format", "active", "sealedSecret",
         "failures", "createdAt", "updatedAt")
       select "i", ?, 'https://a.example.com/', '[]', 'native', 1, '', 0, 0, 0 from "n"`,
      world.businessId,
    )
    const { status, body } = await register()
    expect([status, body.code]).toEqual([409, 'webhook.too_many'])
  })

  it('ends at fifty, also when many are asked for at once', async () => {
    for (let count = 0; count < 48; count++) await aWebhook(world)
    const answers = await Promise.all(Array.from({ length: 10 }, () => register()))
    const made = answers.filter(({ status }) => status === 201)
    const refused = answers.filter(({ status, body }) => status === 409 && body.code === 'webhook.too_many')
    expect([made.length, refused.length]).toEqual([2, 8])
    const list = await call('GET', `/api/webhooks?businessId=${world.businessId}`, asOwner())
    expect(list.body.total).toBe(50)
    await call('DELETE', `/api/webhooks/${list.body.webhooks[0].id}`, asOwner())
    expect((await register()).status).toBe(201)
  })
})

describe('a key that manages webhooks', () => {
  const outcome = ({ status, body }: Answer) => [status, body.code]
  const missing = [403, 'key.scope_missing']

  it.each([
    [['bookings:read'], ['booking.*'], 201],
    [['events:read'], ['booking.*', 'lead.*'], 201],
    [['bookings:read'], ['booking.created', 'lead.received'], 403],
    [['customers:read', 'bookings:write', 'services:read'], ['booking.*'], 403],
    [[], ['booking.*'], 403],
  ] as const)('and may do %j has others told of %j: %i', async (scopes, events, status) => {
    const { key } = await aKey(world, { scopes: ['webhooks:manage', ...scopes] })
    const answer = await register({ events }, { key })
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.body).toMatchObject({ error: 'This key lacks the scope events:read' })
  })

  it('has nothing that it may not read sent anywhere, nor shown', async () => {
    const { key } = await aKey(world, { scopes: ['webhooks:manage'] })
    const webhook = await aWebhook(world)
    const path = `/api/webhooks/${webhook.id}`
    await emit(office, world)
    await office.deliver()
    const patch = async (body: object) => outcome(await call('PATCH', path, { key, body }))
    expect(await patch({ url: 'https://mine.example.com' })).toEqual(missing)
    expect(await patch({ events: ['booking.created'] })).toEqual(missing)
    const range = { from: iso(monday), to: iso(monday + 1), dryRun: true }
    expect(outcome(await call('POST', `${path}/replay`, { key, body: range }))).toEqual(missing)
    const [delivery] = await deliveriesTo(webhook)
    const detail = await call('GET', `${path}/deliveries/${delivery!.id}`, { key })
    expect([detail.status, detail.body.request]).toEqual([200, null])
    // It may look after it, and stop it, but not start it.
    expect(await patch({ active: false })).toEqual([200, undefined])
    expect(await patch({ active: true })).toEqual(missing)
    const reader = (await aKey(world, { scopes: ['webhooks:manage', 'bookings:read'] })).key
    const on = await call('PATCH', path, { key: reader, body: { active: true } })
    expect(on.body.active).toBe(true)
  })
})

describe('a webhook', () => {
  it('can be moved, asked for other events, and switched off and on', async () => {
    const webhook = await aWebhook(world)
    const patch = async (body: object) =>
      (await call('PATCH', `/api/webhooks/${webhook.id}`, asOwner({ body }))).body
    expect(
      await patch({ url: 'https://new.example.com', events: ['booking.created', 'booking.created'] }),
    ).toMatchObject({ url: 'https://new.example.com/', events: ['booking.created'] })
    await patch({ events: ['booking.*'] })
    office.receivers.set('https://new.example.com/', () => new Response(null, { status: 500 }))
    await emit(office, world)
    await office.deliver()
    vi.setSystemTime(monday + minutes)
    expect(await patch({ active: false })).toMatchObject({
      active: false,
      disabledAt: iso(monday + minutes),
      disabledReason: 'Switched off by hand',
    })
    await emit(office, world)
    await office.passUntil(monday + 10 * minutes)
    const statuses = async () => (await deliveriesTo(webhook)).map(({ status }) => status)
    expect(await statuses()).toEqual(['skipped', 'skipped'])
    for (const path of ['ping', `deliveries/${(await deliveriesTo(webhook))[0]?.id}/redeliver`]) {
      const refused = await call('POST', `/api/webhooks/${webhook.id}/${path}`, asOwner())
      expect([refused.status, refused.body.code]).toEqual([409, 'webhook.inactive'])
    }
    expect(await patch({ active: true })).toMatchObject({ active: true, failures: 0, disabledReason: null })
  })

  it('that was deleted is gone, but what it was sent can still be looked up', async () => {
    const webhook = await aWebhook(world)
    await emit(office, world)
    await office.deliver()
    await emit(office, world)
    await office.deliver(() => office.context({ remind: async () => undefined }))
    expect((await call('DELETE', `/api/webhooks/${webhook.id}`, asOwner())).status).toBe(204)
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/ping'],
    ] as const) {
      expect((await call(method, `/api/webhooks/${webhook.id}${path}`, asOwner())).status).toBe(404)
    }
    const { body } = await call('GET', `/api/webhooks/${webhook.id}/deliveries`, asOwner())
    expect(body.deliveries).toMatchObject([{ status: 'skipped' }, { status: 'succeeded' }])
    expect((await call('GET', '/api/webhooks', asOwner())).body.webhooks).toEqual([])
    expect(await webhookRow(webhook)).toMatchObject({ sealedSecret: '', active: 0 })
  })

  it('is managed by any member and by keys with the scope, and by nobody else', async () => {
    const { key } = await aKey(world, { scopes: ['webhooks:manage', 'bookings:read'] })
    const made = await register({}, { key })
    expect(made.status).toBe(201)
    for (const path of [
      '/api/webhooks',
      `/api/webhooks?businessId=${world.businessId}`,
      `/api/webhooks/${made.body.id}`,
    ]) {
      expect((await call('GET', path, { key })).status).toBe(200)
    }
    const staff = await aPerson()
    await query('insert into members values (?, ?, ?, null, ?)', world.businessId, staff.id, 'staff', monday)
    expect((await call('GET', '/api/webhooks', { token: staff.token })).body.total).toBe(1)

    const stranger = await aPerson()
    const theirs = await aWorld()
    const foreignKey = (await aKey(theirs)).key
    for (const caller of [{ token: stranger.token }, { token: theirs.owner.token }, { key: foreignKey }]) {
      expect((await register({}, caller)).status).toBe(404)
      expect((await call('GET', `/api/webhooks?businessId=${world.businessId}`, caller)).status).toBe(404)
      expect((await call('GET', `/api/events?businessId=${world.businessId}`, caller)).status).toBe(404)
      expect((await call('GET', '/api/webhooks', caller)).body).toMatchObject({ webhooks: [], total: 0 })
    }
  })
})

describe('what a webhook was sent', () => {
  it('is listed, and shown with every attempt', async () => {
    const webhook = await aWebhook(world)
    const path = `/api/webhooks/${webhook.id}/deliveries`
    let isFirst = true
    office.receivers.set(webhook.url, () => {
      const answer = isFirst
        ? new Response('not now', { status: 503, headers: { 'Retry-After': '1', 'Set-Cookie': 'a=b' } })
        : new Response('thanks')
      isFirst = false
      return answer
    })
    const [eventId] = await emit(office, world)
    await office.deliver()
    const pending = await call('GET', `${path}?status=pending`, asOwner())
    expect(pending.body).toMatchObject({
      total: 1,
      deliveries: [
        {
          webhookId: webhook.id,
          eventId,
          eventType: 'booking.updated',
          sequence: 1,
          trigger: 'event',
          status: 'pending',
          attemptCount: 1,
          nextAttemptAt: iso(monday + 5000),
          finishedAt: null,
        },
      ],
    })
    await office.passUntil(monday + minutes)
    expect((await call('GET', `${path}?status=pending`, asOwner())).body.total).toBe(0)
    const { body } = await call('GET', `${path}/${pending.body.deliveries[0].id}`, asOwner())
    expect(body).toMatchObject({ status: 'succeeded', attemptCount: 2, nextAttemptAt: null })
    const sent = office.received[1]!
    const {
      'webhook-timestamp': _,
      'webhook-signature': __,
      'X-NearbyAssist-Signature': ___,
      ...unsigned
    } = sent.headers
    expect(body.request).toEqual({ headers: unsigned, body: sent.text })
    expect(body.attempts).toMatchObject([
      {
        attempt: 1,
        startedAt: iso(monday),
        durationMs: 0,
        statusCode: 503,
        errorClass: 'status',
        responseHeaders: { 'content-type': 'text/plain;charset=UTF-8', 'retry-after': '1' },
        responseBody: 'not now',
      },
      {
        attempt: 2,
        startedAt: iso(monday + 5000),
        statusCode: 200,
        errorClass: null,
        responseBody: 'thanks',
      },
    ])
  })

  it('is not found under another webhook', async () => {
    const theirs = await aWorld()
    const [mine, foreign] = [await aWebhook(world), await aWebhook(theirs)]
    await emit(office, theirs)
    await office.deliver()
    const [delivery] = await deliveriesTo(foreign)
    const path = `/api/webhooks/${mine.id}/deliveries/${delivery?.id}`
    for (const [method, address] of [
      ['GET', path],
      ['POST', `${path}/redeliver`],
    ] as const) {
      const { status, body } = await call(method, address, asOwner())
      expect([status, body.code]).toEqual([404, 'delivery.not_found'])
    }
  })

  it('comes in pages, with and without a status', async () => {
    const webhook = await aWebhook(world)
    await emit(office, world, 5)
    await office.deliver()
    for (const filter of ['', '&status=succeeded']) {
      const seen: number[] = []
      let cursor = ''
      do {
        const path = `/api/webhooks/${webhook.id}/deliveries?limit=2${filter}${cursor}`
        const { body } = await call('GET', path, asOwner())
        seen.push(...body.deliveries.map(({ sequence }: { sequence: number }) => sequence))
        cursor = body.nextCursor && `&cursor=${body.nextCursor}`
      } while (cursor)
      expect(seen).toEqual([5, 4, 3, 2, 1])
    }
  })

  it('can be sent again by hand, under the same event id', async () => {
    const webhook = await aWebhook(world)
    await emit(office, world)
    await office.deliver()
    const [first] = await deliveriesTo(webhook)
    const path = `/api/webhooks/${webhook.id}/deliveries`
    const fetched = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => new Response(null, { status: 204 }))
    const again = await call('POST', `${path}/${first?.id}/redeliver`, asOwner())
    expect(again.status).toBe(201)
    expect(again.body).toMatchObject({
      trigger: 'redelivery',
      status: 'pending',
      attemptCount: 0,
      sequence: 1,
    })
    await vi.waitFor(async () => {
      const { body } = await call('GET', `${path}/${again.body.id}`, asOwner())
      expect(body.status).toBe('succeeded')
    })
    const [[url, init]] = fetched.mock.calls as unknown as Fetched
    expect([url, init.redirect]).toEqual([webhook.url, 'manual'])
    expect(init.headers['webhook-id']).toBe(office.received[0]?.headers['webhook-id'])
    expect(init.body).toBe(office.received[0]?.text)
  })
})

describe('a message', () => {
  interface Documented {
    security: unknown[]
    description: string
    parameters: { name: string; in: string; required?: boolean }[]
  }
  const documented = async () => {
    const { webhooks } = (await call('GET', '/openapi.json')).body
    return webhooks as Record<string, { post: Documented }>
  }

  it.each(['booking.updated', 'webhook.ping'])('is as the documents have it: %s', async (type) => {
    const webhook = await aWebhook(world)
    const context = contextOf(world.owner, office.around)
    await (type === 'webhook.ping' ? pingWebhook(context, webhook.id) : emit(office, world))
    await office.deliver()
    await rotateSecret(context, webhook.id, 1)
    await (type === 'webhook.ping' ? pingWebhook(context, webhook.id) : emit(office, world))
    await office.deliver()

    const { security, parameters } = (await documented())[type]!.post
    expect(security).toEqual([])
    const ordinary = ['Content-Type', 'User-Agent']
    const namesOf = (found: typeof parameters) => found.map(({ name }) => name).toSorted()
    const sent = office.received.map(({ headers, body }) => [
      body.type,
      Object.keys(headers)
        .filter((name) => !ordinary.includes(name))
        .toSorted(),
    ])
    expect(sent).toEqual([
      [type, namesOf(parameters.filter(({ required }) => required))],
      [type, namesOf(parameters)],
    ])
  })

  it('is documented for all that is told, and for nothing else', async () => {
    const types = Object.keys(await documented())
    expect(types.toSorted()).toEqual(
      [...eventTypes.filter((type) => nounOf(type) in personal), 'webhook.ping'].toSorted(),
    )
  })
})

describe('a ping', () => {
  it('goes to its own webhook alone, whatever that asked for, and is an event like any other', async () => {
    const webhook = await aWebhook(world, { events: ['lead.*'] })
    await aWebhook(world)
    const fetched = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => new Response(null, { status: 204 }))
    const { status, body } = await call('POST', `/api/webhooks/${webhook.id}/ping`, asOwner())
    expect(status).toBe(201)
    await vi.waitFor(async () => {
      expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'succeeded', trigger: 'ping' }])
    })
    expect(fetched).toHaveBeenCalledOnce()
    const [[url, init]] = fetched.mock.calls as unknown as Fetched
    expect(url).toBe(webhook.url)
    const headers = init.headers
    expect(new Webhook(webhook.secret).verify(init.body, headers)).toMatchObject({
      id: body.eventId,
      type: 'webhook.ping',
      sequence: 1,
      data: { webhookId: webhook.id },
    })
    const feed = await call('GET', `/api/events?businessId=${world.businessId}`, asOwner())
    expect(feed.body.events).toMatchObject([{ type: 'webhook.ping', data: { webhookId: webhook.id } }])
  })
})

describe('what is sent by hand', () => {
  it.each(['ping', 'redeliver'])('is paced: %s', async (what) => {
    const webhook = await aWebhook(world)
    await emit(office, world)
    await office.deliver()
    const [delivery] = await deliveriesTo(webhook)
    const path = `/api/webhooks/${webhook.id}/${what === 'ping' ? 'ping' : `deliveries/${delivery!.id}/redeliver`}`
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null, { status: 204 }))
    const send = () => call('POST', path, asOwner())
    const together = await Promise.all(Array.from({ length: 15 }, send))
    const statuses = together.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(10)
    const refused = together.find(({ status }) => status !== 201)!
    expect([refused.status, refused.body.code, refused.headers.get('Retry-After')]).toEqual([
      429,
      'webhook.too_often',
      '6',
    ])
    vi.setSystemTime(monday + 6_000)
    expect([(await send()).status, (await send()).status]).toEqual([201, 429])
    // Another webhook has its own.
    const other = await aWebhook(world)
    expect((await call('POST', `/api/webhooks/${other.id}/ping`, asOwner())).status).toBe(201)
    await vi.waitFor(async () => {
      const sent = [...(await deliveriesTo(webhook)), ...(await deliveriesTo(other))]
      expect(sent.filter(({ status }) => status === 'succeeded')).toHaveLength(13)
    })
  })
})

describe('a replay', () => {
  it('counts first, then sends again what happened in a stretch of time, in order', async () => {
    const webhook = await aWebhook(world, { events: ['booking.updated'] })
    const path = `/api/webhooks/${webhook.id}/replay`
    for (const hour of [0, 1, 2]) {
      vi.setSystemTime(monday + hour * hours)
      await emit(office, world, 2)
    }
    await office.deliver()
    const before = office.received.length
    const range = { from: iso(monday + hours), to: iso(monday + 2 * hours) }
    const token = await tokenOf(world.owner.id)
    const dry = await call('POST', path, { token, body: { ...range, dryRun: true } })
    expect([dry.status, dry.body]).toEqual([200, { matching: 2, estimatedSeconds: 1, dryRun: true }])
    expect(await deliveriesTo(webhook)).toHaveLength(6)

    const ctx = contextOf(world.owner, office.around)
    expect(
      await replayEvents(ctx, webhook.id, {
        fromAt: monday + hours,
        toAt: monday + 3 * hours,
        dryRun: false,
      }),
    ).toEqual({ matching: 4, estimatedSeconds: 1, dryRun: false })
    await office.deliver()
    const again = office.received.slice(before)
    expect(again.map(({ body }) => body.sequence)).toEqual([3, 4, 5, 6])
    expect(again.map(({ body }) => body.id)).toEqual(office.received.slice(2, 6).map(({ body }) => body.id))
  })

  it('brings what a webhook that was switched off has missed', async () => {
    const webhook = await aWebhook(world)
    const path = `/api/webhooks/${webhook.id}`
    await call('PATCH', path, asOwner({ body: { active: false } }))
    await emit(office, world, 3)
    await office.deliver()
    const body = { from: iso(monday), to: iso(monday + 1) }
    expect((await call('POST', `${path}/replay`, asOwner({ body }))).body.code).toBe('webhook.inactive')
    await call('PATCH', path, asOwner({ body: { active: true } }))
    const fetched = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => new Response(null, { status: 204 }))
    expect((await call('POST', `${path}/replay`, asOwner({ body }))).body).toEqual({
      matching: 3,
      estimatedSeconds: 1,
      dryRun: false,
    })
    await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(3))
    await vi.waitFor(async () => {
      const replayed = (await deliveriesTo(webhook)).filter(({ trigger }) => trigger === 'replay')
      expect(replayed.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    })
  })

  it('of nothing sends nothing; one of too much is refused', async () => {
    const webhook = await aWebhook(world)
    const path = `/api/webhooks/${webhook.id}/replay`
    const body = { from: iso(monday), to: iso(monday + hours) }
    expect((await call('POST', path, asOwner({ body }))).body).toEqual({
      matching: 0,
      estimatedSeconds: 0,
      dryRun: false,
    })
    await query(
      `with recursive "n"("i") as (select 1 union all select "i" + 1 from "n" where "i" < 10001)
       insert into "events" ("id", "businessId", "sequence", "type", "subject", "subjectId", "data",
         "actorType", "requestId", "createdAt", "dispatchedAt", "announceAt", "forgetAt")
       select "i", ?1, "i", 'booking.updated', 'booking', 1, '{}', 'system', 'test', ?2, ?2, ?2, ?2 from "n"`,
      world.businessId,
      monday,
    )
    for (const dryRun of [true, false]) {
      const { status, body: answer } = await call('POST', path, asOwner({ body: { ...body, dryRun } }))
      expect([status, answer.code]).toEqual([422, 'webhook.replay_too_large'])
    }
    await query('delete from events where businessId = ? and sequence = 10001', world.businessId)
    const ctx = contextOf(world.owner, office.around)
    await replayEvents(ctx, webhook.id, { fromAt: monday, toAt: monday + 1, dryRun: false })
    await settled()
    const deliveries = await deliveriesTo(webhook)
    expect(deliveries).toHaveLength(10_000)
    // Fifty a second.
    expect(deliveries.at(-1)?.nextAttemptAt).toBe(monday + 199_000)
    expect(office.reminders).toHaveLength(10_000)
  })

  it('ends after it begins', async () => {
    const webhook = await aWebhook(world)
    const body = { from: iso(monday), to: iso(monday) }
    const answer = await call('POST', `/api/webhooks/${webhook.id}/replay`, asOwner({ body }))
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ field: 'to', message: 'To must be after from' }],
    ])
  })
})

describe('rotating a secret', () => {
  it('answers the new one once, and until when the old one signs', async () => {
    const webhook = await aWebhook(world)
    const path = `/api/webhooks/${webhook.id}/rotate-secret`
    const rotated = await call('POST', path, asOwner())
    expect(rotated.status).toBe(200)
    expect(rotated.body).toMatchObject({ id: webhook.id, nextSecretAt: iso(monday + 24 * hours) })
    expect(rotated.body.secret).not.toBe(webhook.secret)
    expect((await call('POST', path, asOwner())).body.code).toBe('webhook.rotating')
    const now = await call('POST', path, asOwner({ body: { graceHours: 0 } }))
    expect(now.body.nextSecretAt).toBeNull()
    expect((await call('POST', path, asOwner({ body: { graceHours: 169 } }))).status).toBe(422)
  })
})

describe('after thirty days', () => {
  it('events go, and with them what was told of them', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, () => new Response(null, { status: 500 }))
    await emit(office, world, 2)
    await office.passUntil(monday + 31 * days)
    await emit(office, world)
    await forgetOldDeliveries(contextOf(), 100_000)
    await forgetOldEvents(contextOf(), 100_000)
    const events = await query<{ sequence: number }>(
      'select sequence from events where businessId = ?',
      world.businessId,
    )
    expect(events.map(({ sequence }) => sequence)).toEqual([3])
    expect((await deliveriesTo(webhook)).filter(({ sequence }) => sequence < 3)).toEqual([])
    expect(
      await query('select * from webhookAttempts where deliveryId not in (select id from webhookDeliveries)'),
    ).toEqual([])
  })
})

describe('the queues', () => {
  const batchOf = (queue: string, bodies: QueueMessage[]) =>
    ({
      queue,
      messages: bodies.map((body, index) => ({ id: `m${index}`, body, ack: () => undefined })),
    }) as unknown as MessageBatch<QueueMessage>

  it('carry an event from the booking to the receiver', async () => {
    const fetched = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => new Response(null, { status: 204 }))
    const webhook = await aWebhook(world)
    const booked = await call('POST', '/api/bookings', {
      token: world.owner.token,
      body: { businessId: world.businessId, serviceId: world.serviceId, startTime: iso(monday + 2 * hours) },
    })
    await vi.waitFor(() => expect(fetched).toHaveBeenCalledOnce(), { timeout: 10_000 })
    const [[, init]] = fetched.mock.calls as unknown as Fetched
    const body = new Webhook(webhook.secret).verify(init.body, init.headers)
    expect(body).toMatchObject({ type: 'booking.created', data: booked.body })
    await vi.waitFor(async () => expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'succeeded' }]))
  })

  it('show what could not be carried for our own fault, by its id', async () => {
    const shown = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const bodies: QueueMessage[] = [{ eventId: 7 }, { deliveryId: 8 }]
    await consume(batchOf('slotkeeper-dead-letters', bodies), contextOf())
    expect(shown.mock.calls).toEqual([
      ['dead letter', 'm0', '{"eventId":7}'],
      ['dead letter', 'm1', '{"deliveryId":8}'],
    ])
  })

  it('are all known by name', async () => {
    await expect(consume(batchOf('somebody-elses', []), contextOf())).rejects.toThrow('somebody-elses')
  })
})
