import { describe, expect, it } from 'vitest'
import { fromStored, toMessage, toStored } from '#domain/request-log/log-message.ts'
import { isWrittenBefore, objectKeyAt } from '#domain/request-log/object-key.ts'
import { bodyKeptBytes, toRecord } from '#domain/request-log/record.ts'
import type { Observation } from '#domain/request-log/record.ts'
import { hours, monday } from '../../world.ts'

const apiKey = `na_live_${'0Ab'.repeat(13)}`.slice(0, 46)
/** Of a route whose schemas mark nothing, and that was found to fit them. */
const nothingSecret = { query: [], body: [], answer: [] }

const seen = (changes: Partial<Observation> = {}): Observation => ({
  id: 7,
  requestId: '4ad0b2f5-3a4c-4d35-8f3f-1d2f3a4b5c6d',
  caller: { accountId: 3 },
  subject: { dialect: 'native', businessId: 4, subject: 'booking', subjectId: 17 },
  url: new URL('https://slotkeeper.test/api/bookings/17/cancel?from=2031-03-03&q=Ada%27s%20token'),
  method: 'POST',
  route: '/api/bookings/{id}/cancel',
  status: 200,
  startedAt: monday,
  endedAt: monday + 12,
  errorCode: null,
  secrets: nothingSecret,
  requestHeaders: new Headers(),
  requestBody: '',
  responseHeaders: new Headers(),
  responseBody: '{"id":17,"businessId":4}',
  ...changes,
})
const bodyOf = (changes: Partial<Observation>) => toRecord(seen(changes)).record.request.body
const answerOf = (changes: Partial<Observation>) => toRecord(seen(changes)).record.response.body
const whole = (text: string) => ({ length: Buffer.byteLength(text), text, truncated: false, withheld: null })
const without = (length: number, withheld: string) => ({ length, text: null, truncated: true, withheld })

describe('a request on record', () => {
  it('says who asked for what, how it went, and what it was about', () => {
    const { entry, record } = toRecord(seen())
    expect(entry).toEqual({
      id: 7,
      requestId: '4ad0b2f5-3a4c-4d35-8f3f-1d2f3a4b5c6d',
      businessId: 4,
      accountId: 3,
      keyId: null,
      dialect: 'native',
      method: 'POST',
      route: '/api/bookings/{id}/cancel',
      path: '/api/bookings/17/cancel',
      status: 200,
      durationMs: 12,
      errorCode: null,
      subject: 'booking',
      subjectId: 17,
      createdAt: monday,
    })
    expect(record.query).toEqual([
      { name: 'from', value: '2031-03-03' },
      { name: 'q', value: 'Ada’s token'.replace('’', "'") },
    ])
  })

  it('of a key is of the key’s business, whatever it speaks of', () => {
    const { entry } = toRecord(seen({ caller: { keyId: 5, businessId: 9 } }))
    expect([entry.businessId, entry.keyId, entry.accountId]).toEqual([9, 5, null])
  })

  it('keeps some headers, none of which is a credential', () => {
    const requestHeaders = new Headers({
      Authorization: 'Bearer abcdefgh12345678',
      Cookie: 'session=1',
      'X-API-Key': 'k',
      'X-Forwarded-For': '203.0.113.7',
      'CF-Connecting-IP': '203.0.113.7',
      'Content-Type': 'application/json',
      'User-Agent': `partner/1 (Bearer abcdefgh12345678) ${'x'.repeat(500)}`,
      'Idempotency-Key': 'order-17',
      'If-Match': '"3"',
    })
    const responseHeaders = new Headers({
      ETag: '"4"',
      RateLimit: '"default";r=499;t=0',
      'Set-Cookie': 'a=b',
    })
    const { request, response } = toRecord(seen({ requestHeaders, responseHeaders })).record
    expect(request.headers).toEqual({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^partner\/1 \(\[secret\]\) x{200,}$/),
      'idempotency-key': 'order-17',
      'if-match': '"3"',
    })
    expect(response.headers).toEqual({ etag: '"4"', ratelimit: '"default";r=499;t=0' })
  })
})

describe('a body on record', () => {
  it('is there as it was, white space and all, when nothing in it is marked as secret', () => {
    const requestBody = '{ "notes": "Ada’s password is hunter2",\n "customer": {"email": "ada@example.com"} }'
    expect(bodyOf({ requestBody })).toEqual(whole(requestBody))
    expect(answerOf({ responseBody: requestBody })).toEqual(whole(requestBody))
  })

  it('is there without what is marked as secret', () => {
    const secrets = { body: [['password']], answer: [['key']] }
    expect(bodyOf({ secrets, requestBody: '{"password":"hunter2","n":1}' })?.text).toBe(
      '{"password":"[secret]","n":1}',
    )
    expect(answerOf({ secrets, responseBody: '{"key":"hunter2"}' })?.text).toBe('{"key":"[secret]"}')
    expect(bodyOf({ secrets, requestBody: 'password=hunter2' })).toEqual(without(16, 'secret'))
  })

  it('that fits no schema is there if nothing in it looks like a secret, and so is a query', () => {
    const secrets = {}
    expect(bodyOf({ secrets, requestBody: '{"tpyo":1}' })).toEqual(whole('{"tpyo":1}'))
    expect(bodyOf({ secrets, requestBody: '{"пароль":"hunter2"}' })).toEqual(without(26, 'secret'))
    expect(bodyOf({ secrets, requestBody: '{"password":"hunter2"' })).toEqual(without(21, 'secret'))
    const url = new URL(`https://x.test/api/nothing?tpyo=1&token=hunter2`)
    expect(toRecord(seen({ secrets, url, route: null })).record.query).toEqual([
      { name: 'tpyo', value: '1' },
      { name: '[secret]', value: '[secret]' },
    ])
  })

  it('of a refusal is there whole, unless it may quote a secret that was sent', () => {
    const responseBody =
      '{"error":"Validation failed","errors":[{"field":"tpyo","message":"Tpyo is not a known field"}]}'
    const refused = { secrets: {}, status: 422, errorCode: 'request.validation_failed', responseBody }
    expect(answerOf({ ...refused, requestBody: '{"tpyo":1}' })).toEqual(whole(responseBody))
    expect(answerOf({ ...refused, requestBody: `{"${apiKey}":1}` })).toEqual(
      without(responseBody.length, 'secret'),
    )
    const url = new URL(`https://x.test/api/logs?${apiKey}=1`)
    expect(answerOf({ ...refused, url })).toEqual(without(responseBody.length, 'secret'))
  })

  it('is there as far as its first 64 KiB', () => {
    const bookings = Array.from({ length: 4000 }, (_, id) => ({ id, note: 'ü' }))
    const responseBody = JSON.stringify({ bookings })
    const body = answerOf({ responseBody })
    expect(body).toMatchObject({ length: Buffer.byteLength(responseBody), truncated: true, withheld: null })
    expect(responseBody.startsWith(body?.text ?? 'nothing')).toBe(true)
    expect(Buffer.byteLength(body?.text ?? '')).toBeGreaterThan(bodyKeptBytes - 4)
    expect(Buffer.byteLength(body?.text ?? '')).toBeLessThanOrEqual(bodyKeptBytes)
  })

  it('is not there if it is larger and there are secrets to look for, or was never read', () => {
    const large = JSON.stringify({ note: 'x'.repeat(bodyKeptBytes) })
    expect(bodyOf({ secrets: { body: [['password']] }, requestBody: large })).toEqual(
      without(large.length, 'large'),
    )
    expect(bodyOf({ secrets: {}, requestBody: large })).toEqual(without(large.length, 'large'))
    const saying = (length: string) =>
      bodyOf({ requestBody: undefined, requestHeaders: new Headers({ 'Content-Length': length }) })
    expect(saying('300000')).toEqual(without(300_000, 'large'))
    expect(saying('300')).toEqual(without(300, 'unread'))
    expect([bodyOf({ requestBody: undefined }), bodyOf({ requestBody: '' })]).toEqual([null, null])
  })
})

describe('a record in the queue', () => {
  it('is as it was made, and comes out of storage as it went in', async () => {
    const made = toRecord(seen())
    expect(await toMessage(made)).toEqual(made)
    expect(await fromStored(new Uint8Array(toStored(made.record)))).toEqual(made.record)
  })

  it.each(['x', 'ü', '€', '😀'])('has room for the largest bodies, here of %s', async (letter) => {
    const body = `{"n":"${letter.repeat((bodyKeptBytes - 8) / Buffer.byteLength(letter))}"}`
    const made = toRecord(seen({ requestBody: body, responseBody: body }))
    expect(made.record.request.body?.text === body).toBe(true)
    const { record } = await toMessage(made)
    expect(record).toBeInstanceOf(Uint8Array)
    const found = await fromStored(new Uint8Array(toStored(record)))
    expect([found.request.body?.text === body, found.response.body?.text === body]).toEqual([true, true])
  })

  it('goes without its bodies’ texts rather than not at all', async () => {
    const noise = () =>
      String.fromCharCode(...crypto.getRandomValues(new Uint8Array(65_000)).map((byte) => byte & 127))
    const made = toRecord(seen({ requestBody: noise(), responseBody: noise() }))
    const { record } = await toMessage(made)
    expect(record).toMatchObject({
      request: { body: { text: null, withheld: 'large' } },
      response: { body: { text: null } },
    })
  })
})

describe('an object of records', () => {
  it('is named by its hour, and old only when that hour has passed', () => {
    const key = objectKeyAt(monday, '12')
    expect(key).toBe('requests/2031/03/03/08/12.jsonl.gz')
    expect(isWrittenBefore(key, monday + hours - 1)).toBe(false)
    expect(isWrittenBefore(key, monday + hours)).toBe(true)
    expect(isWrittenBefore(objectKeyAt(Date.UTC(2030, 11, 31, 23)), Date.UTC(2031, 0, 1))).toBe(true)
  })
})
