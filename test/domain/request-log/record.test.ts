import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromStored, toMessage } from '#domain/request-log/log-message.ts'
import { isWrittenBefore, objectKeyAt } from '#domain/request-log/object-key.ts'
import { toRecord } from '#domain/request-log/record.ts'
import type { Observation } from '#domain/request-log/record.ts'
import { hours, monday } from '../../world.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const seen = (changes: Partial<Observation> = {}): Observation => ({
  id: 7,
  requestId: '4ad0b2f5-3a4c-4d35-8f3f-1d2f3a4b5c6d',
  caller: { accountId: 3 },
  url: new URL('https://slotkeeper.test/api/bookings/17/cancel?from=2031-03-03'),
  method: 'POST',
  route: '/api/bookings/{id}/cancel',
  status: 200,
  startedAt: monday,
  endedAt: monday + 12,
  requestHeaders: new Headers(),
  requestBody: '',
  responseHeaders: new Headers(),
  responseBody: '{"id":17,"businessId":4}',
  ...changes,
})

describe('a request on record', () => {
  it('says who asked for what, how it went, and what it was about', async () => {
    const { entry, query } = await toRecord(seen())
    expect(entry).toEqual({
      id: 7,
      requestId: '4ad0b2f5-3a4c-4d35-8f3f-1d2f3a4b5c6d',
      businessId: 4,
      accountId: 3,
      keyId: null,
      method: 'POST',
      route: '/api/bookings/{id}/cancel',
      path: '/api/bookings/17/cancel',
      status: 200,
      durationMs: 12,
      errorCode: null,
      bookingId: 17,
      createdAt: monday,
    })
    expect(query).toEqual([{ name: 'from', value: '2031-03-03' }])
  })

  it.each<[string, Partial<Observation>, number | null, number | null]>([
    [
      'a key’s, which is of its business whatever it speaks of',
      { caller: { keyId: 5, businessId: 9 } },
      9,
      17,
    ],
    [
      'a list’s',
      {
        url: new URL('https://x.test/api/bookings/business/4'),
        route: '/api/bookings/business/{businessId}',
        responseBody: '{"bookings":[]}',
      },
      4,
      null,
    ],
    [
      'a business’s',
      { url: new URL('https://x.test/api/businesses/4'), route: '/api/businesses/{id}', responseBody: '{}' },
      4,
      null,
    ],
    [
      'a question’s',
      {
        url: new URL('https://x.test/api/logs?businessId=4'),
        route: '/api/logs',
        responseBody: '{"logs":[]}',
      },
      4,
      null,
    ],
    [
      'a wish’s',
      {
        url: new URL('https://x.test/api/bookings'),
        route: '/api/bookings',
        status: 409,
        requestBody: '{"businessId":4}',
        responseBody: '{"code":"booking.slot_taken"}',
      },
      4,
      null,
    ],
    [
      'a hold’s',
      {
        url: new URL('https://x.test/api/bookings/holds'),
        route: '/api/bookings/holds',
        requestBody: '{"businessId":4}',
        responseBody: '{"holdId":21}',
      },
      4,
      21,
    ],
    [
      'one at no address',
      {
        url: new URL('https://x.test/api/nothing'),
        route: null,
        status: 404,
        responseBody: '{"code":"request.unknown_path"}',
      },
      null,
      null,
    ],
  ])('knows business and booking: %s', async (_, changes, businessId, bookingId) => {
    const { entry } = await toRecord(seen(changes))
    expect([entry.businessId, entry.bookingId]).toEqual([businessId, bookingId])
  })

  it('keeps only headers that tell nothing of a person or a credential', async () => {
    const requestHeaders = new Headers({
      Authorization: 'Bearer abcdefgh12345678',
      Cookie: 'session=1',
      'X-API-Key': 'k',
      'X-Forwarded-For': '203.0.113.7',
      'CF-Connecting-IP': '203.0.113.7',
      'Content-Type': 'application/json',
      'User-Agent': `partner/1 (ada@example.com) ${'x'.repeat(500)}`,
      'Idempotency-Key': 'order-17',
      'If-Match': '"3"',
    })
    const responseHeaders = new Headers({
      ETag: '"4"',
      RateLimit: '"default";r=499;t=0',
      'Set-Cookie': 'a=b',
    })
    const { request, response } = await toRecord(seen({ requestHeaders, responseHeaders }))
    expect(request.headers).toEqual({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^partner\/1 \(\[personal string 9-16\]\) x{200,}$/),
      'idempotency-key': `sha256:${sha256('order-17')}`,
      'if-match': '"3"',
    })
    expect(request.headers['user-agent']).toHaveLength(256)
    expect(response.headers).toEqual({ etag: '"4"', ratelimit: '"default";r=499;t=0' })
  })

  it('keeps 64 KiB of a body, and of the whole its length and hash', async () => {
    const bookings = Array.from({ length: 4000 }, (_, id) => ({ id, status: 'confirmed', note: 'ü' }))
    const whole = JSON.stringify({ bookings })
    const { body } = (await toRecord(seen({ responseBody: whole }))).response
    expect(body).toMatchObject({ length: Buffer.byteLength(whole), sha256: sha256(whole), truncated: true })
    expect(Buffer.byteLength(body?.text ?? '')).toBeLessThanOrEqual(64 * 1024)
    expect(Buffer.byteLength(body?.text ?? '')).toBeGreaterThan(64 * 1024 - 4)
    expect(body?.text).toMatch(
      /^\{"bookings":\[\{"id":0,"status":"confirmed","note":"\[personal string 0-4\]"\}/,
    )

    const small = (await toRecord(seen())).response.body
    expect(small).toEqual({
      length: 24,
      sha256: sha256('{"id":17,"businessId":4}'),
      text: '{"id":17,"businessId":4}',
      truncated: false,
    })
  })

  it('keeps of what is not JSON the length and the hash, of a secret not even that', async () => {
    const bodyOf = async (requestBody: string | undefined, requestHeaders = new Headers()) => {
      return (await toRecord(seen({ requestBody, requestHeaders }))).request.body
    }
    expect(await bodyOf('{"a":')).toEqual({ length: 5, sha256: sha256('{"a":'), text: null, truncated: true })
    expect(await bodyOf('{"password":"hunter2"')).toEqual({
      length: 21,
      sha256: null,
      text: null,
      truncated: true,
    })
    expect(await bodyOf('{"password":"hunter2"}')).toEqual({
      length: 22,
      sha256: null,
      text: '{"password":"[secret string 5-8]"}',
      truncated: false,
    })
    expect(await bodyOf('')).toBeNull()
    expect(await bodyOf(undefined, new Headers({ 'Content-Length': '300000' }))).toEqual({
      length: 300_000,
      sha256: null,
      text: null,
      truncated: true,
    })
  })
})

describe('a record in the queue', () => {
  it('comes out as it went in, beside the index’ part of it', async () => {
    const record = await toRecord(seen())
    const message = await toMessage(record)
    expect(message.entry).toEqual(record.entry)
    expect(await fromStored(new Uint8Array(message.record))).toEqual(record)
  })

  it('goes without its bodies’ texts rather than not at all', async () => {
    const record = await toRecord(seen())
    const noise = () => Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('latin1')
    const body = { length: 1, sha256: 'a', text: noise(), truncated: false }
    const large = {
      ...record,
      request: { headers: {}, body },
      response: { headers: {}, body: { ...body, text: noise() } },
    }
    const message = await toMessage(large)
    expect(message.record.length).toBeLessThan(1000)
    expect((await fromStored(new Uint8Array(message.record))).response.body).toEqual({
      length: 1,
      sha256: 'a',
      text: null,
      truncated: true,
    })
  })
})

describe('an object of records', () => {
  it('is named by its hour, and old only when that hour has passed', () => {
    const key = objectKeyAt(monday, 12)
    expect(key).toBe('requests/2031/03/03/08/12.jsonl.gz')
    expect(isWrittenBefore(key, monday + hours - 1)).toBe(false)
    expect(isWrittenBefore(key, monday + hours)).toBe(true)
    expect(isWrittenBefore(objectKeyAt(Date.UTC(2030, 11, 31, 23), 1), Date.UTC(2031, 0, 1))).toBe(true)
  })
})
