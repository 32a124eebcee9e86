import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isSuspicious,
  maskAt,
  maskCredentials,
  maskParameter,
  maskPath,
  maskSuspects,
  maskVouched,
} from '#domain/request-log/mask.ts'

const apiKey = `na_live_${'0Ab'.repeat(13)}`.slice(0, 46)
const refreshToken = `rt_${'a-_9'.repeat(11)}`.slice(0, 46)
const jwt = `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiI0MiJ9'}.c2lnbmF0dXJl`
const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const accessToken = `124862518445568|${'aZ09'.repeat(10)}`
const credentials = [apiKey, refreshToken, jwt, webhookSecret, accessToken]

describe('a body that fits its schema', () => {
  it.each(credentials)('shows all but what can only be a credential: %s', (credential) => {
    const notes = JSON.stringify({
      notes: `Ada’s secret token: Basic training, rt_1, ${credential}.`,
      pin: 4711,
    })
    const shown = maskCredentials(notes)
    expect(shown).not.toContain(credential.slice(-20))
    // What a JSON web token begins with is the same for all of them.
    expect(shown.replace('eyJhbGciOiJIUzI1NiJ9[', '[')).toBe(notes.replace(credential, '[secret]'))
    expect(maskCredentials(`x${credential}`)).not.toContain(credential)
  })

  it('shows that a booking has a card, and not where it is', () => {
    const card = (token: string) =>
      `{"cardUrl":"https://slotkeeper.example/card/${token}","notes":"/card/Ada"}`
    expect(maskCredentials(card('3q2-7wAAq83vASNFZ4mrzQ'))).toBe(card('[secret]'))
    expect(maskSuspects(card('3q2-7wAAq83vASNFZ4mrzQ'))).toBe(card('[secret]'))
  })

  it('is the very same text where there is none', () => {
    const plain = '{ "start_at":1,  "alert_level": "eyJ", "note": "na_live_" }'
    expect(maskCredentials(plain)).toBe(plain)
  })

  it('shows nothing of the fields that are marked, in whatever list or record they stand', () => {
    const body = JSON.stringify({
      key: 'k',
      user: { password: 'hunter2', name: 'Ada' },
      hooks: [{ secret: 's1', url: 'u1' }, { secret: null }, 7],
      byName: { a: { secret: ['s2'] }, b: {} },
    })
    const marked = [
      ['key'],
      ['user', 'password'],
      ['hooks', null, 'secret'],
      ['byName', null, 'secret'],
      ['absent', 'x'],
    ]
    expect(JSON.parse(maskAt(body, marked) ?? '')).toEqual({
      key: '[secret]',
      user: { password: '[secret]', name: 'Ada' },
      hooks: [{ secret: '[secret]', url: 'u1' }, { secret: null }, 7],
      byName: { a: { secret: '[secret]' }, b: {} },
    })
    expect(maskAt('key=k', marked)).toBeUndefined()
  })
})

describe('a body that fits no schema', () => {
  it.each([
    { startAt: '2031-03-03T10:00:00Z', customer: { name: 'Ada Müller', email: 'ada@example.com' }, tpyo: 1 },
    { businessId: '4', items: [{ price: -1 }, [], null], notes: 'пароля нет' },
    {},
  ])('is shown when nothing in it looks like a credential: %j', (body) => {
    expect(isSuspicious(JSON.stringify(body))).toBe(false)
  })

  it.each([
    ...credentials.flatMap((credential) => [
      { tpyo: credential },
      { [credential]: 1 },
      { list: [[`x${credential}`]] },
    ]),
    ...[
      'password',
      'access_token',
      'refreshToken',
      'clientSecret',
      'key',
      'X-Api-Key',
      'authorization',
      'pin',
      'otpCode',
      'cvc',
    ].flatMap((name) => [{ [name]: 'a' }, { deep: [{ [name]: 4711 }] }]),
    { note: 'Bearer abcdefgh12345678' },
    { note: 'basic YWRhOmh1bnRlcjI=' },
    { note: 'my password is hunter2' },
    { пароль: 'hunter2' },
    { 密码: 'hunter2' },
    { '': 'hunter2' },
    { deep: [{ пароль: 4711 }] },
    { 'ada@example.com': 1 },
    { k3J9x7Qp2: 1 },
    'hunter2',
    ['hunter2'],
    4711,
    null,
  ])('is not shown when something might be one: %j', (body) => {
    expect(isSuspicious(JSON.stringify(body))).toBe(true)
  })

  it.each([
    '{"\\u0070assword":"hunter2"}',
    '{"note":"\\u006ea_live_0Ab"}',
    '{"password":"hunter2","password":1}',
    '{"__proto__":{"password":"hunter2"}}',
    '{"broken": "пароль"',
    '{"pin": 4711',
    `{"broken": "${apiKey}"`,
    'grant=hunter2',
    'hunter2',
    `${'['.repeat(30_000)}"hunter2"${']'.repeat(30_000)}`,
  ])('is not shown for being disguised or broken: %.40s', (body) => {
    expect(isSuspicious(body)).toBe(true)
  })

  it.each(['{"broken":', '{"startTime": 2031-03-03}', '{"a":1,}'])('is shown broken as it is: %s', (body) => {
    expect(isSuspicious(body)).toBe(false)
  })

  it('may be as deep as it likes', () => {
    const deep = (inner: string) => `${'{"a":'.repeat(5000)}${inner}${'}'.repeat(5000)}`
    expect(isSuspicious(deep('1'))).toBe(false)
    expect(isSuspicious(deep('{"pin":1}'))).toBe(true)
  })
})

describe('an address in the log', () => {
  it.each([
    ['/api/bookings/17', '/api/bookings/{id}', '/api/bookings/17'],
    ['/api/businesses/studio-17', '/api/businesses/{idOrSlug}', '/api/businesses/studio-17'],
    [`/api/bookings/${apiKey}`, '/api/bookings/{id}', '/api/bookings/{id}'],
    ['/api/bookings/ada%40example.com', '/api/bookings/{id}', '/api/bookings/{id}'],
    ['/api/bookings/ada@example.com/cancel', '/api/bookings/{id}/cancel', '/api/bookings/{id}/cancel'],
    ['/api/no/such/thing', null, '/api/no/such/thing'],
    [`/api/no/${jwt}`, null, '[secret]'],
    [`/api/%6ea_live_${apiKey.slice(8)}`, null, '[secret]'],
    [`/api/${'a'.repeat(600)}`, null, '[secret]'],
  ])('%s of %s is %s', (pathname, route, shown) => {
    expect(maskPath(pathname, route)).toBe(shown)
  })

  it('shows of a query that fits all but what is marked', () => {
    const secrets = [['code']]
    expect(maskVouched({ name: 'q', value: 'Ada’s token' }, secrets).value).toBe('Ada’s token')
    expect(maskVouched({ name: 'code', value: '1' }, secrets)).toEqual({ name: 'code', value: '[secret]' })
    expect(maskVouched({ name: 'q', value: apiKey }, secrets).value).toBe('[secret]')
  })

  it.each([
    ['from', '2031-03-03', '2031-03-03'],
    ['tpyo', 'Ada', 'Ada'],
    ['status', `x${apiKey}`, '[secret]'],
  ])('shows of any other query what is plain: %s=%s', (name, value, shown) => {
    expect(maskParameter({ name, value })).toEqual({ name, value: shown })
  })

  it.each(['token', '', 'пароль', apiKey])('shows nothing under the name of %s', (name) => {
    expect(maskParameter({ name, value: 'hunter2' })).toEqual({ name: '[secret]', value: '[secret]' })
  })
})

describe('the work of masking', () => {
  const pieces = [
    'a',
    'a@',
    'eyJ',
    'eyJaaaaaaaa.',
    'eyJaaaaaaaaeyJ',
    ' ',
    'bearer',
    'bearer ',
    'basic: ',
    'na_live_',
    'na_live_aaaaaaa ',
    'rt_',
    'rt_a-',
    'whsec_',
    'whsec_aaaaaaa ',
    '1|',
    '1|aaaaaaaaaaaaaaaaaaa',
    '_',
    '-',
    '.',
    '"',
    '\\',
    '\\u00',
    '{',
    '[',
    '{"a":',
    'ü',
    'Aa',
    'pass',
    'otp',
    '0',
    'a.b-',
    '\n',
    '%4',
    ':',
  ]
  const everything = (text: string) => {
    isSuspicious(text)
    isSuspicious(`{"a":${JSON.stringify(text)}}`)
    isSuspicious(JSON.stringify({ [text]: 1 }))
    maskCredentials(text)
    maskSuspects(text)
    maskParameter({ name: text, value: text })
    maskPath(text, null)
  }
  /** The least of some tries, in ms: what disturbs a measurement only ever adds to it. */
  const timeFor = async (text: string) => {
    let least = Infinity
    for (let attempt = 0; attempt < 3 && least > 5; attempt++) {
      // The clock of a Worker moves only while it waits.
      await scheduler.wait(0)
      const before = performance.now()
      everything(text)
      await scheduler.wait(0)
      least = Math.min(least, performance.now() - before)
    }
    return least
  }

  it('grows no faster than what was sent', { timeout: 120_000 }, async () => {
    const repeated = fc.tuple(
      fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...pieces, ''),
    )
    await fc.assert(
      fc.asyncProperty(repeated, async ([unit, end]) => {
        const text = (length: number) => unit.join('').repeat(length / unit.join('').length) + end
        const [short, long] = [await timeFor(text(16_384)), await timeFor(text(4 * 16_384))]
        // Four times as much where it is linear, sixteen where it is not.
        expect(long).toBeLessThan(8 * Math.max(short, 10))
      }),
      {
        numRuns: 60,
        seed: 7,
        endOnFailure: true,
        examples: pieces.map((piece) => [[[piece], '']] as [[string[], string]]),
      },
    )
  })
})
