import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { consume } from '#background/queue.ts'
import type { QueueMessage } from '#background/queue.ts'
import { newRecord, recordChanges } from '#dialects/rubitime/records.wire.ts'
import { scheduleRequest } from '#dialects/rubitime/schedule.wire.ts'
import { newApiKey } from '#domain/api-keys/api-key-format.ts'
import { defaultPolicy } from '#domain/rate-limits/policies.ts'
import type { LogMessage } from '#domain/request-log/log-message.ts'
import worker from '../../../src/worker.ts'
import { aKey, aWorld, call, contextOf, monday, query, setClock } from '../../world.ts'
import type { Answer, World } from '../../world.ts'
import { aRecord, ask, dataOf, refusalOf } from './ask.ts'

let world: World
let rk: string

beforeEach(async () => {
  setClock()
  world = await aWorld()
  rk = (await aKey(world)).key
})

const form = 'application/x-www-form-urlencoded'
const refused = (message: string) => ({ status: 'error', message, data: [] })

/** A call with this very body. */
async function send(method: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  vi.setSystemTime(Date.now() + 5_000)
  return call('POST', `/api2/${method}`, { body, headers })
}

/** As PHP's json_encode writes it: with slashes escaped, and all that is not ASCII. */
function jsonOfPhp(fields: object): string {
  return JSON.stringify(fields)
    .replaceAll('/', String.raw`\/`)
    .replaceAll(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

describe('a call', () => {
  it('goes as clients in PHP send it: JSON under the name of a form, from the first record to its removal', async () => {
    const curl = (method: string, fields: object) =>
      send(method, jsonOfPhp({ ...fields, rk }), { 'Content-Type': form })
    await query('update services set minNoticeMinutes = 600')
    const created = await curl('create-record', {
      branch_id: world.branchId,
      cooperator_id: world.staffIds[0],
      service_id: world.serviceId,
      status: 5,
      record: '2021-12-08 13:30:03',
      name: 'Иванов Иван / Test name',
      price: 50.25,
      phone: '+77999999998',
      email: 'test@test.ru',
      comment: 'Test comment',
      reminder: '2021-12-12 00:00:00',
      reminder_minutes: 60,
    })
    expect([created.status, created.headers.get('Content-Type')]).toEqual([
      200,
      'application/json; charset=UTF-8',
    ])
    const { id, url } = created.body.data
    expect(created.body).toEqual({ status: 'ok', message: 'Success', data: { id, url } })

    const updated = await curl('update-record', {
      id,
      prepayment: 100,
      prepayment_date: '2021-12-01 10:00:00',
      status: 0,
    })
    const record = { id, status: 0, prepayment: '100', prepayment_date: '2021-12-01 10:00:00' }
    expect(updated.body).toMatchObject({ status: 'ok', message: 'Success', data: record })
    expect((await curl('get-record', { id })).body.data).toMatchObject({
      ...record,
      record: '2021-12-08 13:30:03',
      name: 'Иванов Иван / Test name',
      price: '50.25',
      reminder: '2021-12-12 00:00:00',
    })
    expect((await curl('remove-record', { id })).body).toEqual({ status: 'ok', message: 'Success', data: [] })
  })

  it.each([
    undefined,
    'text/plain',
    'application/json',
    'application/json; charset=windows-1251',
    'nonsense',
  ])('is JSON under %s, too', async (type) => {
    const request = new Request('https://slotkeeper.test/api2/create-record', {
      method: 'POST',
      headers: { 'CF-Connecting-IP': '198.51.100.7', ...(type && { 'Content-Type': type }) },
      body: new TextEncoder().encode(JSON.stringify({ ...aRecord(world), rk })),
    })
    const answer = await call('POST', '/api2/create-record', {
      fetcher: async () => (await import('cloudflare:workers')).exports.default.fetch(request),
    })
    expect(answer.body.message).toBe('Success')
  })

  it('may be a form', async () => {
    const fields = new URLSearchParams({
      ...Object.fromEntries(Object.entries(aRecord(world)).map(([name, value]) => [name, String(value)])),
      name: 'Иванов & Ко',
      rk,
    })
    const { body } = await send('create-record', fields.toString(), { 'Content-Type': form })
    expect(await dataOf(rk, 'get-record', { id: body.data.id })).toMatchObject({ name: 'Иванов & Ко' })
  })

  it('may be a form in parts, as PHP sends an array', async () => {
    const parts = Object.entries({ ...aRecord(world), name: 'Ксения', rk }).map(
      ([name, value]) =>
        `--part\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`,
    )
    const type = 'multipart/form-data; boundary=part'
    const { body } = await send('create-record', `${parts.join('')}--part--\r\n`, { 'Content-Type': type })
    expect(await dataOf(rk, 'get-record', { id: body.data.id })).toMatchObject({ name: 'Ксения' })
    expect((await send('get-record', 'no parts at all', { 'Content-Type': type })).body).toEqual(
      refused('Field "rk" is required'),
    )
  })

  it.each([
    '',
    '[]',
    '[1]',
    '"text"',
    'null',
    '5',
    'true',
    '{"broken":',
    'text',
    '{}',
    '{"rk":null}',
    '{"rk":""}',
  ])('without a key says so: %s', async (body) => {
    const { status, body: answer } = await send('get-record', body)
    expect([status, answer]).toEqual([200, refused('Field "rk" is required')])
  })

  it('without any body says so, too', async () => {
    expect((await call('POST', '/api2/get-record')).body).toEqual(refused('Field "rk" is required'))
  })

  it.each([
    ['GET', '/api2/get-record'],
    ['GET', '/api2/get-record?rk=1'],
    ['GET', '/api2/'],
    ['PUT', '/api2/get-record'],
    ['DELETE', '/api2/remove-record'],
    ['POST', '/api2/get-nothing'],
    ['POST', '/api2/get-record/5'],
    ['POST', '/api2/Get-Record'],
  ])('%s %s is of no method that there is', async (method, path) => {
    const { status, body } = await call(method, path, method === 'GET' ? {} : { body: {} })
    expect([status, body]).toEqual([200, refused('Unknown method')])
  })

  it('of an unknown method is told so with a key, too', async () => {
    expect(await refusalOf(rk, 'get-nothing', {})).toBe('Unknown method')
  })

  it('that is larger than 256 KiB is refused in this voice', async () => {
    const { status, body } = await send(
      'create-record',
      JSON.stringify({ rk, comment: 'x'.repeat(256 * 1024) }),
    )
    expect([status, body]).toEqual([200, refused('The body is larger than 256 KiB')])
  })
})

const takenFields = Object.entries({
  'create-record': newRecord,
  'update-record': recordChanges,
  'get-schedule': scheduleRequest,
}).flatMap(([method, { shape }]) =>
  Object.keys(shape)
    .filter((field) => field !== 'rk')
    .map((field) => [method, field] as const),
)

it.each(takenFields)(
  '%s is answered, and by no fault of ours, whatever it is told as %s',
  async (method, field) => {
    const { id } = await dataOf(rk, 'create-record', aRecord(world))
    const fields = {
      'create-record': aRecord(world, { record: '2031-03-05 10:00' }),
      'update-record': { id },
      'get-schedule': aRecord(world),
    }[method]
    const values = [
      null,
      true,
      '',
      ' ',
      0,
      -1,
      0.1,
      1e308,
      Number.MAX_SAFE_INTEGER,
      [],
      [1],
      {},
      '\u0000',
      '\ud800',
      '__proto__',
      '0x10',
      '1e3',
      '9'.repeat(400),
      'x'.repeat(3_000),
      '1969-12-31 23:59:59',
      '9999-12-31 23:59:59',
      "'; drop table bookings; --",
    ]
    for (const value of values) {
      const { status, body } = await ask(rk, method, { ...fields, [field]: value })
      expect([value, status, Object.keys(body)]).toEqual([value, 200, ['status', 'message', 'data']])
    }
  },
)

describe('when something breaks', () => {
  const throughBroken = (error: Error) => (request: Request) => {
    const session = {
      getBookmark: () => null,
      prepare: () => ({ bind: () => ({ all: () => Promise.reject(error) }) }),
      batch: () => Promise.reject(error),
    }
    const broken = { ...env, DB: { withSession: () => session } } as unknown as Cloudflare.Env
    const incoming = request as Request<unknown, IncomingRequestCfProperties>
    return Promise.resolve(worker.fetch(incoming, broken, createExecutionContext()))
  }

  it('that is our fault, an answer leaves 200, and says no more than that', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const fetcher = throughBroken(new TypeError('secret is not a function'))
    const { status, body } = await call('POST', '/api2/get-record', { body: { rk, id: 1 }, fetcher })
    expect([status, body]).toEqual([500, refused('Something went wrong on our side')])
    logged.mockRestore()
  })

  it('that will pass, it says when to come back', async () => {
    const fetcher = throughBroken(new Error('D1_ERROR: Network connection lost.'))
    const { status, body, headers } = await call('POST', '/api2/get-record', { body: { rk, id: 1 }, fetcher })
    const told = refused('Storage is not available, please try again')
    expect([status, body, headers.get('Retry-After')]).toEqual([503, told, '2'])
  })
})

describe('a key', () => {
  it.each([newApiKey(), 'xxx', 'na_live_', 5, {}, ['x']])('that is none is told so: %o', async (wrong) => {
    const answer = await call('POST', '/api2/get-record', { body: { rk: wrong, id: 1 } })
    expect([answer.status, answer.body]).toEqual([200, refused('Invalid API key')])
  })

  it.each([{ revokedAt: monday }, { expiresAt: monday }, { allowedIps: '["203.0.113.0/24"]' }])(
    'that does not count is told the same: %o',
    async (columns) => {
      const { key } = await aKey(world, columns)
      expect(await refusalOf(key, 'get-record', { id: 1 })).toBe('Invalid API key')
    },
  )

  it('counts from the addresses that it is for', async () => {
    const { key } = await aKey(world, { allowedIps: '["203.0.113.0/24"]' })
    const headers = { 'CF-Connecting-IP': '203.0.113.9' }
    const { body } = await call('POST', '/api2/get-record', { body: { rk: key, id: 1 }, headers })
    expect(body.message).toBe('Record not found')
  })

  it.each([
    ['get-record', 'bookings:write'],
    ['get-schedule', 'bookings:write'],
    ['create-record', 'bookings:read'],
    ['update-record', 'bookings:read'],
    ['remove-record', 'bookings:read'],
  ] as const)('may not %s with %s alone', async (method, scope) => {
    const { key } = await aKey(world, { scopes: [scope] })
    expect(await refusalOf(key, method, {})).toBe('Access denied')
  })

  it.each([
    ['get-record', 'bookings:read'],
    ['update-record', 'bookings:write'],
  ] as const)('may %s with %s', async (method, scope) => {
    const { key } = await aKey(world, { scopes: [scope] })
    expect(await refusalOf(key, method, { id: 1 })).toBe('Record not found')
  })

  it('confirms and declines with bookings:write alone: it speaks for the business', async () => {
    const { key } = await aKey(world, { scopes: ['bookings:write'] })
    const { id } = await dataOf(key, 'create-record', aRecord(world, { status: 5 }))
    expect(await dataOf(key, 'update-record', { id, status: 0 })).toMatchObject({ status: 0 })
    expect(await dataOf(key, 'update-record', { id, status: 4 })).toMatchObject({ status: 4 })
  })

  it('of another business does not reach into this one', async () => {
    const { key } = await aKey(await aWorld())
    expect(await refusalOf(key, 'create-record', aRecord(world))).toBe('Branch not found')
    const place = { branch_id: world.branchId, cooperator_id: world.staffIds[0], service_id: world.serviceId }
    expect(await refusalOf(key, 'get-schedule', place)).toBe('Branch not found')
  })
})

describe('how often', () => {
  const tooEarly = 'Limit on the number of consecutive requests: 5 seconds'
  const at = async (ms: number, key = rk) => {
    vi.setSystemTime(monday + ms)
    const { status, body, headers } = await call('POST', '/api2/get-record', { body: { rk: key, id: 1 } })
    expect(status).toBe(200)
    return [body.message, headers.get('Retry-After')]
  }

  it('is once in five seconds and key, exactly, and who is too early waits no longer for it', async () => {
    expect(await at(0)).toEqual(['Record not found', null])
    expect(await at(1)).toEqual([tooEarly, '5'])
    expect(await at(2_500)).toEqual([tooEarly, '3'])
    expect(await at(4_999)).toEqual([tooEarly, '1'])
    expect(await at(5_000)).toEqual(['Record not found', null])
    expect(await at(9_999)).toEqual([tooEarly, '1'])
    expect(await at(10_000)).toEqual(['Record not found', null])
  })

  it('is counted for each key by itself', async () => {
    const { key } = await aKey(world)
    expect(await at(0)).toEqual(['Record not found', null])
    expect(await at(1, key)).toEqual(['Record not found', null])
  })

  it('is the same for calls at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        call('POST', '/api2/create-record', { body: { ...aRecord(world), rk } }),
      ),
    )
    const messages = answers.map(({ body }) => String(body.message)).toSorted()
    expect(messages).toEqual([...Array.from({ length: 9 }, () => tooEarly), 'Success'])
  })

  it('holds for calls that are refused, too, and none of those that are too early has an effect', async () => {
    expect((await call('POST', '/api2/create-record', { body: { rk } })).body.message).toBe(
      'Field "branch_id" is required',
    )
    expect(
      (await call('POST', '/api2/create-record', { body: { ...aRecord(world), rk } })).body.message,
    ).toBe(tooEarly)
    expect(await query('select id from bookings where businessId = ?', world.businessId)).toEqual([])
  })

  it('is not what a key may do natively', async () => {
    await at(0)
    const answer = await call('GET', '/api/bookings/1', { key: rk })
    expect([answer.status, answer.headers.get('RateLimit')]).toEqual([404, '"default";r=499;t=900'])
  })

  it('does not let an address try keys without end, here or natively', async () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.177' }
    const guess = () => call('POST', '/api2/get-record', { body: { rk: newApiKey(), id: 1 }, headers })
    const limiter = env.RATE_LIMITER.getByName('ip:203.0.113.177')
    for (let calls = 0; calls < 499; calls++) await limiter.ask([defaultPolicy])
    expect((await guess()).body.message).toBe('Invalid API key')
    const { status, body } = await guess()
    expect([status, body.message]).toEqual([200, tooEarly])
    expect((await call('GET', '/api/businesses', { headers })).status).toBe(429)
  })
})

describe('the log of requests', () => {
  it('knows the record, the key, and what went wrong in spite of the status, and keeps no credential', async () => {
    const queued: LogMessage[] = []
    const send = async (message: LogMessage) => void queued.push(message)
    const fetcher = async (request: Request) => {
      const execution = createExecutionContext()
      const watched = { ...env, REQUEST_LOG: { send } } as unknown as Cloudflare.Env
      const incoming = request as Request<unknown, IncomingRequestCfProperties>
      const response = await worker.fetch(incoming, watched, execution)
      await waitOnExecutionContext(execution)
      return response
    }
    const later = (method: string, body: string, headers = {}) => {
      vi.setSystemTime(Date.now() + 5_000)
      return call('POST', `/api2/${method}`, { body, headers, fetcher })
    }
    const unknown = { password: 'what nobody asked for' }
    const made = await later('create-record', JSON.stringify({ ...aRecord(world, unknown), rk }))
    const { id } = made.body.data
    await later('update-record', JSON.stringify({ id, status: 6, rk }))
    await later('get-record', `id=${id}&rk=${rk}`, { 'Content-Type': form })
    const messages = queued.map((body) => ({ body, attempts: 1, ack: () => undefined }))
    const batch = { queue: 'slotkeeper-request-log', messages }
    await consume(batch as unknown as MessageBatch<QueueMessage>, contextOf())

    const asOwner = { token: world.owner.token }
    const { body } = await call('GET', `/api/logs?businessId=${world.businessId}`, asOwner)
    expect(body.logs).toMatchObject([
      { route: '/api2/get-record', status: 200, errorCode: null, bookingId: id },
      { route: '/api2/update-record', status: 200, errorCode: 'booking.invalid_transition' },
      { route: '/api2/create-record', status: 200, errorCode: null, bookingId: id },
    ])
    for (const { id: logId } of body.logs) {
      const { text } = await call('GET', `/api/logs/${logId}`, asOwner)
      expect(text).toContain('/api2/')
      expect(text).not.toContain(rk)
      expect(text).not.toContain(unknown.password)
    }
  })
})
