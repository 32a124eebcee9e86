import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#domain/identifiers.ts'
import { counted } from '../../round-trips.ts'
import type { Counted } from '../../round-trips.ts'
import {
  aMember,
  aSite,
  aToken,
  aWorld,
  call,
  iso,
  minutes,
  monday,
  query,
  setClock,
  write,
} from '../../world.ts'
import type { World } from '../../world.ts'

let world: World
let token: string

beforeEach(async () => {
  setClock()
  world = await aWorld({ timeZone: 'Europe/Moscow' })
  token = (await aToken(world.owner)).token
})

const at = '/api/userapi/v1'
const get = (path: string) => call('GET', `${at}${path}`, { token })
const leave = async (more: object = {}): Promise<number> => {
  const { body } = await call('POST', '/api/leads', { body: { businessId: world.businessId, ...more } })
  return body.id
}

let made = 0

/** So many leads of the world's site, a minute apart from 3 March 2031, 08:00 UTC on. */
async function crowd(count: number, siteId = world.siteId): Promise<void> {
  await query(
    `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?3)
     insert into leads (id, businessId, siteId, status, summMinor, currency, isSummByHand, createdAt, updatedAt)
     select ?5 + i, ?1, ?2, 'accepted', 0, 'EUR', 0, ?4 + i * 60000, 0 from n`,
    world.businessId,
    siteId,
    count,
    monday,
    made + 1,
  )
  made += count
}

describe('signing in', () => {
  const credentials = { email: 'ivan@example.ru', password: 'correct horse battery' }
  const login = (body: object, headers = {}) => call('POST', `${at}/auth/login`, { body, headers })

  beforeEach(async () => {
    const taken = await query('select id from accounts where email = ?', credentials.email)
    if (taken.length > 0) return
    await call('POST', '/api/auth/signup', {
      body: { ...credentials, firstName: 'Иван', lastName: 'Петров' },
    })
  })

  it('answers who it is and a token, without a wrapper', async () => {
    const { status, body } = await login(credentials, { Accept: 'application/json' })
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['user', 'token'])
    expect(body.user).toEqual({ name: 'Иван Петров', email: credentials.email, id: expect.any(Number) })
    expect(body.token).toMatch(/^\d+\|[0-9A-Za-z]{40}$/)
    expect((await call('GET', `${at}/sites`, { token: body.token })).body).toEqual({ data: [] })
  })

  it('gives the same answer to a wrong password and to an unknown e-mail', async () => {
    const wrong = await login({ ...credentials, password: 'something else' })
    const unknown = await login({ ...credentials, email: 'nobody@example.ru' })
    for (const { status, body } of [wrong, unknown]) {
      expect([status, body]).toEqual([401, { message: 'Invalid credentials.' }])
    }
  })

  it('keeps nothing that the token could be made of', async () => {
    const { body } = await login(credentials)
    const [, secret] = body.token.split('|')
    const rows = await query('select * from tokens where accountId = ?', body.user.id)
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  it('is tried 20 times in a quarter of an hour from an address, together with the native way', async () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.90' }
    const native = () => call('POST', '/api/auth/refresh', { body: { refresh_token: 'rt_none' }, headers })
    for (let attempt = 0; attempt < 10; attempt++) {
      expect((await native()).status).toBe(401)
      expect((await login({ email: 'x@example.ru' }, headers)).status).toBe(422)
    }
    const late = await login(credentials, headers)
    expect([late.status, late.body]).toEqual([429, { message: 'Too Many Attempts.' }])
    expect(Number(late.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await native()).status).toBe(429)
  })

  it('takes an old token along without harm', async () => {
    const answer = await call('POST', `${at}/auth/login`, { body: credentials, token: `1|${'x'.repeat(40)}` })
    expect(answer.status).toBe(200)
  })
})

describe('a token', () => {
  it.each([
    ['none', {}],
    ['of another form', { Authorization: 'Bearer abc' }],
    ['that nobody has', { Authorization: `Bearer 1|${'x'.repeat(40)}` }],
  ])('%s is answered that nobody is authenticated', async (_, headers: Record<string, string>) => {
    const { status, body } = await call('GET', `${at}/sites`, { headers })
    expect([status, body]).toEqual([401, { message: 'Unauthenticated.' }])
  })

  it('is proved by its secret, and not by its id', async () => {
    const [id] = token.split('|')
    const forged = await call('GET', `${at}/sites`, { token: `${id}|${'x'.repeat(40)}` })
    expect(forged.status).toBe(401)
  })

  it('lives beside others, and is worth nothing once it was revoked', async () => {
    const other = await aToken(world.owner)
    const list = await call('GET', '/api/integrations/tokens', { token: world.owner.token })
    expect(list.body.tokens.map(({ id }: { id: number }) => id)).toEqual([
      other.id,
      Number(token.split('|')[0]),
    ])
    expect(list.text).not.toContain(other.token.split('|')[1])
    const revoked = await call('DELETE', `/api/integrations/tokens/${other.id}`, { token: world.owner.token })
    expect(revoked.status).toBe(204)
    expect((await call('GET', `${at}/sites`, { token: other.token })).status).toBe(401)
    expect((await get('/sites')).status).toBe(200)
  })

  it('is not taken where people sign in, and theirs not here', async () => {
    expect((await call('GET', '/api/users/profile', { token })).status).toBe(401)
    expect((await call('GET', `${at}/sites`, { token: world.owner.token })).status).toBe(401)
  })

  it('goes with its account', async () => {
    const body = {
      email: 'olga@example.ru',
      password: 'correct horse battery',
      firstName: 'O',
      lastName: 'P',
    }
    const { body: person } = await call('POST', '/api/auth/signup', { body })
    const theirs = await aToken(person.user)
    const leaving = { token: person.access_token, body: { password: body.password } }
    expect((await call('DELETE', '/api/users/account', leaving)).status).toBe(204)
    expect((await call('GET', `${at}/sites`, { token: theirs.token })).status).toBe(401)
    expect(await query('select id from tokens where accountId = ?', person.user.id)).toEqual([])
  })

  it('gives way, when there are fifty others, as the one longest unused', async () => {
    const body = {
      email: 'robot@example.ru',
      password: 'correct horse battery',
      firstName: 'R',
      lastName: 'U',
    }
    const { body: robot } = await call('POST', '/api/auth/signup', { body })
    const old = await Promise.all(Array.from({ length: 50 }, () => aToken(robot.user)))
    setClock(monday + minutes)
    for (const { token: used } of old.slice(1)) await call('GET', `${at}/sites`, { token: used })
    const { email, password } = body
    const { body: next } = await call('POST', `${at}/auth/login`, { body: { email, password } })
    const status = async (bearer: string) => (await call('GET', `${at}/sites`, { token: bearer })).status
    expect([await status(old[0]!.token), await status(old[1]!.token), await status(next.token)]).toEqual([
      401, 200, 200,
    ])
  })

  it('is counted together with what its account does natively', async () => {
    const left = async () => Number((await get('/sites')).headers.get('X-RateLimit-Remaining'))
    const before = await left()
    await call('GET', '/api/users/profile', { token: world.owner.token })
    expect(await left()).toBe(before - 2)
  })

  it('that was invented is counted for the address that it came from', async () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.92' }
    const invented = async () => {
      const answer = await call('GET', `${at}/sites`, { token: `1|${'x'.repeat(40)}`, headers })
      return Number(answer.headers.get('X-RateLimit-Remaining'))
    }
    expect([await invented(), await invented()]).toEqual([499, 498])
  })

  it('notes when it was used', async () => {
    await get('/sites')
    const { body } = await call('GET', '/api/integrations/tokens', { token: world.owner.token })
    expect(body.tokens[0].lastUsedAt).toBe(iso(monday))
  })
})

describe('the sites of an account', () => {
  it('are those of every business that it is a member of', async () => {
    const other = await aWorld()
    await aWorld()
    await query('update members set accountId = ? where businessId = ?', world.owner.id, other.businessId)
    const { body } = await get('/sites')
    expect(body).toEqual({
      data: [
        { id: world.siteId, name: 'studio.test' },
        { id: other.siteId, name: 'studio.test' },
      ],
    })
  })
})

describe('deals', () => {
  it('are listed by their site, with their day on its clock', async () => {
    // 23:30 in Moscow, and an hour later.
    setClock(Date.UTC(2031, 2, 3, 20, 30))
    const first = await leave()
    setClock(Date.UTC(2031, 2, 3, 21, 30))
    const second = await leave()
    const { status, body } = await get(`/projects?site_id=${world.siteId}`)
    expect(status).toBe(200)
    expect(body).toEqual({
      data: {
        projects: [
          { id: first, site_id: world.siteId, date: '2031-03-03' },
          { id: second, site_id: world.siteId, date: '2031-03-04' },
        ],
      },
      last_page: 1,
      total: 1,
      current_page: 1,
      per_page: 100,
      total_items: 2,
    })
  })

  it('are chosen by days or moments on that clock, both ends included', async () => {
    const night = Date.UTC(2031, 2, 3, 20, 30, 5, 400)
    setClock(night)
    await leave()
    const found = async (from: string, to: string) => {
      const { body } = await get(`/projects?site_id=${world.siteId}&date_start=${from}&date_end=${to}&page=1`)
      return body.total_items
    }
    expect(await found('2031-03-03', '2031-03-03')).toBe(1)
    expect(await found('2031-03-04', '2031-03-05')).toBe(0)
    expect(await found('2031-03-01', '2031-03-02')).toBe(0)
    expect(await found('2031-03-03T23:30:05', '2031-03-03T23:30:05')).toBe(1)
    expect(await found('2031-03-03T23:30:06', '2031-03-04')).toBe(0)
    expect(await found('2031-03-03', '2031-03-03T23:30:04')).toBe(0)
    expect(await found('2031-03-03T20:30:05Z', '2031-03-03T20:30:05Z')).toBe(1)
    expect(await found('2031-03-03T23:30', '2031-03-03 23:30')).toBe(1)
    // With an offset, whose plus may have come through unescaped.
    for (const offset of ['%2B03:00', '%2B0300', '+03:00', '+0300']) {
      const second = `2031-03-03T23:30:05${offset}`
      expect(await found(second, second)).toBe(1)
    }
    expect(await found('2031-03-03T15:30:05-05:00', '2031-03-03T15:30:05-0500')).toBe(1)
    expect(await found('2031-03-03T15:30:06-05:00', '2031-03-03T23:59:59-0500')).toBe(0)
    expect(await found('', '')).toBe(1)
    expect(await found('2031-03-04', '2031-03-03')).toBe(0)
  })

  it('come a hundred on a page, a thousand on ten', async () => {
    await crowd(1000)
    const ids: number[] = []
    for (let page = 1; page <= 10; page++) {
      const { body } = await get(`/projects?site_id=${world.siteId}&page=${page}`)
      expect(body).toMatchObject({ last_page: 10, total: 10, current_page: page, total_items: 1000 })
      ids.push(...body.data.projects.map(({ id }: { id: number }) => id))
    }
    expect(new Set(ids).size).toBe(1000)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    const { body } = await get(`/projects?site_id=${world.siteId}&page=11`)
    expect(body.data.projects).toEqual([])
  })

  it.each([
    ['no site', '', 'site_id'],
    ['page 0', '&page=0', 'page'],
    ['a day that is none', '&date_start=2031-02-30', 'date_start'],
    ['a page beyond what is counted', '&page=101', 'page'],
  ])('with %s are refused, and the field is named', async (_, more, field) => {
    const { status, body } = await get(`/projects?${more && `site_id=${world.siteId}`}${more}`)
    expect(status).toBe(422)
    expect(body).toEqual({
      message: 'The given data was invalid.',
      errors: { [field]: [expect.any(String)] },
    })
  })

  it('asked for with an empty parameter are asked for without it', async () => {
    await leave()
    const { body } = await get(`/projects?site_id=${world.siteId}&date_start=&date_end=&page=`)
    expect(body).toMatchObject({ current_page: 1, total_items: 1 })
    const errors = async (siteId: string) => (await get(`/projects?site_id=${siteId}`)).body.errors
    expect(await errors('')).toEqual({ site_id: ['Site id is required'] })
    expect(await errors('0')).toEqual({ site_id: ['More than 0'] })
  })

  it('asked for with nonsense are found, not found or refused, and break nothing', async () => {
    const nonsense = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.integer().map(String),
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constantFrom('2031-03-03', '0000-01-01', '9999-12-31T23:59:59.999999+14:00', '', 'null', '[]'),
    )
    const requests = fc.record({
      site_id: nonsense,
      date_start: nonsense,
      date_end: nonsense,
      page: nonsense,
    })
    for (const asked of fc.sample(requests, { numRuns: 200, seed: 7 })) {
      for (const own of [{}, { site_id: String(world.siteId), page: '1' }]) {
        const parameters = new URLSearchParams({ ...asked, ...own }).toString()
        const { status, body } = await get(`/projects?${parameters}`)
        expect([parameters, [200, 404, 422, 429].includes(status)]).toEqual([parameters, true])
        if (status === 422) expect(Object.keys(body)).toEqual(['message', 'errors'])
      }
    }
  })

  it('of a site that is not there, or not theirs, are not found', async () => {
    const other = await aWorld()
    for (const siteId of [12345, other.siteId]) {
      const { status, body } = await get(`/projects?site_id=${siteId}`)
      expect([status, body]).toEqual([404, { message: 'Site not found' }])
    }
  })

  it('say all that is known of where they came from', async () => {
    setClock(Date.UTC(2031, 2, 3, 21, 4, 48))
    const id = await leave({
      phone: '+7 (999) 999-99-99',
      visitId: '5F1363CC9EAFB805EA197733',
      clientId: '4602617',
      callDurationSeconds: 15,
      recordingUrl: 'https://audio.example.ru/b039d5a7.mp3',
      channel: 'Google',
      traffic: 'google',
    })
    const { status, body } = await get(`/project/${id}?site_id=${world.siteId}`)
    expect([status, body]).toEqual([
      200,
      {
        data: {
          id,
          neiros_visit: '5f1363cc9eafb805ea197733',
          neiros_id: '4602617',
          created_at: '2031-03-03T21:04:48.000000Z',
          phone: '79999999999',
          duration: 15,
          record: 'https://audio.example.ru/b039d5a7.mp3',
          canal: 'Google',
          traffic: 'google',
          summ: 0,
          status: 'Неразобранное',
        },
      },
    ])
  })

  it('of a visit that nobody counted have one made for them', async () => {
    const id = await leave()
    const { body } = await get(`/project/${id}?site_id=${world.siteId}`)
    expect(body.data.neiros_visit).toMatch(/^[\da-f]{24}$/)
    expect(body.data).toMatchObject({
      neiros_id: String(id),
      phone: null,
      duration: 0,
      record: null,
      canal: null,
    })
  })

  it('are not found by another site, or in another business', async () => {
    const sibling = newId(monday)
    await write(aSite({ id: sibling, businessId: world.businessId }))
    const id = await leave()
    const stranger = await aToken((await aWorld()).owner)
    const path = `${at}/project/${id}`
    for (const asked of [
      get(`/project/${id}?site_id=${sibling}`),
      get(`/project/1?site_id=${world.siteId}`),
    ]) {
      expect([(await asked).status, (await asked).body]).toEqual([404, { message: 'Lead not found' }])
    }
    const theirs = await call('GET', `${path}?site_id=${world.siteId}`, { token: stranger.token })
    expect(theirs.status).toBe(404)
    const body = { site_id: world.siteId, summ: 1 }
    expect((await call('POST', `${path}/update`, { token: stranger.token, body })).status).toBe(404)
    const wrong = { site_id: sibling, summ: 1 }
    expect((await call('POST', `${path}/update`, { token, body: wrong })).status).toBe(404)
    expect(await query('select summMinor from leads where id = ?', id)).toEqual([{ summMinor: 0 }])
  })

  it('are worth what somebody says, in whole units', async () => {
    const id = await leave()
    const member = await aToken(await aMember(world, 'staff'))
    const update = (body: object) => call('POST', `${at}/project/${id}/update`, { token: member.token, body })
    const said = await update({ site_id: world.siteId, summ: 1500 })
    expect([said.status, said.body]).toEqual([200, { success: true }])
    expect((await get(`/project/${id}?site_id=${world.siteId}`)).body.data.summ).toBe(1500)
    await update({ site_id: String(world.siteId), summ: '19.99' })
    expect((await get(`/project/${id}?site_id=${world.siteId}`)).body.data.summ).toBe(19.99)
    for (const summ of [-1, 'much', null]) {
      const refused = await update({ site_id: world.siteId, summ })
      expect([refused.status, Object.keys(refused.body.errors)]).toEqual([422, ['summ']])
    }
  })
})

describe('the waits of a request', () => {
  let last: Counted
  const counting = async (method: string, path: string, body?: object) => {
    const fetcher = async (request: Request) => (last = await counted(request)).response
    const answer = await call(method, `${at}${path}`, { token, body, fetcher })
    return { ...last, answer }
  }

  it('are one for a deal and for all deals, one more for those of some days or of unnamed businesses', async () => {
    const id = await leave()
    await get('/sites')
    expect((await counting('GET', `/project/${id}?site_id=${world.siteId}`)).steps).toBe(1)
    expect((await counting('GET', `/projects?site_id=${world.siteId}`)).steps).toBe(1)
    expect((await counting('GET', `/projects?site_id=${world.siteId}&date_start=2031-03-03`)).steps).toBe(2)
    expect((await counting('GET', '/sites')).steps).toBe(2)
    expect((await counting('POST', `/project/${id}/update`, { site_id: world.siteId, summ: 1 })).steps).toBe(
      2,
    )
  })

  it('are for no more rows, however many deals there are', async () => {
    await crowd(1000)
    await get('/sites')
    const path = `/projects?site_id=${world.siteId}&date_start=2031-03-03&date_end=2031-03-03T11:30:00`
    const few = (await counting('GET', path)).rowsRead
    const sibling = newId(monday)
    await write(aSite({ id: sibling, businessId: world.businessId }))
    await crowd(20_000, sibling)
    expect((await counting('GET', path)).rowsRead).toBe(few)
    const all = await counting('GET', `/projects?site_id=${sibling}&page=100`)
    expect(all.answer.body).toMatchObject({
      total: 100,
      total_items: 10_000,
      total_is_lower_bound: true,
    })
    expect(all.rowsRead).toBeLessThan(21_000)
  })
})

it('a time that is near the end of a day belongs to it', async () => {
  setClock(monday + minutes)
  await leave()
  const { body } = await get(`/projects?site_id=${world.siteId}&date_end=2031-03-03`)
  expect(body.total_items).toBe(1)
})
