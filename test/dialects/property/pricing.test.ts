import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { insertRate, plainRate } from '#db/rates.ts'
import { newId } from '#domain/identifiers.ts'
import { forgetOldPrices } from '#domain/rates/forget-old-prices.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'
import { counted } from '../../round-trips.ts'
import { aKey, aWorld, call, contextOf, minutes, monday, query, setClock, write } from '../../world.ts'
import type { World } from '../../world.ts'
import { ask } from './ask.ts'

let world: World
let key: string
let rateId: number
let roomId: number
let begun = 0
beforeEach(async () => {
  // Each in a minute of its own, and so with ids of its own.
  setClock(monday + begun++ * minutes)
  world = await aWorld({ timeZone: 'Europe/Berlin', staff: 0 })
  key = (await aKey(world)).key
  rateId = await aRate()
  roomId = await aRoom()
})

async function made(path: string, body: object) {
  const answer = await ask(key, 'POST', path, { body })
  expect([answer.status, answer.body.errors]).toEqual([201, undefined])
  return answer.body.data
}
const aRate = async (details: object = {}): Promise<number> =>
  (await made('/rates', { name: 'Flexible', ...details })).rateId
const aRoom = async (details: object = {}): Promise<number> =>
  (await made('/rooms', { name: 'Room 12', persons: 2, ...details })).roomId
const aType = async (): Promise<number> => (await made('/room-types', { type: 'VILLA' })).roomTypeId

const week = { from: '2031-03-03', to: '2031-03-09' }
const post = (...prices: object[]) => ask(key, 'POST', '/pricing', { body: { prices } })
const entry = (details: object = {}) => ({ roomId, rateId, ...week, basePrice: 120, ...details })
async function priced(...prices: object[]) {
  const answer = await post(...prices)
  expect([answer.status, answer.body.errors]).toEqual([200, undefined])
  return answer.body.data
}
const get = (more: object = {}) => ask(key, 'GET', '/pricing', { query: { ...week, ...more } })
const shown = async (more: object = {}) => {
  const { status, body } = await get(more)
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data
}
/** What an entry says, in short. */
const inShort = (
  entries: {
    roomId: number | null
    typeId: number | null
    rate: { rateId: number }
    prices: { basePrice: number }[]
  }[],
) =>
  entries.map((one) => [
    one.roomId ?? one.typeId,
    one.rate.rateId,
    one.prices.map(({ basePrice }) => basePrice),
  ])

const free = {
  minStay: null,
  maxStay: null,
  closed: 0,
  availArrival: 1,
  availDeparture: 1,
  minAdvanceRes: null,
  maxAdvanceRes: null,
}

describe('prices that are set', () => {
  it('are shown by the night, both ends included, as the answer to setting them shows them', async () => {
    const restrictions = {
      minStay: 2,
      maxStay: 14,
      closed: 0,
      availArrival: 0,
      availDeparture: 1,
      minAdvanceRes: 1,
      maxAdvanceRes: 365,
    }
    const derivedPrices = [
      { persons: 1, price: 99.5 },
      { persons: 3, percentage: 33.33, additional: 0.01 },
    ]
    const answer = await post(entry({ to: '2031-03-04', basePrice: 120.05, restrictions, derivedPrices }))
    const rate = (await ask(key, 'GET', `/rates/${rateId}`)).body.data
    const night = {
      basePrice: 120.05,
      restrictions,
      derivedPrices: [
        { persons: 1, price: 99.5 },
        { persons: 3, price: 160.07 },
      ],
    }
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      data: [
        {
          roomId,
          typeId: null,
          rate: { ...rate, percentage: null },
          prices: [
            { date: '2031-03-03', ...night },
            { date: '2031-03-04', ...night },
          ],
        },
      ],
      meta: { ruid: expect.any(String) },
    })
    expect(await shown()).toEqual(answer.body.data)
  })

  it('are kept in whole units of the business’s currency', async () => {
    await query(`update businesses set currency = 'JPY' where id = ?`, world.businessId)
    const [{ prices }] = await priced(
      entry({ to: week.from, basePrice: 12_000, derivedPrices: [{ persons: 1, percentage: -33.33 }] }),
    )
    expect([prices[0].basePrice, prices[0].derivedPrices]).toEqual([12_000, [{ persons: 1, price: 8_000 }]])
  })

  it('hold the business to its currency, as long as there are any', async () => {
    await query('update services set "archivedAt" = 1')
    await priced(entry({ to: week.from }))
    const change = () =>
      call('PATCH', `/api/businesses/${world.businessId}`, {
        token: world.owner.token,
        body: { currency: 'CHF' },
      })
    expect((await change()).body.code).toBe('business.has_services')
    await ask(key, 'DELETE', `/rates/${rateId}`)
    expect((await change()).body.currency).toBe('CHF')
  })

  it('are forgotten long after the night', async () => {
    await priced(entry({ to: '2031-03-04' }))
    setClock(Date.UTC(2032, 3, 7, 1))
    expect(await forgetOldPrices(contextOf())).toBe(false)
    expect(inShort(await shown())).toEqual([[roomId, rateId, [120]]])
    setClock(Date.UTC(2032, 3, 8, 1))
    expect(await forgetOldPrices(contextOf(), 1)).toBe(true)
    expect(await forgetOldPrices(contextOf())).toBe(false)
    expect(await shown()).toEqual([])
  })

  it('have nights by the calendar, also where clocks change', async () => {
    for (const change of ['2031-03-30', '2031-10-26']) {
      const span = { from: addDays(change, -1), to: addDays(change, 1) }
      await priced(entry(span))
      const [{ prices }] = await shown(span)
      expect(prices.map(({ date }: { date: string }) => date)).toEqual([span.from, change, span.to])
    }
  })

  it('may say less: restrictions and prices by persons stay until they are replaced', async () => {
    await priced(
      entry({ restrictions: { closed: 1, minStay: 3 }, derivedPrices: [{ persons: 1, price: 90 }] }),
    )
    const [cheaper] = await priced(entry({ to: week.from, basePrice: 100 }))
    const kept = {
      restrictions: { ...free, closed: 1, minStay: 3 },
      derivedPrices: [{ persons: 1, price: 90 }],
    }
    expect(cheaper.prices).toEqual([{ date: week.from, basePrice: 100, ...kept }])
    const [open] = await priced(entry({ restrictions: {}, derivedPrices: [] }))
    expect(open.prices[0]).toEqual({ date: week.from, basePrice: 120, restrictions: free, derivedPrices: [] })
    expect(await shown()).toEqual([open])
  })

  it('are the later ones where entries overlap', async () => {
    const [list] = await priced(
      entry({ restrictions: { closed: 1 } }),
      entry({ from: '2031-03-05', to: '2031-03-06', basePrice: 200 }),
    )
    expect(list.prices.map(({ basePrice }: { basePrice: number }) => basePrice)).toEqual([
      120, 120, 200, 200, 120, 120, 120,
    ])
    expect(
      list.prices.every(
        ({ restrictions }: { restrictions: { closed: number } }) => restrictions.closed === 1,
      ),
    ).toBe(true)
    expect(await shown()).toEqual([list])
  })

  it('are set once under an Idempotency-Key', async () => {
    const once = () =>
      ask(key, 'POST', '/pricing', { body: { prices: [entry()] }, headers: { 'Idempotency-Key': 'week-10' } })
    const [first, again] = [await once(), await once()]
    expect([again.status, again.text]).toEqual([200, first.text])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
  })
})

describe('prices are refused, all of them', () => {
  it.each<[string, () => object | Promise<object>, string]>([
    ['for an unknown room', () => ({ roomId: 1 }), 'prices.1.roomId'],
    ['for an unknown type', () => ({ roomId: undefined, typeId: 1 }), 'prices.1.typeId'],
    ['at an unknown rate', () => ({ rateId: 1 }), 'prices.1.rateId'],
    ['for neither a room nor a type', () => ({ roomId: undefined }), 'prices.1.roomId'],
    ['for a room and a type', () => ({ typeId: 1 }), 'prices.1.roomId'],
    ['below nothing', () => ({ basePrice: -1 }), 'prices.1.basePrice'],
    ['above all measure', () => ({ basePrice: 9_999_999_999 }), 'prices.1.basePrice'],
    [
      'below nothing for some',
      () => ({ derivedPrices: [{ persons: 1, price: -1 }] }),
      'prices.1.derivedPrices.0.price',
    ],
    [
      'twice for as many',
      () => ({
        derivedPrices: [
          { persons: 1, price: 1 },
          { persons: 1, price: 2 },
        ],
      }),
      'prices.1.derivedPrices',
    ],
    [
      'with a price that is derived, too',
      () => ({ derivedPrices: [{ persons: 1, price: 1, percentage: 2 }] }),
      'prices.1.derivedPrices.0',
    ],
    ['backwards', () => ({ to: '2031-03-02' }), 'prices.1.to'],
    ['for 91 days', () => ({ to: addDays(week.from, 90) }), 'prices.1.to'],
    ['on no date', () => ({ from: '2031-02-29' }), 'prices.1.from'],
    ['with a strange restriction', () => ({ restrictions: { closed: 2 } }), 'prices.1.restrictions.closed'],
    ['with an unknown field', () => ({ price: 1 }), 'prices.1.price'],
    ['where the rate is not sold', async () => ({ rateId: await aRate({ rooms: [] }) }), 'prices.1.roomId'],
  ])('%s', async (_, wrong, field) => {
    const { status, body } = await post(entry(), entry(await wrong()))
    expect([status, Object.keys(body.errors)]).toEqual([422, [field]])
    expect(await shown()).toEqual([])
  })

  it('for more nights than one call may set', async () => {
    const rooms = await Promise.all(Array.from({ length: 27 }, () => aRoom()))
    const quarter = { from: '2031-01-01', to: '2031-03-31' }
    const { status, body } = await post(
      ...rooms.flatMap((one) => [
        entry({ roomId: one, ...quarter }),
        entry({ roomId: one, from: '2031-04-01', to: '2031-04-03' }),
      ]),
    )
    expect([status, Object.keys(body.errors)]).toEqual([422, ['prices']])
  })
})

describe('what is asked for', () => {
  it('is rooms, types or both, and rates', async () => {
    const [typeId, saver, other] = [await aType(), await aRate(), await aRoom()]
    const one = { from: week.from, to: week.from }
    await priced(
      entry(one),
      entry({ ...one, roomId: other, rateId: saver }),
      entry({ ...one, roomId: undefined, typeId }),
    )
    const all = [
      [roomId, rateId, [120]],
      [other, saver, [120]],
      [typeId, rateId, [120]],
    ]
    expect(inShort(await shown())).toEqual(all)
    expect(inShort(await shown({ roomId }))).toEqual([all[0]])
    expect(inShort(await shown({ 'roomId[]': other }))).toEqual([all[1]])
    expect(inShort(await shown({ typeId }))).toEqual([all[2]])
    expect(inShort(await shown({ rateId: saver }))).toEqual([all[1]])
    expect(inShort(await shown({ roomId, typeId }))).toEqual([all[0], all[2]])
    for (const field of ['roomId', 'typeId', 'rateId']) {
      const { status, body } = await get({ [field]: 1 })
      expect([status, Object.keys(body.errors)]).toEqual([422, [field]])
    }
  })

  it('is 90 days at most, both ends included', async () => {
    const quarter = { from: '2031-01-01', to: '2031-03-31' }
    expect((await get(quarter)).status).toBe(200)
    const { status, body } = await get({ ...quarter, to: '2031-04-01' })
    expect([status, Object.keys(body.errors)]).toEqual([422, ['to']])
  })

  it.each<[string, Record<string, string>, number]>([
    ['a day that there is not', { from: '2031-02-29' }, 422],
    ['a span that runs backwards', { to: '2031-03-02' }, 422],
    ['a rate that is no number', { rateId: 'x' }, 422],
    ['an unknown parameter', { room: '1' }, 400],
  ])('is refused with %s', async (_, wrong, expected) => {
    expect((await get(wrong)).status).toBe(expected)
  })

  it('must say from when to when', async () => {
    expect((await ask(key, 'GET', '/pricing', { query: { from: week.from } })).status).toBe(400)
  })
})

describe('a rate derived from another', () => {
  it('costs what that does and what is added, wherever it is sold', async () => {
    const other = await aRoom()
    const saver = await aRate({
      parentRateId: rateId,
      rateRelation: { percentage: -10, additional: 1.5 },
      rooms: [roomId],
    })
    const half = await aRate({ parentRateId: saver, rateRelation: { percentage: -50 } })
    await priced(
      entry({
        to: week.from,
        basePrice: 99.99,
        restrictions: { minStay: 2 },
        derivedPrices: [{ persons: 1, price: 80 }],
      }),
      entry({ to: week.from, roomId: other }),
    )
    const found = await shown()
    expect(inShort(found)).toEqual([
      [roomId, rateId, [99.99]],
      // 89.991, rounded, and 1.50; and half of that, rounded again
      [roomId, saver, [91.49]],
      [roomId, half, [45.75]],
      [other, rateId, [120]],
      [other, half, [54.75]],
    ])
    expect(found[1].rate.percentage).toBe(-10)
    expect(found[1].prices[0]).toMatchObject({
      restrictions: { ...free, minStay: 2 },
      derivedPrices: [{ persons: 1, price: 73.5 }],
    })
    expect(inShort(await shown({ rateId: half, roomId }))).toEqual([[roomId, half, [45.75]]])
  })

  it('costs what was set for itself where something was', async () => {
    const saver = await aRate({ parentRateId: rateId, rateRelation: { percentage: -10 } })
    await priced(entry({ to: '2031-03-04', restrictions: { closed: 1 } }))
    const [own] = await priced(entry({ to: week.from, rateId: saver, basePrice: 50 }))
    expect(own.prices).toEqual([
      { date: week.from, basePrice: 50, restrictions: { ...free, closed: 1 }, derivedPrices: [] },
    ])
    expect(inShort(await shown({ rateId: saver }))).toEqual([[roomId, saver, [50, 108]]])
  })

  it('follows at once when the rate changes', async () => {
    const saver = await aRate({ parentRateId: rateId, rateRelation: { percentage: -10 } })
    await priced(entry({ to: week.from }))
    await ask(key, 'PATCH', `/rates/${saver}`, { body: { rateRelation: { percentage: 10 } } })
    expect(inShort(await shown({ rateId: saver }))).toEqual([[roomId, saver, [132]]])
  })
})

describe('whoever asks only for what is new', () => {
  const seconds = (at: number) => at / 1000

  it('is shown the nights that were edited then or later, and otherwise told that nothing is', async () => {
    const start = Date.now()
    await priced(entry())
    setClock(Date.now() + 10 * minutes)
    await priced(entry({ from: '2031-03-05', to: '2031-03-05', basePrice: 150 }))
    expect(inShort(await shown({ lastEdit: seconds(start) }))[0]![2]).toHaveLength(7)
    expect(inShort(await shown({ lastEdit: seconds(start) + 1 }))).toEqual([[roomId, rateId, [150]]])
    expect(inShort(await shown({ lastEdit: seconds(start + 10 * minutes) }))).toEqual([
      [roomId, rateId, [150]],
    ])
    const { status, text, headers } = await get({ lastEdit: seconds(start + 10 * minutes) + 1 })
    expect([status, text]).toEqual([304, ''])
    expect(headers.get('RUID')).toMatch(/^[\da-f-]{36}$/)
    expect((await get({ lastEdit: 0, rateId: await aRate() })).status).toBe(304)
  })

  it('hears that a relation changed, of the prices that are derived by it', async () => {
    const start = Date.now()
    const saver = await aRate({ parentRateId: rateId, rateRelation: { percentage: -10 } })
    await priced(entry({ to: week.from }))
    setClock(Date.now() + 10 * minutes)
    await ask(key, 'PATCH', `/rates/${saver}`, { body: { rateRelation: { percentage: -20 } } })
    expect(inShort(await shown({ lastEdit: seconds(start) + 1 }))).toEqual([[roomId, saver, [96]]])
  })
})

describe('prices of another business', () => {
  it('are neither seen nor set', async () => {
    await priced(entry())
    const stranger = (await aKey(await aWorld())).key
    const seen = await ask(stranger, 'GET', '/pricing', { query: week })
    expect([seen.status, seen.body.data]).toEqual([200, []])
    const asked = await ask(stranger, 'GET', '/pricing', { query: { ...week, roomId } })
    expect([asked.status, Object.keys(asked.body.errors)]).toEqual([422, ['roomId']])
    const { status, body } = await ask(stranger, 'POST', '/pricing', {
      body: { prices: [entry({ basePrice: 1 })] },
    })
    expect([status, Object.keys(body.errors)]).toEqual([422, ['prices.0.rateId']])
    expect(inShort(await shown())[0]![2]).toEqual(Array.from({ length: 7 }, () => 120))
  })
})

it.each([
  ['GET', 'pricing.read'],
  ['POST', 'pricing.update'],
] as const)('%s takes the scope %s', async (method, scope) => {
  const { key: weak } = await aKey(world, { scopes: ['rates.read'] })
  const input = method === 'GET' ? { query: week } : { body: { prices: [entry()] } }
  const { status, body } = await ask(weak, method, '/pricing', input)
  expect([status, body.detail.includes(scope)]).toEqual([403, true])
})

describe('a year of 50 rooms', () => {
  const year = 365
  const first = '2031-01-01'
  beforeEach(async () => {
    const now = Date.now()
    const rooms = Array.from({ length: 50 }, () => newId(now))
    await write(
      ...rooms.map((id) => ({
        text: `insert into resources (id, businessId, branchId, kind, name, active, createdAt, updatedAt)
          values (?, ?, ?, 'room', 'Room', 1, 1, 1)`,
        values: [id, world.businessId, world.branchId],
      })),
    )
    await env.DB.prepare(
      `insert into nightlyPrices (businessId, rateId, placeKind, placeId, dateOn, basePriceMinor, editedAt)
         with recursive n (n) as (select 0 union all select n + 1 from n where n < ? - 1)
         select ?, ?, 'room', value, date(?, n || ' days'), 10000 + n, ? from json_each(?) cross join n`,
    )
      .bind(year, world.businessId, rateId, first, now, JSON.stringify(rooms))
      .run()
    await write(
      insertRate({
        ...plainRate,
        id: newId(now),
        businessId: world.businessId,
        name: 'Saver',
        parentRateId: rateId,
        basisPoints: -1000,
        createdAt: now,
        updatedAt: now,
      }),
    )
  })

  const read = (search: Record<string, string>) =>
    counted(
      new Request(`https://slotkeeper.test/v1/public/pricing?${new URLSearchParams(search).toString()}`, {
        headers: { Authorization: `Bearer ${key}` },
      }),
    )

  it('is read in one round trip, of which 90 days read those 90 days and nothing else', async () => {
    const { response, steps, rowsRead } = await read({ from: first, to: addDays(first, 89) })
    const { data } = await response.json<{ data: unknown[] }>()
    expect([response.status, steps, data.length]).toEqual([200, 1, 100])
    expect(rowsRead).toBeGreaterThan(50 * 90)
    expect(rowsRead).toBeLessThan(50 * 90 + 600)
    const week10 = await read({ from: '2031-03-03', to: '2031-03-09' })
    expect(week10.rowsRead).toBeLessThan(50 * 7 + 600)
  })

  it('is answered as far as one answer reaches', async () => {
    const now = Date.now()
    await write(
      ...Array.from({ length: 3 }, (_, at) =>
        insertRate({
          ...plainRate,
          id: newId(now),
          businessId: world.businessId,
          name: `Saver ${at}`,
          parentRateId: rateId,
          createdAt: now,
          updatedAt: now,
        }),
      ),
    )
    const { response } = await read({ from: first, to: addDays(first, 89) })
    const body = await response.json<{ errors: object }>()
    expect([response.status, Object.keys(body.errors)]).toEqual([422, ['to']])
  })

  it('is set by a few statements, however many nights they are', async () => {
    const prices = await query<{ id: number }>(
      `select id from resources where businessId = ? and kind = 'room' limit 25`,
      world.businessId,
    )
    const body = {
      prices: prices.map(({ id }) => entry({ roomId: id, from: first, to: addDays(first, 89) })),
    }
    const { response, steps, trips } = await counted(
      new Request('https://slotkeeper.test/v1/public/pricing', {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
    expect([response.status, steps, trips.filter((name) => name === 'D1').length]).toEqual([200, 2, 2])
  })
})
