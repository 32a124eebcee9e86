// What holds for every route, whoever wrote it.
/// <reference types="vite/client" />
import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from '@hono/zod-openapi'
import { native } from '#dialects/native/index.ts'
import readme from '../README.md?raw'
import worker from '../src/worker.ts'
import { isApiKey, newApiKey } from '#domain/api-keys/api-key-format.ts'
import { scopes as everyScope } from '#domain/api-keys/scope.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import { aWebhook } from './post-office.ts'
import { aKey, aLog, aPerson, aWorld, call, hours, iso, monday, query, setClock } from './world.ts'
import type { World } from './world.ts'

beforeEach(() => setClock())

interface Operation {
  method: string
  path: string
  isPublic: boolean
  hasBody: boolean
  /** What a key must be allowed for; undefined where keys are not taken. */
  scope: Scope | undefined
  takesKeys: boolean
  isForKeysOnly: boolean
}

interface Declared {
  security?: Record<string, string[]>[]
  requestBody?: object
  'x-scope'?: Scope
}

const document = native.getOpenAPIDocument({ openapi: '3.0.3', info: { title: 'Slotkeeper', version: '1' } })
const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Declared>).map(([method, declared]) => {
    const { security = [], requestBody, 'x-scope': scope } = declared
    const takes = (scheme: string) => security.some((option) => scheme in option)
    return {
      method: method.toUpperCase(),
      path,
      isPublic: security.length === 0 || security.some((option) => Object.keys(option).length === 0),
      hasBody: requestBody !== undefined,
      scope: takes('apiKey') ? scope : undefined,
      takesKeys: takes('apiKey'),
      isForKeysOnly: takes('apiKey') && security.length === 1,
    }
  }),
)
const named = ({ method, path }: Operation) => `${method} ${path}`
const at = (path: string, id: number | string = 1) => path.replaceAll(/\{\w+\}/g, String(id))

describe('every route', () => {
  it('needs a credential, but for the few that are public', () => {
    expect(
      operations
        .filter(({ isPublic }) => isPublic)
        .map(named)
        .toSorted(),
    ).toEqual([
      'GET /api/bookings/availability',
      'GET /api/bookings/availability/explain',
      'GET /api/businesses',
      'GET /api/businesses/{idOrSlug}',
      'GET /api/services/business/{businessId}',
      'GET /api/staff/business/{businessId}',
      'GET /health',
      'POST /api/auth/refresh',
      'POST /api/auth/signin',
      'POST /api/auth/signup',
    ])
  })

  it.each(
    operations.filter(({ isPublic }) => !isPublic).map((operation) => [named(operation), operation] as const),
  )(
    '%s answers 401 to strangers, whatever else is wrong with the request',
    async (_, { method, path, hasBody }) => {
      for (const token of [undefined, 'not-a-token']) {
        const answer = await call(method, at(path), { token, ...(hasBody && { body: '{"nonsense":' }) })
        expect([answer.status, answer.body.code]).toEqual([
          401,
          token ? 'auth.invalid_token' : 'auth.required',
        ])
        expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer')
      }
    },
  )

  it.each(operations.map((operation) => [named(operation), operation] as const))(
    '%s says which request it was and how much of the limit is left',
    async (_, { method, path }) => {
      const answer = await call(method, at(path))
      expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
      if (path.startsWith('/api/'))
        expect(answer.headers.get('RateLimit-Policy')).toContain('"default";q=500;w=900')
      if (path.startsWith('/api/auth/'))
        expect(answer.headers.get('RateLimit-Policy')).toContain('"auth";q=20;w=900')
    },
  )

  it.each(
    operations
      .filter(({ path }) => /\{(id|businessId)\}/.test(path))
      .map((operation) => [named(operation), operation] as const),
  )('%s answers 400 to an id that is none', async (_, { method, path, hasBody }) => {
    const { token } = await aPerson()
    const answer = await call(method, at(path, 'x1'), { token, ...(hasBody && { body: {} }) })
    expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid'])
  })

  it.each(
    operations.filter(({ hasBody }) => hasBody).map((operation) => [named(operation), operation] as const),
  )('%s refuses a body that it cannot take, each fault in its own words', async (_, operation) => {
    const { method, path, isForKeysOnly } = operation
    const caller = isForKeysOnly
      ? { key: (await aKey(await aWorld())).key }
      : { token: (await aPerson()).token }
    const send = (body: unknown, headers = {}) => call(method, at(path), { ...caller, body, headers })
    const outcome = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code]
    expect(outcome(await send('{"broken":'))).toEqual([400, 'request.malformed_json'])
    expect(outcome(await send('a=1', { 'Content-Type': 'application/x-www-form-urlencoded' }))).toEqual([
      415,
      'request.unsupported_media_type',
    ])
    expect(outcome(await send(JSON.stringify({ text: 'x'.repeat(257 * 1024) })))).toEqual([
      413,
      'request.too_large',
    ])
    const typo = await send({ tpyo: 1 })
    expect(outcome(typo)).toEqual([422, 'request.validation_failed'])
    expect(typo.body.error).toBe('Validation failed')
    expect(typo.body.errors).toContainEqual({ field: 'tpyo', message: 'Tpyo is not a known field' })
    expect(typo.body.requestId).toBe(typo.headers.get('X-Request-Id'))
  })
})

describe('an API key', () => {
  const taking = operations.filter(({ scope }) => scope !== undefined)
  const demanding = taking.filter(({ isPublic }) => !isPublic)
  const open = operations.filter(({ path, isPublic }) => path.startsWith('/api/') && isPublic)
  const refusing = operations.filter(({ isPublic, takesKeys }) => !isPublic && !takesKeys)
  const everyOther = (scope: Scope | undefined) => everyScope.filter((other) => other !== scope)

  it.each(open.map((operation) => [named(operation), operation] as const))(
    'gets from %s what everybody gets, whatever it may do',
    async (_, { method, path, scope, hasBody }) => {
      const { key } = await aKey(await aWorld(), { scopes: everyOther(scope) })
      for (const id of [1, 'x1']) {
        const request = { ...(hasBody && { body: { tpyo: 1 } }) }
        const everybody = await call(method, at(path, id), request)
        const bearer = await call(method, at(path, id), { ...request, key })
        const told = ({ status, body }: typeof bearer) => [status, { ...body, requestId: undefined }]
        expect(told(bearer)).toEqual(told(everybody))
        const invented = await call(method, at(path, id), { ...request, key: newApiKey() })
        expect([invented.status, invented.body.code]).toEqual([401, 'auth.invalid_key'])
      }
    },
  )

  it.each(demanding.map((operation) => [named(operation), operation] as const))(
    'is not enough for %s without its scope, whatever else is wrong with the request',
    async (_, { method, path, scope, hasBody }) => {
      const { key } = await aKey(await aWorld(), { scopes: everyOther(scope) })
      for (const id of [1, 'x1']) {
        const answer = await call(method, at(path, id), { key, ...(hasBody && { body: { tpyo: 1 } }) })
        expect([answer.status, answer.body.code]).toEqual([403, 'key.scope_missing'])
        expect(answer.body.error).toBe(`This key lacks the scope ${scope}`)
      }
    },
  )

  it.each(taking.map((operation) => [named(operation), operation] as const))(
    'that nobody knows gets one answer from %s, whatever else is wrong with the request',
    async (_, { method, path, hasBody }) => {
      for (const key of [newApiKey(), 'na_live_', `${newApiKey()}0`]) {
        const answer = await call(method, at(path), { key, ...(hasBody && { body: '{"nonsense":' }) })
        expect([answer.status, answer.body.code, answer.body.error]).toEqual([
          401,
          'auth.invalid_key',
          'The API key is not valid',
        ])
        expect(answer.headers.get('RateLimit')).toContain('"default"')
      }
    },
  )

  it.each(refusing.map((operation) => [named(operation), operation] as const))(
    'is not taken by %s',
    async (_, { method, path, hasBody }) => {
      const { key } = await aKey(await aWorld())
      const answer = await call(method, at(path), { key, ...(hasBody && { body: {} }) })
      expect([answer.status, answer.body.code]).toEqual([403, 'key.not_allowed'])
    },
  )
})

describe('what belongs to somebody else', () => {
  let mine: World
  let theirs: World
  let bookingId: number
  let customerId: number
  let keyId: number
  let webhookId: number
  let logId: number
  let eventId: number
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
    bookingId = body.id
    customerId = body.customer.id
    keyId = (await aKey(theirs)).id
    webhookId = (await aWebhook(theirs, { events: ['lead.*'] })).id
    logId = await aLog(theirs)
    const [event] = await query<{ id: number }>('select id from events where subjectId = ?', bookingId)
    eventId = event!.id
    myKey = (await aKey(mine)).key
  })

  const idOf = (path: string): number => {
    if (path.includes('{businessId}')) return theirs.businessId
    if (path.startsWith('/api/bookings')) return bookingId
    if (path.startsWith('/api/customers')) return customerId
    if (path.startsWith('/api/integrations/api-keys')) return keyId
    if (path.startsWith('/api/webhooks')) return webhookId
    if (path.startsWith('/api/logs')) return logId
    if (path.startsWith('/api/events')) return eventId
    if (path.startsWith('/api/businesses')) return theirs.businessId
    if (path.startsWith('/api/services')) return theirs.serviceId
    return theirs.staffIds[0]!
  }
  const bodies: Record<string, object> = {
    'PATCH /api/bookings/{id}': { notes: 'mine now' },
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
  }
  /** Everybody may see these of any business. */
  const open = new Set([
    'GET /api/businesses/{idOrSlug}',
    'GET /api/services/business/{businessId}',
    'GET /api/staff/business/{businessId}',
  ])
  const closed = operations.filter((operation) => operation.path.includes('{') && !open.has(named(operation)))

  it.each(closed.map((operation) => [named(operation), operation] as const))(
    'is not found at %s, and stays as it was',
    async (name, { method, path, hasBody }) => {
      const before = await dump()
      const answer = await call(method, at(path, idOf(path)), {
        token: mine.owner.token,
        ...(hasBody && { body: bodies[name] ?? {} }),
      })
      expect(answer.status).toBe(404)
      expect(await dump()).toEqual(before)
    },
  )

  it.each(
    operations
      .filter(({ path, scope }) => scope !== undefined && path.includes('{'))
      .map((operation) => [named(operation), operation] as const),
  )('is not found at %s with a key, and stays as it was', async (name, { method, path, hasBody }) => {
    const before = await dump()
    const answer = await call(method, at(path, idOf(path)), {
      key: myKey,
      ...(hasBody && { body: bodies[name] ?? {} }),
    })
    expect(answer.status).toBe(404)
    expect(await dump()).toEqual(before)
  })

  it('cannot be reached through a body either', async () => {
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

  /** Every row of every table that says whose it is. */
  async function dump(): Promise<unknown> {
    const tables = await query<{ name: string }>(
      `select t.name from sqlite_schema as t join pragma_table_info(t.name) as c
       where t.type = 'table' and t.name not like '\\_cf%' escape '\\' and c.name = 'businessId'`,
    )
    expect(tables.length).toBeGreaterThan(10)
    return Promise.all([
      query('select * from businesses where id = ?', theirs.businessId),
      ...tables.map(({ name }) => query(`select * from "${name}" where businessId = ?`, theirs.businessId)),
    ])
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
  it('is the OpenAPI that was published', async () => {
    const { text } = await call('GET', '/openapi.json')
    await expect(JSON.stringify(JSON.parse(text), null, 2)).toMatchFileSnapshot('./openapi/native.json')
    const yaml = await call('GET', '/openapi.yaml')
    expect(yaml.text).toMatch(/^openapi: 3\.0\.3\n/)
    await expect(yaml.text).toMatchFileSnapshot('./openapi/native.yaml')
    expect(yaml.headers.get('Content-Type')).toContain('application/yaml')
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
      ['../src/**/*.ts', '../scripts/**/*.ts', '../test/**/*', '../README.md'],
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
