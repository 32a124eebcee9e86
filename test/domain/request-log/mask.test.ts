import { describe, expect, it } from 'vitest'
import { maskJson, maskPath, maskQuery, maskText } from '#domain/request-log/mask.ts'

const masked = (json: unknown, options = {}) => maskJson(json, options).value
const apiKey = `na_live_${'0Ab'.repeat(13)}`.slice(0, 46)
const refreshToken = `rt_${'a-_9'.repeat(11)}`.slice(0, 46)
const jwt = `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiI0MiJ9'}.c2lnbmF0dXJl`
const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('a body in the log', () => {
  it('shows what the service itself has words for: states, times, ids, amounts', () => {
    const booking = {
      id: 17,
      businessId: 4,
      staffId: null,
      status: 'confirmed',
      startTime: '2031-03-03T10:00:00.000+02:00',
      price: { amount: 4500, currency: 'EUR' },
      timeZone: 'Europe/Berlin',
      source: 'api',
      active: true,
      scopes: ['bookings:read', 'logs:read'],
      events: ['booking.*'],
    }
    expect(masked(booking)).toEqual(booking)
  })

  it.each([
    ['password', 'correct horse', '[secret string 9-16]'],
    ['access_token', 'short', '[secret string 5-8]'],
    ['refreshToken', 'abc', '[secret string 0-4]'],
    ['clientSecret', '', '[secret string 0-4]'],
    ['key', 'x'.repeat(64), '[secret string 33-64]'],
    ['X-Api-Key', 'x'.repeat(65), '[secret string 65-128]'],
    ['authorization', 'Basic abc', '[secret string 9-16]'],
    ['token', 12_345, '[secret number]'],
    ['pin', 1234, '[secret number]'],
    ['name', 'Ada', '[personal string 0-4]'],
    ['first_name', 'Ada', '[personal string 0-4]'],
    ['lastName', 'Lovelace', '[personal string 5-8]'],
    ['email', 'ada@example.com', '[personal string 9-16]'],
    ['phone', 491_234_567, '[personal number]'],
    ['guestPhone', 491_234_567, '[personal number]'],
    ['notes', 'allergic to nuts', '[personal string 9-16]'],
    ['comment', 'very good', '[personal string 9-16]'],
    ['newsletter', true, true],
    ['something', 'else', '[hidden string 0-4]'],
    ['something', 12, 12],
    ['status', 'a story that somebody wrote here', '[hidden string 17-32]'],
    ['notes', null, null],
  ])('keeps of %s %j its type and how long it roughly is', (name, value, kept) => {
    expect(masked({ [name]: value })).toEqual({ [name]: kept })
    expect(masked([{ deep: { [name]: value } }])).toEqual([{ deep: { [name]: kept } }])
  })

  it('hides all that stands inside of what is hidden', () => {
    expect(masked({ customFields: { size: 'XL', count: 3, more: [{ status: 'confirmed' }] } })).toEqual({
      customFields: {
        size: '[personal string 0-4]',
        count: '[personal number]',
        more: [{ status: '[personal string 9-16]' }],
      },
    })
    expect(masked({ address: { id: 3, password: 'hunter2' }, secrets: ['one', { status: 'two' }] })).toEqual({
      address: { id: '[personal number]', password: '[secret string 5-8]' },
      secrets: ['[secret string 0-4]', { status: '[secret string 0-4]' }],
    })
  })

  it.each([apiKey, refreshToken, jwt, webhookSecret, `Bearer ${refreshToken}`])(
    'never shows %s, whatever it is called and wherever it stands',
    (secret) => {
      const found = maskJson({
        status: secret,
        list: [[secret]],
        id: { [secret]: 1 },
        cursor: `x${secret}y`,
        error: `Sorry, ${secret} is not known`,
      })
      expect(JSON.stringify(found.value)).not.toContain(secret)
      expect(found.hadSecret).toBe(true)
      expect(maskText(`before ${secret} after`)).toMatch(/^before \[secret string [\d-]+\] after$/)
    },
  )

  it('names a field that only chance or a person could have called so by its length', () => {
    expect(masked({ 'ada@example.com': 1, k3J9x7Qp2: 2, tpyo: 3, start_time2: 4 })).toEqual({
      '[hidden string 9-16] 1': 1,
      '[hidden string 9-16] 2': 2,
      tpyo: 3,
      start_time2: 4,
    })
  })

  it('says that it held a secret, so that no hash of it is kept', () => {
    expect(maskJson({ user: { password: 'hunter2' } }).hadSecret).toBe(true)
    expect(maskJson({ user: { name: 'Ada' } }).hadSecret).toBe(false)
  })

  it('may be as deep as it likes', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}"hunter2"${']'.repeat(5000)}`)
    const text = JSON.stringify(masked(deep))
    expect(text).toContain('[hidden array]')
    expect(text).not.toContain('hunter2')
  })

  it('may call a field as objects call theirs', () => {
    const odd: unknown = JSON.parse('{"__proto__": {"password": "hunter2"}, "constructor": "x"}')
    expect(JSON.stringify(masked(odd))).not.toContain('hunter2')
  })
})

describe('what went wrong, in the log', () => {
  it('is told in the words of the service', () => {
    const error = {
      error: 'Validation failed',
      code: 'request.validation_failed',
      requestId: '4ad0b2f5-3a4c-4d35-8f3f-1d2f3a4b5c6d',
      errors: [{ field: 'weekly.0.start', message: 'Start must be HH:MM' }],
    }
    expect(masked(error, { isError: true })).toEqual(error)
    expect(masked(error)).toMatchObject({ error: '[hidden string 17-32]' })
  })

  it('is not told where its words are the caller’s', () => {
    const error = {
      error: `${apiKey} is not a known field`,
      code: 'request.invalid',
      errors: [{ field: apiKey, message: `Na live ${apiKey.slice(8).toLowerCase()} is not a known field` }],
    }
    expect(masked(error, { isError: true })).toEqual({
      error: '[hidden string 65-128]',
      code: 'request.invalid',
      errors: [{ field: '[hidden string 33-64]', message: '[hidden string 65-128]' }],
    })
  })
})

describe('an address in the log', () => {
  it.each([
    ['/api/bookings/17', '/api/bookings/{id}', '/api/bookings/17'],
    ['/api/businesses/studio-17', '/api/businesses/{idOrSlug}', '/api/businesses/studio-17'],
    [`/api/bookings/${apiKey}`, '/api/bookings/{id}', '/api/bookings/[hidden string 33-64]'],
    ['/api/bookings/hunter2', '/api/bookings/{id}', '/api/bookings/[hidden string 5-8]'],
    [
      '/api/bookings/ada%40example.com/cancel',
      '/api/bookings/{id}/cancel',
      '/api/bookings/[hidden string 9-16]/cancel',
    ],
    ['/api/no/such/thing', null, '/api/no/such/thing'],
    ['/api/no/p4ssw0rd/%E0%A4%A', null, '/api/no/[hidden string 5-8]/[hidden string 5-8]'],
    [`/api/%6ea_live_${apiKey.slice(8)}`, null, '/api/[hidden string 33-64]'],
  ])('%s of %s is %s', (pathname, route, shown) => {
    expect(maskPath(pathname, route)).toBe(shown)
  })

  it('shows of a query what it shows of a body', () => {
    const query = new URLSearchParams({
      from: '2031-03-03',
      status: '4xx',
      q: 'Ada',
      token: 'hunter2',
      [apiKey]: '1',
    })
    expect(maskQuery(query)).toEqual([
      { name: 'from', value: '2031-03-03' },
      { name: 'status', value: '4xx' },
      { name: 'q', value: '[personal string 0-4]' },
      { name: 'token', value: '[secret string 5-8]' },
      { name: '[hidden string 33-64] 1', value: '[hidden string 0-4]' },
    ])
  })
})
