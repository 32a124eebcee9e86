import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { businessSearch } from '#db/business-listings.ts'
import type { BusinessSort } from '#db/business-listings.ts'
import { inserting } from '#db/database.ts'
import { members } from '#db/members.ts'
import type { Person } from '../../world.ts'
import { aPerson, aWorld, call, iso, monday, query, setClock, write } from '../../world.ts'

beforeEach(() => setClock())

const details = {
  name: 'Studio Nord',
  category: 'Hairdresser ',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  address: { street: 'Torstraße 1', city: 'Berlin', postalCode: '10119', country: 'de' },
}

let count = 0
/** A category that no other test uses, so that each has its own list. */
const aCategory = () => `category ${(count += 1)}`

async function open(person: Person, more: object = {}) {
  const { status, body } = await call('POST', '/api/businesses', {
    token: person.token,
    body: { ...details, ...more },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

async function found(search: Record<string, string | number>, token?: string) {
  const parameters = new URLSearchParams(Object.entries(search).map(([key, value]) => [key, String(value)]))
  const { status, body } = await call('GET', `/api/businesses?${parameters.toString()}`, { token })
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const names = (list: { businesses: { name: string }[] }) => list.businesses.map(({ name }) => name)

/** Follows the cursor to the end. */
async function all(search: Record<string, string | number>): Promise<string[]> {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const list = await found({ ...search, ...(cursor && { cursor }) })
    seen.push(...names(list))
    cursor = list.nextCursor
  } while (cursor)
  return seen
}

/** Many businesses at once, each a tenth of a minute east of the one before. */
async function crowd(size: number, category: string): Promise<void> {
  const { id } = await aPerson()
  const [{ last } = { last: 0 }] = await query<{ last: number }>(
    'select coalesce(max("id"), 0) as "last" from "businessListings"',
  )
  await query(
    `insert into "businessListings" ("id", "ownerId", "planId", "slug", "name", "category", "timeZone", "currency", "city", "cityKey",
       "latitude", "longitude", "latitudeBand", "ratingSum", "ratingCount", "active", "createdAt", "updatedAt")
     with recursive "numbers" ("n") as (select 1 union all select "n" + 1 from "numbers" where "n" < ?1)
     select ?4 + "n", ?2, 'premium', 'crowded-' || (?4 + "n"), 'Crowded ' || "n", ?3, 'UTC', 'EUR', 'Crowdville', 'crowdville',
       10.05, "n" / 60000.0, 100, "n" % 5, 1, 1, 1, 1 from "numbers"`,
    size,
    id,
    category,
    last,
  )
}

describe('opening a business', () => {
  it('makes it the caller’s own, with a branch on its clock', async () => {
    const owner = await aPerson()
    const business = await open(owner, {
      description: 'Cuts',
      website: 'https://nord.example',
      location: { lat: 52.53, lng: 13.4 },
    })
    expect(business).toEqual({
      id: expect.any(Number),
      slug: 'studio-nord',
      name: 'Studio Nord',
      category: 'hairdresser',
      description: 'Cuts',
      email: null,
      phone: null,
      website: 'https://nord.example/',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      address: { street: 'Torstraße 1', city: 'Berlin', region: null, postalCode: '10119', country: 'DE' },
      location: { lat: 52.53, lng: 13.4 },
      rating: { average: null, count: 0 },
      active: true,
      createdAt: iso(monday),
      updatedAt: iso(monday),
    })
    expect(
      await query('select "timeZone", "isDefault" from "branches" where "businessId" = ?', business.id),
    ).toEqual([{ timeZone: 'Europe/Berlin', isDefault: 1 }])
    const own = await call('GET', '/api/businesses/my-businesses', { token: owner.token })
    expect(own.body).toMatchObject({
      total: 1,
      nextCursor: null,
      businesses: [{ id: business.id, role: 'owner' }],
    })
  })

  it('ten times is enough for one account, also when all are opened at once', async () => {
    const { token } = await aPerson()
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => call('POST', '/api/businesses', { token, body: details })),
    )
    const refused = answers.filter(({ status }) => status !== 201)
    expect(refused.map(({ status, body }) => [status, body.code, body.error])).toEqual([
      [409, 'business.too_many', 'Maximum 10 businesses'],
      [409, 'business.too_many', 'Maximum 10 businesses'],
    ])
    await open(await aPerson())
  })

  it('gives every business a slug of its own, in ASCII', async () => {
    const owner = await aPerson()
    const slugs = []
    for (const name of ['Café Größe', 'Cafe grosse!', '初音', '12345', 'My Businesses']) {
      slugs.push((await open(owner, { name })).slug)
    }
    expect(slugs[0]).toBe('cafe-grosse')
    expect(slugs[1]).toMatch(/^cafe-grosse-\w{5}$/)
    expect(slugs[2]).toMatch(/^business-\w{5}$/)
    expect(slugs[3]).toMatch(/^12345-\w{5}$/)
    expect(slugs[4]).toMatch(/^my-businesses-\w{5}$/)
  })

  it('gives one name to many at once, each under its own slug', async () => {
    const owner = await aPerson()
    const opened = await Promise.all(Array.from({ length: 8 }, () => open(owner, { name: 'Rush Hour' })))
    const slugs = opened.map(({ slug }) => slug)
    expect(new Set(slugs).size).toBe(8)
    expect(slugs).toContain('rush-hour')
  })

  it('gives the same answer to the same request twice, and one business', async () => {
    const owner = await aPerson()
    const request = { token: owner.token, body: details, headers: { 'Idempotency-Key': 'once' } }
    const first = await call('POST', '/api/businesses', request)
    const again = await call('POST', '/api/businesses', request)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(again.text).toBe(first.text)
    expect(await query('select "id" from "businessListings" where "ownerId" = ?', owner.id)).toHaveLength(1)
  })

  it('needs an account that still is one', async () => {
    expect((await call('POST', '/api/businesses', { body: details })).status).toBe(401)
    const gone = await aPerson()
    await query('update "accounts" set "email" = null, "erasedAt" = 1 where "id" = ?', gone.id)
    const { status, body } = await call('POST', '/api/businesses', { token: gone.token, body: details })
    expect([status, body.code]).toEqual([401, 'auth.invalid_token'])
  })

  it('says what is wrong with each field', async () => {
    const { token } = await aPerson()
    const body = {
      name: ' ',
      category: 'x'.repeat(51),
      timeZone: 'Mars/Olympus',
      currency: 'EURO',
      address: { country: 'UK', planet: 'Mars' },
      location: { lat: 91, lng: 0 },
      website: 'javascript:alert(1)',
      owner: 5,
    }
    const answer = await call('POST', '/api/businesses', { token, body })
    expect(answer.status).toBe(422)
    expect(answer.body.error).toBe('Validation failed')
    expect(answer.body.errors).toEqual(
      expect.arrayContaining([
        { field: 'name', message: 'Name is required' },
        { field: 'category', message: 'Maximum 50 characters' },
        { field: 'timeZone', message: 'Time zone must be an IANA time zone' },
        { field: 'currency', message: 'Currency must be an ISO 4217 code' },
        { field: 'address.city', message: 'City is required' },
        { field: 'address.country', message: 'Country must be an ISO 3166 alpha-2 code' },
        { field: 'address.planet', message: 'Planet is not a known field' },
        { field: 'location.lat', message: 'Maximum 90' },
        { field: 'website', message: 'Website must be an http or https address' },
        { field: 'owner', message: 'Owner is not a known field' },
      ]),
    )
  })
})

describe('a business', () => {
  it('is found by id and by slug, by everybody', async () => {
    const business = await open(await aPerson(), { name: 'Zum Löwen' })
    const byId = await call('GET', `/api/businesses/${business.id}`)
    const bySlug = await call('GET', '/api/businesses/Zum-Lowen')
    expect([byId.status, bySlug.status]).toEqual([200, 200])
    expect(byId.body).toEqual(business)
    expect(bySlug.body).toEqual(business)
    for (const path of ['nowhere', '1', '99999999999999999999', '%00']) {
      expect((await call('GET', `/api/businesses/${path}`)).status, path).toBe(404)
    }
  })

  it('that is closed down is there for its members only', async () => {
    const owner = await aPerson()
    const category = aCategory()
    const { id } = await open(owner, { category })
    const closed = await call('PATCH', `/api/businesses/${id}`, {
      token: owner.token,
      body: { active: false },
    })
    expect(closed.body.active).toBe(false)
    expect((await call('GET', `/api/businesses/${id}`)).status).toBe(404)
    expect((await call('GET', `/api/businesses/${id}`, { token: (await aPerson()).token })).status).toBe(404)
    expect((await call('GET', `/api/businesses/${id}`, { token: owner.token })).status).toBe(200)
    expect((await found({ category }, owner.token)).total).toBe(0)
    await call('PATCH', `/api/businesses/${id}`, { token: owner.token, body: { active: true } })
    expect((await found({ category })).total).toBe(1)
  })

  it('is known to its own bookings as it presents itself, also once it has changed', async () => {
    const owner = await aPerson()
    const { id } = await open(owner)
    const known = 'select "timeZone", "currency", "active", "createdAt", "updatedAt" from'
    const both = async () => [
      await query(`${known} "businesses" where "id" = ?`, id),
      await query(`${known} "businessListings" where "id" = ?`, id),
    ]
    const [own, listed] = await both()
    expect(own).toEqual(listed)
    vi.setSystemTime(monday + 1000)
    const body = { timeZone: 'Asia/Tokyo', currency: 'JPY', active: false }
    await call('PATCH', `/api/businesses/${id}`, { token: owner.token, body })
    const changed = { ...body, active: 0, createdAt: monday, updatedAt: monday + 1000 }
    expect(await both()).toEqual([[changed], [changed]])
  })

  it('is changed by its owner alone', async () => {
    const [owner, colleague, stranger] = [await aPerson(), await aPerson(), await aPerson()]
    const { id, slug } = await open(owner, { location: { lat: 1, lng: 2 } })
    await write(
      inserting(members)({
        businessId: id,
        accountId: colleague.id,
        role: 'staff',
        resourceId: null,
        createdAt: 1,
      }),
    )
    const path = `/api/businesses/${id}`
    const body = {
      name: 'New name',
      timeZone: 'Asia/Tokyo',
      location: null,
      address: { city: 'Tokyo', country: 'jp' },
    }
    setClock(monday + 1000)
    const changed = await call('PATCH', path, { token: owner.token, body })
    expect(changed.body).toMatchObject({
      slug,
      name: 'New name',
      location: null,
      address: { street: null, city: 'Tokyo', region: null, postalCode: null, country: 'JP' },
      updatedAt: iso(monday + 1000),
    })
    expect((await call('GET', path)).body).toEqual(changed.body)
    expect(await query('select "timeZone" from "branches" where "businessId" = ?', id)).toEqual([
      { timeZone: 'Asia/Tokyo' },
    ])

    const refusals = [
      await call('PATCH', path, { token: colleague.token, body }),
      await call('PATCH', path, { token: stranger.token, body }),
      await call('PATCH', path, { body }),
      await call('PATCH', path, { token: owner.token, body: {} }),
      await call('PATCH', '/api/businesses/x', { token: owner.token, body }),
    ]
    expect(refusals.map(({ status, body: { code } }) => [status, code])).toEqual([
      [403, 'business.owner_only'],
      [404, 'business.not_found'],
      [401, 'auth.required'],
      [422, 'request.validation_failed'],
      [404, 'business.not_found'],
    ])
    const own = await call('GET', '/api/businesses/my-businesses', { token: colleague.token })
    expect(own.body.businesses).toMatchObject([{ id, role: 'staff' }])
  })

  it('has a website as a browser writes it, with nobody’s user name in it', async () => {
    const owner = await aPerson()
    const { id } = await open(owner)
    const change = async (website: string) => {
      const answer = await call('PATCH', `/api/businesses/${id}`, { token: owner.token, body: { website } })
      return answer.status === 200 ? answer.body.website : answer.body.errors[0].message
    }
    expect(await change(' HTTPS://Nord.Example:443/a/../b ')).toBe('https://nord.example/b')
    expect(await change('https://nord.example/"><script>')).toBe('https://nord.example/%22%3E%3Cscript%3E')
    expect(await change('https://nörd.example')).toBe('https://xn--nrd-sna.example/')
    for (const website of [
      'https://user:secret@nord.example',
      'javascript:alert(1)',
      'ftp://nord.example',
      'nord.example',
      `https://nord.example/${'ö'.repeat(200)}`,
    ]) {
      expect(await change(website)).toBe('Website must be an http or https address')
    }
  })

  it('keeps its currency while services are priced in it', async () => {
    const { businessId, serviceId, owner } = await aWorld()
    const change = () => {
      return call('PATCH', `/api/businesses/${businessId}`, { token: owner.token, body: { currency: 'CHF' } })
    }
    const refused = await change()
    expect([refused.status, refused.body.code]).toEqual([409, 'business.has_services'])
    await call('DELETE', `/api/services/${serviceId}`, { token: owner.token })
    expect((await change()).body.currency).toBe('CHF')
  })
})

describe('looking for a business', () => {
  const berlin = { lat: 52.52, lng: 13.405 }

  it('lists the nearest first, with the distance', async () => {
    const owner = await aPerson()
    const category = aCategory()
    const at = (name: string, lat: number, lng: number) =>
      open(owner, { name, category, location: { lat, lng } })
    await at('Hamburg', 53.5511, 9.9937)
    await at('Mitte', 52.52, 13.405)
    await at('Potsdam', 52.3906, 13.0645)
    await open(owner, { name: 'Nowhere', category })

    const nearby = await found({ category, ...berlin, radiusKm: 200 })
    expect(names(nearby)).toEqual(['Mitte', 'Potsdam'])
    expect(nearby.businesses[0].distanceKm).toBe(0)
    expect(nearby.businesses[1].distanceKm).toBeCloseTo(27.15, 1)
    expect(nearby.total).toBe(2)
    expect(names(await found({ category, ...berlin }))).toEqual(['Mitte'])
    expect(names(await found({ category, lat: 53, lng: 12, radiusKm: 200, sort: 'name' }))).toEqual([
      'Hamburg',
      'Mitte',
      'Potsdam',
    ])
    expect((await found({ category, sort: 'name' })).businesses[0]).not.toHaveProperty('distanceKm')
  })

  it('sees across the 180th meridian and over the poles', async () => {
    const owner = await aPerson()
    const category = aCategory()
    const at = (name: string, lat: number, lng: number) =>
      open(owner, { name, category, location: { lat, lng } })
    await at('Taveuni west', -16.8, 179.95)
    await at('Taveuni east', -16.8, -179.95)
    await at('On the line', -16.8, 180)
    await at('North Pole', 90, 0)
    await at('Beyond the pole', 89.9, 170)
    await at('South Pole', -90, 77)

    const fiji = await found({ category, lat: -16.8, lng: 179.96 })
    expect(names(fiji)).toEqual(['Taveuni west', 'On the line', 'Taveuni east'])
    expect(fiji.businesses[2].distanceKm).toBeCloseTo(9.58, 1)
    expect(names(await found({ category, lat: -16.8, lng: -179.96 }))).toEqual([
      'Taveuni east',
      'On the line',
      'Taveuni west',
    ])
    expect(names(await found({ category, lat: -16.8, lng: -180, radiusKm: 1 }))).toEqual(['On the line'])
    expect(names(await found({ category, lat: 89.95, lng: -10 }))).toEqual(['North Pole', 'Beyond the pole'])
    expect(names(await found({ category, lat: -90, lng: -120, radiusKm: 1 }))).toEqual(['South Pole'])
  })

  it('finds every word as the beginning of one, however it is written', async () => {
    const owner = await aPerson()
    const category = aCategory()
    await open(owner, { name: 'Crème Brûlée', category, description: 'Desserts for the brave' })
    await open(owner, { name: 'Brulee & Sons', category })
    const search = async (q: string) => names(await found({ category, q, sort: 'name' }))
    expect(await search('brul')).toEqual(['Brulee & Sons', 'Crème Brûlée'])
    expect(await search('BRÛ cre')).toEqual(['Crème Brûlée'])
    expect(await search('brave brulee')).toEqual(['Crème Brûlée'])
    expect(await search('brulee-sons')).toEqual(['Brulee & Sons'])
    expect(await search('rulee')).toEqual([])
    expect(await search('  ')).toEqual(['Brulee & Sons', 'Crème Brûlée'])
  })

  it('follows a business that changes its name', async () => {
    const owner = await aPerson()
    const { id } = await open(owner, { name: 'Oldentimes' })
    await call('PATCH', `/api/businesses/${id}`, { token: owner.token, body: { name: 'Newentimes' } })
    expect((await found({ q: 'oldentimes' })).total).toBe(0)
    expect((await found({ q: 'newentimes' })).total).toBe(1)
  })

  it('is not confused by what looks like syntax, or like nothing', async () => {
    const { token } = await aPerson()
    const odd = String.raw`" "" ' * - + ^x x* ( ) \ % _ {name}:x NOT NEAR(a ﷺ 0x 1e9 ; --`.split(' ')
    odd.push('a AND', 'OR b', 'name : x', '"a" OR "b"', 'a\u0000b', '\u0000', '\u{1F600}', '\u0301', '\uFFFD')
    odd.push('\u{E0001}', '\u202Ea', 'x'.repeat(200), 'ä'.repeat(50), 'a '.repeat(100))
    for (const q of odd) expect((await found({ q, category: 'none at all' }, token)).total, q).toBe(0)
  })

  it('narrows by city and rating, and sorts by name, rating and age', async () => {
    const owner = await aPerson()
    const category = aCategory()
    const rated = async (name: string, sum: number, ratings: number, city = 'Köln') => {
      const { id } = await open(owner, { name, category, address: { city, country: 'DE' } })
      await query(
        'update "businessListings" set "ratingSum" = ?, "ratingCount" = ? where "id" = ?',
        sum,
        ratings,
        id,
      )
    }
    await rated('bravo', 9, 2)
    await rated('Alpha', 0, 0)
    await rated('charlie', 15, 3, ' KÖLN ')
    await rated('delta', 5, 1, 'Bonn')
    expect(names(await found({ category, sort: 'name' }))).toEqual(['Alpha', 'bravo', 'charlie', 'delta'])
    expect(names(await found({ category, sort: 'rating' }))).toEqual(['delta', 'charlie', 'bravo', 'Alpha'])
    expect(names(await found({ category }))).toEqual(['delta', 'charlie', 'Alpha', 'bravo'])
    expect(names(await found({ category, city: 'köln', minRating: 4.5 }))).toEqual(['charlie', 'bravo'])
    expect((await found({ category, minRating: 4.51 })).businesses[0].rating).toEqual({
      average: 5,
      count: 1,
    })
  })

  it.each<[BusinessSort, object]>([
    ['name', {}],
    ['rating', {}],
    ['newest', {}],
    ['distance', { lat: 10.05, lng: 0, radiusKm: 50 }],
  ])('goes through the whole list by cursor and by page, sorted by %s', async (sort, place) => {
    const category = aCategory()
    await crowd(23, category)
    const search = { category, sort, limit: 5, ...place }
    const pages: string[] = []
    for (const page of [1, 2, 3, 4, 5]) pages.push(...names(await found({ ...search, page })))
    expect(new Set(pages).size).toBe(23)
    expect(await all(search)).toEqual(pages)
    expect(await found({ ...search, page: 6 })).toMatchObject({
      businesses: [],
      total: 23,
      page: 6,
      limit: 5,
      nextCursor: null,
    })
  })

  it('takes no cursor but its own', async () => {
    for (const cursor of ['x', 'W10', Buffer.from('{"a":1}').toString('base64url')]) {
      expect((await call('GET', `/api/businesses?cursor=${cursor}`)).status).toBe(400)
    }
  })

  it.each([
    'lat=1',
    'lng=1',
    'lat=91&lng=0',
    'lat=0&lng=181',
    'lat=x&lng=0',
    'lat=0&lng=0&radiusKm=201',
    'lat=0&lng=0&radiusKm=0',
    'radiusKm=5',
    'sort=distance',
    'sort=price',
    'minRating=6',
    'limit=101',
    'page=0',
    'colour=red',
    'category=',
    `q=${'x'.repeat(201)}`,
  ])('refuses ?%s', async (search) => {
    const { status, body } = await call('GET', `/api/businesses?${search}`)
    expect([status, body.code]).toEqual([400, 'request.invalid'])
    expect(body.errors[0].message).toEqual(expect.any(String))
  })

  it('reads no more among many than it counts, and counts no further than a thousand', async () => {
    const place = { latitude: 10.05, longitude: 0, radiusKm: 200, cells: '[[100,-2,2]]' }
    const searches = [
      { sort: 'newest' },
      { sort: 'name' },
      { sort: 'rating', category: 'a crowd' },
      { sort: 'newest', cityKey: 'crowdville', minRating: 5 },
      { sort: 'name', match: '"crowded"*' },
      { sort: 'distance', near: place },
    ] as const
    const rowsRead = async (countUpTo: number) => {
      const read: number[] = []
      for (const search of searches) {
        const { found, count } = businessSearch(search, { page: 1, limit: 20 }, countUpTo)
        for (const { text, values } of [found, count]) {
          read.push(
            (
              await env.DB.prepare(text)
                .bind(...values)
                .all()
            ).meta.rows_read,
          )
        }
      }
      return read
    }
    await crowd(1000, 'a crowd')
    const few = await rowsRead(100)
    await crowd(4000, 'a crowd')
    expect(await rowsRead(100)).toEqual(few)
    // Each candidate in its index, in the table, and in the sorter.
    expect(Math.max(...few)).toBeLessThanOrEqual(3 * 101 + 100)
    // The newest: what is on the page and one more, each in its index and in the table.
    expect(few[0]).toBeLessThanOrEqual(2 * 21)

    await crowd(6000, 'a crowd')
    const list = await found({ q: 'crowded', limit: 1 })
    expect(list).toMatchObject({ total: 1000, totalIsLowerBound: true })
    // Few fit of those that were looked at; of the others, nobody knows.
    expect(await found({ q: 'crowded', category: 'no crowd' })).toMatchObject({
      total: 0,
      totalIsLowerBound: true,
    })
    const older = await found({ q: 'crowded', limit: 1, cursor: list.nextCursor })
    expect(older.businesses[0].id).toBe(list.businesses[0].id - 1)
  })
})
