// What holds for every route, whoever wrote it.
/// <reference types="vite/client" />
import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from '@hono/zod-openapi'
import { Context } from 'hono'
import { dialects } from '#dialects/index.ts'
import type { Dialect } from '#dialects/index.ts'
import { native } from '#dialects/native/index.ts'
import { voice as nativeVoice } from '#dialects/native/voice.ts'
import readme from '../README.md?raw'
import worker from '../src/worker.ts'
import { isApiKey, newApiKey } from '#domain/api-keys/api-key-format.ts'
import { allows, scopes as everyScope } from '#domain/api-keys/scope.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import { DomainError } from '#domain/errors.ts'
import type { ErrorCode } from '#domain/errors.ts'
import type { Refusal } from '#http/hallway.ts'
import { ask } from './dialects/property/ask.ts'
import { someRooms } from './domain/stays/house.ts'
import { aWebhook } from './post-office.ts'
import { aKey, aLog, aPerson, aToken, aWorld, call, hours, iso, monday, query, setClock } from './world.ts'
import type { Answer, Person, World } from './world.ts'

beforeEach(() => setClock())

interface Operation {
  method: string
  path: string
  isPublic: boolean
  hasBody: boolean
  /** The fields of the body that must be ids. */
  idFields: string[]
  /** What a key must be allowed for; undefined where keys are not taken. */
  scope: Scope | undefined
  /** Another scope that lets a key in. */
  orScope: Scope | undefined
  takesKeys: boolean
  isForKeysOnly: boolean
}

interface Declared {
  security?: Record<string, string[]>[]
  requestBody?: { content: { 'application/json': { schema: { required?: string[] } } } }
  'x-scope'?: Scope
  'x-or-scope'?: Scope
}

interface Scheme {
  type: string
  scheme?: string
  in?: string
  name?: string
}

/** The field of the body that a key is in, by dialect, which is nothing that OpenAPI has a word for. */
const keyFields: Record<string, string> = { rubitime: 'rk' }
/** Those that read whatever body comes, and pass over what they do not know in it. */
const forgiving = new Set(['rubitime'])

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null
}

function requiredIdsOf({ required = [] }: { required?: string[] } = {}): string[] {
  return required.filter((field) => /^id$|_id$/.test(field))
}

/** All that a dialect's documents say of its routes, and how a caller shows who they are. */
function describedBy({ name, door }: Dialect) {
  const document = door.getOpenAPIDocument({ openapi: '3.0.3', info: { title: 'Slotkeeper', version: '1' } })
  const hasKeyInBody = keyFields[name] !== undefined
  const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Declared>).map(([method, declared]) => {
      const { security = [], requestBody, 'x-scope': scope, 'x-or-scope': orScope } = declared
      const takes = (scheme: string) => security.some((option) => scheme in option)
      const takesKeys = hasKeyInBody || takes('apiKey')
      return {
        method: method.toUpperCase(),
        path,
        isPublic:
          !hasKeyInBody &&
          (security.length === 0 || security.some((option) => Object.keys(option).length === 0)),
        hasBody: requestBody !== undefined,
        idFields: requiredIdsOf(requestBody?.content['application/json'].schema),
        scope: takesKeys ? scope : undefined,
        orScope,
        takesKeys,
        isForKeysOnly: hasKeyInBody || (takes('apiKey') && security.length === 1),
      }
    }),
  )
  const { accessToken, apiKey } = (document.components?.securitySchemes ?? {}) as Record<string, Scheme>
  /** A request with a key, where this dialect has it: in a header, or among the fields of the body. */
  const withKey = (key: string, body?: unknown): { headers?: Record<string, string>; body?: unknown } => {
    const field = keyFields[name]
    if (field !== undefined) return { body: { ...(isObject(body) && body), [field]: key } }
    const sent = body === undefined ? {} : { body }
    if (apiKey?.type === 'apiKey' && apiKey.in === 'header' && apiKey.name)
      return { ...sent, headers: { [apiKey.name]: key } }
    if (apiKey?.type === 'http' && apiKey.scheme === 'bearer')
      return { ...sent, headers: { Authorization: `Bearer ${key}` } }
    throw new Error('The documents do not say in which header a key is shown')
  }
  const takesKeys = apiKey !== undefined || hasKeyInBody
  return { operations, takesTokens: accessToken !== undefined, takesKeys, withKey }
}
const named = ({ method, path }: Operation) => `${method} ${path}`
const byName = (operations: Operation[]) =>
  operations.map((operation) => [named(operation), operation] as const)
const at = (path: string, id: number | string = 1) => path.replaceAll(/\{\w+\}/g, String(id))

/** What takes no credential, by dialect: one that is not in here has no such route. */
const publicRoutes: Record<string, string[]> = {
  neiros: ['POST /api/userapi/v1/auth/login'],
  native: [
    'GET /api/bookings/availability',
    'GET /api/bookings/availability/explain',
    'GET /api/bookings/visits/availability',
    'GET /api/branches/business/{businessId}',
    'GET /api/businesses',
    'GET /api/businesses/{idOrSlug}',
    'GET /api/rooms/business/{businessId}',
    'GET /api/services/business/{businessId}',
    'GET /api/staff/business/{businessId}',
    'GET /health',
    'POST /api/auth/refresh',
    'POST /api/auth/signin',
    'POST /api/auth/signup',
    'POST /api/leads',
  ],
  property: ['GET /v1/public/health', 'POST /v1/public/auth/token'],
}

/** What shows who somebody is, by dialect: where it is not said, what people are given when they sign in. */
const tokensOf: Record<string, (person: Person) => Promise<string>> = {
  neiros: async (person) => (await aToken(person)).token,
}

describe.each(dialects)('in the $name dialect', (dialect) => {
  const { name: dialectName, voice } = dialect
  const { operations, takesTokens, takesKeys, withKey } = describedBy(dialect)
  const tokenFor = async (person: Person) => (await tokensOf[dialectName]?.(person)) ?? person.token
  const spoken = vi.spyOn(voice, 'refuse')

  beforeEach(() => {
    spoken.mockClear()
  })

  /** What was refused, once it is certain that the answer is that in the dialect's own voice. */
  function refusalIn(answer: Answer): Refusal {
    const requestId = answer.headers.get('X-Request-Id')
    // What is first said of a body or a path gives way to what is then found out about the key.
    const turn = spoken.mock.calls.findLastIndex(([, c]) => c.var.requestId === requestId)
    const worded = spoken.mock.results[turn]
    if (worded?.type !== 'return') throw new Error(`Not refused, but ${answer.status}: ${answer.text}`)
    const { status, headers, body } = worded.value
    expect([answer.status, answer.text]).toEqual([status, body])
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value)
    return spoken.mock.calls[turn]![0]
  }
  const codeIn = (answer: Answer) => refusalIn(answer).code

  /** Somebody who is known: a person where the dialect knows people, else who holds a key. */
  async function somebody(
    body?: unknown,
    isForKeysOnly = !takesTokens,
  ): Promise<{ token?: string; headers?: Record<string, string>; body?: unknown }> {
    if (isForKeysOnly) return withKey((await aKey(await aWorld())).key, body)
    return { token: await tokenFor(await aPerson()), ...(body !== undefined && { body }) }
  }

  describe('every route', () => {
    it('is documented, or the rules would not know of it', () => {
      expect(operations.length).toBeGreaterThan(0)
    })

    it('needs a credential, but for the few that are public', () => {
      expect(
        operations
          .filter(({ isPublic }) => isPublic)
          .map(named)
          .toSorted(),
      ).toEqual(publicRoutes[dialectName] ?? [])
    })

    it.each(byName(operations.filter(({ isPublic }) => !isPublic)))(
      '%s does not let strangers in, whatever else is wrong with the request',
      async (_, { method, path, hasBody }) => {
        for (const token of takesTokens ? [undefined, 'not-a-token'] : [undefined]) {
          const answer = await call(method, at(path), { token, ...(hasBody && { body: '{"nonsense":' }) })
          expect(codeIn(answer)).toBe(token ? 'auth.invalid_token' : 'auth.required')
        }
      },
    )

    it.each(byName(operations))('%s says which request it was', async (_, { method, path }) => {
      const answer = await call(method, at(path))
      expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
    })

    it.each(byName(operations.filter(({ path }) => /\{(id|businessId)\}/.test(path))))(
      '%s does not understand an id that is none',
      async (_, { method, path, hasBody }) => {
        const answer = await call(method, at(path, 'x1'), await somebody(hasBody ? {} : undefined))
        expect(codeIn(answer)).toBe('request.invalid')
      },
    )

    it.each(byName(operations.filter(({ hasBody }) => hasBody && !forgiving.has(dialectName))))(
      '%s refuses a body that it cannot take, each fault in its own words',
      async (_, { method, path, isForKeysOnly }) => {
        const { headers: shown, ...caller } = await somebody(undefined, isForKeysOnly || !takesTokens)
        const send = (body: unknown, headers = {}) =>
          call(method, at(path), { ...caller, body, headers: { ...shown, ...headers } })
        expect(codeIn(await send('{"broken":'))).toBe('request.malformed_json')
        expect(codeIn(await send('a=1', { 'Content-Type': 'application/x-www-form-urlencoded' }))).toBe(
          'request.unsupported_media_type',
        )
        expect(codeIn(await send(JSON.stringify({ text: 'x'.repeat(257 * 1024) })))).toBe('request.too_large')
        const typo = refusalIn(await send({ tpyo: 1 }))
        expect(typo.code).toBe('request.validation_failed')
        expect(typo.errors).toContainEqual({ field: 'tpyo', message: 'Tpyo is not a known field' })
      },
    )
  })

  describe.runIf(takesKeys)('an API key', () => {
    const taking = operations.filter(({ scope }) => scope !== undefined)
    const demanding = taking.filter(({ isPublic }) => !isPublic)
    // Nobody calls /health: whether the service is there is said without a look at who asks.
    const open = operations.filter(({ path, isPublic }) => !path.endsWith('/health') && isPublic)
    const refusing = operations.filter(({ isPublic, takesKeys }) => !isPublic && !takesKeys)
    const everyOther = (...wanted: (Scope | undefined)[]) =>
      everyScope.filter((other) => wanted.every((scope) => scope === undefined || !allows([other], scope)))

    it.each(byName(open))(
      'gets from %s what everybody gets, whatever it may do',
      async (_, { method, path, scope, hasBody }) => {
        const { key } = await aKey(await aWorld(), { scopes: everyOther(scope) })
        for (const id of [1, 'x1']) {
          const request = hasBody ? { body: { tpyo: 1 } } : { body: undefined }
          const everybody = await call(method, at(path, id), request)
          const bearer = await call(method, at(path, id), withKey(key, request.body))
          const told = ({ status, headers, text }: Answer) => [
            status,
            text.replaceAll(headers.get('X-Request-Id')!, ''),
          ]
          expect(told(bearer)).toEqual(told(everybody))
          const invented = await call(method, at(path, id), withKey(newApiKey(), request.body))
          expect(codeIn(invented)).toBe('auth.invalid_key')
        }
      },
    )

    it.each(byName(demanding))(
      'is not enough for %s without its scope, whatever else is wrong with the request',
      async (_, { method, path, scope, orScope, hasBody }) => {
        for (const id of [1, 'x1']) {
          const { key } = await aKey(await aWorld(), { scopes: everyOther(scope, orScope) })
          const answer = await call(method, at(path, id), withKey(key, hasBody ? { tpyo: 1 } : undefined))
          const { code, message } = refusalIn(answer)
          expect([code, message]).toEqual(['key.scope_missing', `This key lacks the scope ${scope}`])
        }
      },
    )

    it.each(byName(taking))(
      'that nobody knows gets one answer from %s, whatever else is wrong with the request',
      async (_, { method, path, hasBody }) => {
        for (const key of [newApiKey(), 'na_live_', `${newApiKey()}0`]) {
          const answer = await call(method, at(path), withKey(key, hasBody ? '{"nonsense":' : undefined))
          const { code, message } = refusalIn(answer)
          expect([code, message]).toEqual(['auth.invalid_key', 'The API key is not valid'])
        }
      },
    )

    it.each(byName(refusing))('is not taken by %s', async (_, { method, path, hasBody }) => {
      const { key } = await aKey(await aWorld())
      const answer = await call(method, at(path), withKey(key, hasBody ? {} : undefined))
      expect(codeIn(answer)).toBe('key.not_allowed')
    })
  })

  describe('what belongs to somebody else', () => {
    let mine: World
    let theirs: World
    /** Of all that is theirs, whichever of them a path asks for. */
    let theirIds: number[]
    let myToken: string
    let myKey: string

    beforeEach(async () => {
      mine = await aWorld()
      theirs = await aWorld()
      const { body } = await call('POST', '/api/bookings', {
        token: theirs.owner.token,
        body: {
          businessId: theirs.businessId,
          serviceId: theirs.serviceId,
          startTime: iso(monday + 2 * hours),
        },
      })
      const coupon = await call('POST', '/api/coupons', {
        token: theirs.owner.token,
        body: { businessId: theirs.businessId, code: 'SPRING', percent: 10 },
      })
      const { id: bookingId, customer } = body as { id: number; customer: { id: number } }
      const webhook = await aWebhook(theirs, { events: ['lead.*'] })
      const [event] = await query<{ id: number }>('select id from events where subjectId = ?', bookingId)
      const lead = await call('POST', '/api/leads', { body: { businessId: theirs.businessId } })
      const [roomId] = await someRooms(theirs, 1)
      const { key: theirKey, id: theirKeyId } = await aKey(theirs)
      const rate = await ask(theirKey, 'POST', '/rates', { body: { name: 'Saver' } })
      const roomType = await ask(theirKey, 'POST', '/room-types', { body: { type: 'VILLA' } })
      const stay = await ask(theirKey, 'POST', '/reservations', {
        body: {
          type: 'SINGLE',
          roomId,
          clientId: customer.id,
          arrival: '2031-07-04',
          departure: '2031-07-11',
        },
      })
      const invoice = await ask(theirKey, 'POST', '/invoices', {
        body: { companyNameBuyer: 'X', items: [{ name: 'X', grossUnitPrice: 1 }] },
      })
      theirIds = [
        roomId!,
        stay.body.data.reservationId as number,
        theirs.businessId,
        theirs.branchId,
        theirs.serviceId,
        ...theirs.staffIds,
        bookingId,
        customer.id,
        theirKeyId,
        invoice.body.data.invoiceId as number,
        rate.body.data.rateId as number,
        roomType.body.data.roomTypeId as number,
        webhook.id,
        await aLog(theirs),
        event!.id,
        theirs.siteId,
        lead.body.id as number,
        (await aToken(theirs.owner)).id,
        coupon.body.id,
      ]
      myToken = await tokenFor(mine.owner)
      myKey = (await aKey(mine)).key
    })

    /** What a route takes that does not take an empty body. */
    const bodies: Record<string, object> = {
      'PATCH /api/branches/{id}': { name: 'Mine now' },
      'PATCH /api/bookings/{id}': { notes: 'mine now' },
      'PATCH /api/bookings/visits/{id}': { startTime: iso(monday + hours) },
      'PATCH /api/bookings/{id}/status': { status: 'cancelled' },
      'POST /api/bookings/{id}/cancel': {},
      'POST /api/integrations/api-keys/{id}/rotate': {},
      'PATCH /api/webhooks/{id}': { active: false },
      'POST /api/webhooks/{id}/rotate-secret': {},
      'POST /api/webhooks/{id}/replay': { from: iso(monday), to: iso(monday + hours) },
      'PATCH /api/businesses/{idOrSlug}': { name: 'Mine now' },
      'PATCH /api/services/{id}': { name: 'Mine now' },
      'PATCH /api/staff/{id}': { name: 'Mine now' },
      'PUT /api/staff/{id}/schedule': { weekly: [], overrides: [], timeOff: [] },
      'PUT /api/rooms/{id}/schedule': { weekly: [], overrides: [], timeOff: [] },
      'PATCH /api/sites/{id}': { name: 'Mine now' },
      'PATCH /api/businesses/{id}/leads/{leadId}': { stage: 'Неразобранное' },
      'PUT /api/businesses/{id}/lead-stages': { stages: [{ name: 'Mine now' }] },
      'POST /api/userapi/v1/project/{id}/update': { site_id: 1, summ: 1 },
      'POST /api2/create-record': { status: 0, record: '2031-03-03 10:00:00' },
      'PUT /v1/public/guests/{id}': { name: 'Mine now' },
      'PUT /v1/public/clients/{id}': { name: 'Mine now' },
    }
    /** What must be said beside the path. */
    const queries: Record<string, string> = { 'GET /api/userapi/v1/project/{id}': '?site_id=1' }
    /** Everybody may see these of any business. */
    const open = new Set([
      'GET /api/branches/business/{businessId}',
      'GET /api/businesses/{idOrSlug}',
      'GET /api/rooms/business/{businessId}',
      'GET /api/services/business/{businessId}',
      'GET /api/staff/business/{businessId}',
    ])
    const closed = operations.filter(
      (operation) => operation.path.includes('{') && !open.has(named(operation)),
    )

    async function expectNothingAt(
      operation: Operation,
      caller: { token?: string; headers?: Record<string, string>; body?: unknown },
    ): Promise<void> {
      const { method, path, hasBody } = operation
      const before = await dump()
      for (const id of theirIds) {
        const body = hasBody && { body: bodies[named(operation)] ?? {} }
        const address = `${at(path, id)}${queries[named(operation)] ?? ''}`
        const answer = await call(method, address, { ...caller, ...body })
        expect([id, refusalIn(answer).kind]).toEqual([id, 'not_found'])
      }
      expect(await dump()).toEqual(before)
    }

    it.each(byName(takesTokens ? closed.filter(({ isForKeysOnly }) => !isForKeysOnly) : []))(
      'is not found at %s, and stays as it was',
      (_, operation) => expectNothingAt(operation, { token: myToken }),
    )

    it.each(byName(operations.filter(({ path, scope }) => scope !== undefined && path.includes('{'))))(
      'is not found at %s with a key, and stays as it was',
      (_, operation) => expectNothingAt(operation, withKey(myKey)),
    )

    it.each(byName(operations.filter(({ path, idFields }) => idFields.length > 0 && !path.includes('{'))))(
      'is not found by %s, and stays as it was',
      async (_, operation) => {
        const { method, path, idFields } = operation
        const before = await dump()
        for (const id of theirIds) {
          const ids = Object.fromEntries(idFields.map((field) => [field, id]))
          // Each with a key of its own, lest it be told that it calls too often.
          const { key } = await aKey(mine)
          const answer = await call(method, path, withKey(key, { ...bodies[named(operation)], ...ids }))
          expect([id, refusalIn(answer).kind]).toEqual([id, 'not_found'])
        }
        expect(await dump()).toEqual(before)
      },
    )

    /** Every row of every table that says whose it is. */
    async function dump(): Promise<unknown> {
      const tables = await query<{ name: string }>(
        `select t.name from sqlite_schema as t join pragma_table_info(t.name) as c
       where t.type = 'table' and t.name not like '\\_cf%' escape '\\' and c.name = 'businessId'`,
      )
      expect(tables.length).toBeGreaterThan(10)
      return Promise.all([
        query('select * from businesses where id = ?', theirs.businessId),
        query('select * from businessListings where id = ?', theirs.businessId),
        ...tables.map(({ name }) => query(`select * from "${name}" where businessId = ?`, theirs.businessId)),
      ])
    }
  })
})

describe('the native dialect', () => {
  const { operations } = describedBy(dialects.find(({ name }) => name === 'native')!)

  it.each<[ErrorCode, number]>([
    ['auth.required', 401],
    ['auth.invalid_token', 401],
    ['auth.invalid_key', 401],
    ['key.scope_missing', 403],
    ['key.not_allowed', 403],
    ['booking.not_found', 404],
    ['request.invalid', 400],
    ['request.malformed_json', 400],
    ['request.unsupported_media_type', 415],
    ['request.too_large', 413],
  ])('says %s with %i, its sentence, its code and which request it was', (code, status) => {
    const error = new DomainError(code)
    const worded = nativeVoice.refuse(error, asked('a request'))
    expect(worded.status).toBe(status)
    expect(JSON.parse(worded.body)).toEqual({ error: error.message, code, requestId: 'a request' })
    expect(worded.headers['WWW-Authenticate']).toBe(status === 401 ? 'Bearer' : undefined)
  })

  it('says which fields are at fault', () => {
    const errors = [{ field: 'tpyo', message: 'Tpyo is not a known field' }]
    const error = new DomainError('request.validation_failed', { errors })
    const { status, body } = nativeVoice.refuse(error, asked('a request'))
    expect([status, JSON.parse(body)]).toEqual([
      422,
      { error: 'Validation failed', errors, code: 'request.validation_failed', requestId: 'a request' },
    ])
  })

  it.each(byName(operations))('%s says how much of the limit is left', async (_, { method, path }) => {
    const answer = await call(method, at(path))
    if (path.startsWith('/api/'))
      expect(answer.headers.get('RateLimit-Policy')).toContain('"default";q=500;w=900')
    if (path.startsWith('/api/auth/'))
      expect(answer.headers.get('RateLimit-Policy')).toContain('"auth";q=20;w=900')
  })

  it.each(byName(operations.filter(({ scope }) => scope !== undefined)))(
    '%s says so to a key that nobody knows, too',
    async (_, { method, path, hasBody }) => {
      for (const key of [newApiKey(), 'na_live_', `${newApiKey()}0`]) {
        const answer = await call(method, at(path), { key, ...(hasBody && { body: '{"nonsense":' }) })
        expect(answer.headers.get('RateLimit')).toContain('"default"')
      }
    },
  )

  it('reaches nothing of somebody else through a body either', async () => {
    const [mine, theirs] = [await aWorld(), await aWorld()]
    const attempts: [string, string, object][] = [
      [
        'POST',
        '/api/bookings',
        { businessId: mine.businessId, serviceId: theirs.serviceId, startTime: iso(monday + 2 * hours) },
      ],
      [
        'POST',
        '/api/bookings',
        {
          businessId: mine.businessId,
          serviceId: mine.serviceId,
          staffId: theirs.staffIds[0],
          startTime: iso(monday + 2 * hours),
        },
      ],
      [
        'POST',
        '/api/services',
        {
          businessId: theirs.businessId,
          name: 'X',
          durationMinutes: 30,
          price: { amount: 1, currency: 'EUR' },
        },
      ],
      ['POST', '/api/staff', { businessId: theirs.businessId, name: 'X' }],
      ['POST', '/api/sites', { businessId: theirs.businessId, name: 'X' }],
      [
        'POST',
        '/api/webhooks',
        { businessId: theirs.businessId, url: 'https://mine.example.com', events: ['booking.*'] },
      ],
    ]
    for (const [method, path, body] of attempts) {
      expect([path, (await call(method, path, { token: mine.owner.token, body })).status]).toEqual([
        path,
        404,
      ])
    }
  })

  /** A request as far as the voice looks at it. */
  function asked(requestId: string): Parameters<typeof nativeVoice.refuse>[1] {
    const c: Parameters<typeof nativeVoice.refuse>[1] = new Context(new Request('https://slotkeeper.test/'))
    c.set('requestId', requestId)
    return c
  }
})

describe('when something breaks', () => {
  const throughBroken = (broken: object) => (request: Request) =>
    Promise.resolve(
      worker.fetch(
        request as Request<unknown, IncomingRequestCfProperties>,
        { ...env, ...broken } as Cloudflare.Env,
        createExecutionContext(),
      ),
    )
  const failing = (error: Error) => ({
    DB: {
      withSession: () => ({
        getBookmark: () => null,
        prepare: () => ({ bind: () => ({ all: () => Promise.reject(error) }) }),
        batch: () => Promise.reject(error),
      }),
    },
  })

  it('a bug answers a fixed sentence, never its own words', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { token } = await aPerson()
    const fetcher = throughBroken(failing(new TypeError('secret is not a function')))
    const answer = await call('GET', '/api/bookings/1', { token, fetcher })
    expect([answer.status, answer.body.code]).toEqual([500, 'internal'])
    expect(answer.text).not.toContain('secret')
    expect(logged).toHaveBeenCalledOnce()
  })

  it.each([
    'D1_ERROR: row value misused: SQLITE_ERROR',
    'D1_ERROR: no such column: nonsense at offset 7: SQLITE_ERROR',
    'D1_ERROR: too many SQL variables at offset 0: SQLITE_ERROR',
    "D1_TYPE_ERROR: Type 'undefined' not supported for value 'undefined'",
  ])('a statement that is wrong is our fault, and told as that: %s', async (message) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { token } = await aPerson()
    const fetcher = throughBroken(failing(new Error(message)))
    const answer = await call('GET', '/api/bookings/1', { token, fetcher })
    expect([answer.status, answer.body.code, answer.headers.get('Retry-After')]).toEqual([
      500,
      'internal',
      null,
    ])
    expect(logged).toHaveBeenCalledOnce()
    logged.mockRestore()
  })

  it('storage that is down answers 503 and when to come back', async () => {
    const { token } = await aPerson()
    const fetcher = throughBroken(failing(new Error('D1_ERROR: Network connection lost.')))
    const answer = await call('GET', '/api/bookings/1', { token, fetcher })
    expect([answer.status, answer.body.code, answer.headers.get('Retry-After')]).toEqual([
      503,
      'storage.unavailable',
      '2',
    ])
  })

  it('a lock that is down sells nothing', async () => {
    const world = await aWorld()
    const fetcher = throughBroken({
      SLOT_LOCK: { getByName: () => ({ claim: () => Promise.reject(new Error('gone')) }) },
    })
    const body = {
      businessId: world.businessId,
      serviceId: world.serviceId,
      startTime: iso(monday + 2 * hours),
    }
    const answer = await call('POST', '/api/bookings', { token: world.owner.token, body, fetcher })
    expect([answer.status, answer.body.code]).toEqual([503, 'lock.unavailable'])
  })

  it('a limiter that is down lets reads through and nothing that has effects', async () => {
    const world = await aWorld()
    const fetcher = throughBroken({
      RATE_LIMITER: { getByName: () => ({ ask: () => Promise.reject(new Error('gone')) }) },
    })
    const { token } = world.owner
    expect((await call('GET', '/api/bookings/my-bookings', { token, fetcher })).status).toBe(200)
    const body = {
      businessId: world.businessId,
      serviceId: world.serviceId,
      startTime: iso(monday + 2 * hours),
    }
    const answer = await call('POST', '/api/bookings', { token, body, fetcher })
    expect([answer.status, answer.body.code]).toEqual([503, 'rate_limit.unavailable'])
  })

  it('an unknown address answers in the native voice', async () => {
    const answer = await call('GET', '/api/nothing')
    expect([answer.status, answer.body.code]).toEqual([404, 'request.unknown_path'])
    expect((await call('GET', '/nothing')).body.code).toBe('request.unknown_path')
  })
})

describe('the rate limit', () => {
  it('lets 500 calls of a user through in a quarter of an hour, and not one more', async () => {
    const { token } = await aPerson()
    const answers = []
    for (let round = 0; round < 26; round++) {
      answers.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, () => call('GET', '/api/bookings/my-bookings?limit=1', { token })),
        )),
      )
    }
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(500)
    const refused = answers.find(({ status }) => status === 429)
    expect(refused?.body.code).toBe('rate_limit.exceeded')
    expect(refused?.headers.get('Retry-After')).toBe('900')
    expect(refused?.headers.get('RateLimit')).toBe('"default";r=0;t=900')
    vi.setSystemTime(monday + 15 * 60_000 + 1)
    expect((await call('GET', '/api/bookings/my-bookings?limit=1', { token })).status).toBe(200)
  })

  it('lets an address try to sign in 20 times, and a refused call has no effect', async () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.77' }
    const body = { refresh_token: 'rt_unknown' }
    const statuses = []
    for (let attempt = 0; attempt < 21; attempt++) {
      statuses.push((await call('POST', '/api/auth/refresh', { body, headers })).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), 429])
    const signup = { email: 'late@example.com', password: 'correct horse', firstName: 'L', lastName: 'Ate' }
    expect((await call('POST', '/api/auth/signup', { body: signup, headers })).status).toBe(429)
    expect(await query('select id from accounts where email = ?', signup.email)).toEqual([])
  })
})

describe('what the project says of itself', () => {
  it.each(dialects)('is the OpenAPI that was published of the $name dialect', async ({ name, path }) => {
    const { status, headers, text } = await call('GET', `${path}openapi.json`)
    expect([status, headers.get('Content-Type')]).toEqual([200, 'application/json; charset=UTF-8'])
    await expect(JSON.stringify(JSON.parse(text), null, 2)).toMatchFileSnapshot(`./openapi/${name}.json`)
  })

  it.each(dialects)(
    'has no pattern in the $name dialect that other languages read otherwise',
    async ({ path }) => {
      const patterns: string[] = []
      JSON.parse((await call('GET', `${path}openapi.json`)).text, (name, value) => {
        if (name === 'pattern') patterns.push(value as string)
        return value as unknown
      })
      // A flag would become a part of the pattern.
      expect(patterns.filter((pattern) => /\/[dgimsuvy]+$/.test(pattern))).toEqual([])
    },
  )

  it('is the same in the older OpenAPI', async () => {
    for (const { path } of dialects) {
      const yaml = await call('GET', `${path}openapi.yaml`)
      expect(yaml.text).toMatch(/^openapi: 3\.0\.3\n/)
      expect(yaml.headers.get('Content-Type')).toContain('application/yaml')
      if (path === '/') await expect(yaml.text).toMatchFileSnapshot('./openapi/native.yaml')
    }
  })

  it('is true of what may be null', () => {
    interface Described {
      $ref?: string
      type?: string | string[]
      anyOf?: Described[]
      oneOf?: Described[]
      properties?: Record<string, Described>
    }
    const { components, paths } = native.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Slotkeeper', version: '1' },
    }) as unknown as {
      components: { schemas: Record<string, Described> }
      paths: Record<
        string,
        Record<string, { requestBody: { content: Record<string, { schema: Described }> } }>
      >
    }
    const found = ({ $ref = '', ...own }: Described) =>
      components.schemas[$ref.split('/').at(-1) ?? ''] ?? own
    const isNullable = (field: Described): boolean => {
      const { type, anyOf = [], oneOf = [] } = found(field)
      return [type].flat().includes('null') || [...anyOf, ...oneOf].some(isNullable)
    }
    let fields = 0
    for (const definition of native.openAPIRegistry.definitions) {
      if (definition.type !== 'route') continue
      const { method, path, request } = definition.route
      const media = request?.body?.content['application/json']
      if (!media || !('schema' in media) || !(media.schema instanceof z.ZodObject)) continue
      const { properties = {} } = found(paths[path]![method]!.requestBody.content['application/json']!.schema)
      for (const [field, schema] of Object.entries(media.schema.shape)) {
        fields += 1
        const isTaken = (schema as z.ZodType).safeParse(null).success
        expect([method, path, field, isNullable(properties[field] ?? {})]).toEqual([
          method,
          path,
          field,
          isTaken,
        ])
      }
    }
    expect(fields).toBeGreaterThan(50)
  })

  it('names only folders and files that are there', () => {
    const files = Object.keys(
      import.meta.glob(['../src/**', '../scripts/**', '../test/**', '../migrations/**']),
    ).map((file) => file.replace(/^\.\//, '../test/'))
    const mentioned = [...readme.matchAll(/`((?:src|scripts|test|migrations)\/[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    )
    expect(mentioned.length).toBeGreaterThan(0)
    for (const path of mentioned) {
      expect([path, files.some((file) => file.startsWith(`../${path}`))]).toEqual([path, true])
    }
  })

  it('holds no key that could be a real one, for scanners to cry over', () => {
    const texts = import.meta.glob<string>(
      ['../src/**/*.{ts,tsx}', '../scripts/**/*.ts', '../test/**/*', '../README.md'],
      {
        query: '?raw',
        import: 'default',
        eager: true,
      },
    )
    expect(Object.keys(texts).length).toBeGreaterThan(100)
    const found = Object.entries(texts).filter(([, text]) => {
      return (text.match(/na_live_[0-9A-Za-z]{38}/g) ?? []).some(isApiKey)
    })
    expect(found.map(([path]) => path)).toEqual([])
  })

  it('says which constraint it means wherever a row may be there already, so that none is swallowed', () => {
    const texts = import.meta.glob<string>('../src/db/**/*.ts', {
      query: '?raw',
      import: 'default',
      eager: true,
    })
    const vague = Object.entries(texts).flatMap(([path, text]) =>
      (text.match(/on conflict(?! \(")[^\n]*|insert or (ignore|replace)/gi) ?? []).map((found) => [
        path,
        found,
      ]),
    )
    expect(vague).toEqual([])
  })

  it('has no two nouns that need each other', () => {
    const files = import.meta.glob<string>('../src/domain/*/*.ts', {
      query: '?raw',
      import: 'default',
      eager: true,
    })
    const needed = new Set(
      Object.entries(files).flatMap(([path, text]) => {
        const noun = path.split('/').at(-2)
        return [...text.matchAll(/from '#domain\/([\w-]+)\//g)].map(([, other]) => `${noun} ${other}`)
      }),
    )
    const mutual = [...needed].filter((pair) => {
      const [noun = '', other = ''] = pair.split(' ')
      return noun < other && needed.has(`${other} ${noun}`)
    })
    expect(needed.size).toBeGreaterThan(20)
    expect(mutual).toEqual([])
  })

  it('keeps every table strict', async () => {
    const list = "select name, strict, type from pragma_table_list where schema = 'main'"
    const databases = await Promise.all([env.DB, env.LOGS].map((database) => database.prepare(list).all()))
    const tables = databases.flatMap(
      ({ results }) => results as { name: string; strict: number; type: string }[],
    )
    const ours = tables.filter(({ name, type }) => type === 'table' && !/^(_cf_|sqlite_|d1_)/.test(name))
    expect(ours.length).toBeGreaterThan(10)
    expect(ours.filter(({ strict }) => strict === 0)).toEqual([])
  })
})
