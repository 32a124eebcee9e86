// Invoices as clients of the dialect send and read them.
import { beforeEach, describe, expect, it } from 'vitest'
import { counted } from '../../round-trips.ts'
import { aKey, aWorld, call, hours, iso, monday, query, setClock } from '../../world.ts'
import type { World } from '../../world.ts'
import { ask } from './ask.ts'

let world: World
let key: string
beforeEach(async () => {
  setClock()
  world = await aWorld({ timeZone: 'Europe/Ljubljana' })
  key = (await aKey(world)).key
})

const flat = {
  companyNameBuyer: 'Novak d.o.o.',
  addressBuyer: 'Glavni trg 1, Ljubljana',
  taxIdBuyer: 'SI12345678',
  companyNameSeller: 'Guest house',
  addressSeller: 'By the lake 2, Bled',
  taxIdSeller: 'SI87654321',
  bankNoSeller: 'SI56 0000 1111 2222 333',
  invoiceType: 1,
  issueDate: '2026-10-05',
  saleDate: '2026-10-04',
  paymentDate: '2026-10-19',
  paymentType: 2,
  currency: 'EUR',
  town: 'Bled',
  items: [
    { name: 'Night', grossUnitPrice: 99.99, quantity: 3, unit: 'night', rate: 9.5, symbol: 'S1' },
    { name: 'Parking', grossUnitPrice: '10', rate: '22' },
  ],
}
const shown = {
  invoiceNo: 1,
  invoiceFullNo: '1/10/2026',
  format: 'NUMBER/MM/YYYY',
  extraChar: '',
  invoiceType: 1,
  buyer: { companyName: 'Novak d.o.o.', address: 'Glavni trg 1, Ljubljana', taxId: 'SI12345678' },
  seller: {
    companyName: 'Guest house',
    address: 'By the lake 2, Bled',
    taxId: 'SI87654321',
    bankNo: 'SI56 0000 1111 2222 333',
  },
  receiver: { companyName: '', address: '', taxId: '', bankNo: '' },
  totals: {
    net: 282.15,
    vat: 27.82,
    gross: 309.97,
    rates: [
      { rate: 9.5, net: 273.95, vat: 26.02, gross: 299.97 },
      { rate: 22, net: 8.2, vat: 1.8, gross: 10 },
    ],
  },
  paymentType: 2,
  paymentStatus: 0,
  issueDate: '2026-10-05',
  saleDate: '2026-10-04',
  paymentDate: '2026-10-19',
  currency: 'EUR',
  town: 'Bled',
  additionalInfo: null,
  personCollect: null,
  personIssue: null,
  clientId: null,
  reservationId: null,
  prepaymentId: null,
  correctionId: null,
  gtuCodes: [],
  addDate: '2031-03-03T09:00:00+01:00',
  editDate: '2031-03-03T09:00:00+01:00',
}
const itemsOf = (invoiceId: number) => [
  {
    invoiceId,
    positionId: 1,
    userId: null,
    status: 1,
    name: 'Night',
    grossUnitPrice: 99.99,
    quantity: 3,
    unit: 'night',
    rate: 9.5,
    symbol: 'S1',
  },
  {
    invoiceId,
    positionId: 2,
    userId: null,
    status: 1,
    name: 'Parking',
    grossUnitPrice: 10,
    quantity: 1,
    unit: '',
    rate: 22,
    symbol: '',
  },
]
const post = (body: object) => ask(key, 'POST', '/invoices', { body })
const make = async (body: object = {}) => (await post({ ...flat, ...body })).body.data

describe('an invoice', () => {
  it('comes flat, and is shown whole', async () => {
    const made = await post(flat)
    const { invoiceId } = made.body.data
    const whole = { invoiceId, ...shown, invoiceItems: itemsOf(invoiceId) }
    expect([made.status, made.body]).toEqual([201, { data: whole, meta: { ruid: made.headers.get('RUID') } }])
    expect(made.headers.get('Location')).toBe(`/v1/public/invoices/${invoiceId}`)
    expect((await ask(key, 'GET', `/invoices/${invoiceId}`)).body.data).toEqual(whole)
  })

  it('comes nested, and is the same', async () => {
    const { buyer, seller } = shown
    const { invoiceType, issueDate, saleDate, paymentDate, paymentType, currency, town, items } = flat
    const dates = { issueDate, saleDate, paymentDate }
    const body = { buyer, seller, invoiceType, ...dates, paymentType, currency, town, invoiceItems: items }
    const made = await post(body)
    const { invoiceId } = made.body.data
    expect(made.body.data).toEqual({ invoiceId, ...shown, invoiceItems: itemsOf(invoiceId) })
  })

  it('can be sent back as a change', async () => {
    const made = await make({ companyNameReceiver: 'Branch', bankNoReceiver: '1' })
    const { status, body } = await ask(key, 'PATCH', `/invoices/${made.invoiceId}`, { body: made })
    expect([status, body.data]).toEqual([200, made])
  })

  it('needs who buys and what, and no more', async () => {
    const made = await post({ companyNameBuyer: 'Ana', items: [{ name: 'Night', grossUnitPrice: 50 }] })
    expect([made.status, made.body.data]).toEqual([
      201,
      expect.objectContaining({
        invoiceFullNo: '1/03/2031',
        invoiceType: 0,
        seller: { companyName: 'Studio', address: '', taxId: '', bankNo: '' },
        issueDate: '2031-03-03',
        currency: 'EUR',
      }),
    ])
    expect((await post({ items: flat.items })).body.errors).toEqual({
      buyer: ['Who buys is required'],
    })
    const { clientId } = (await ask(key, 'POST', '/guests', { body: { name: 'Kos', forename: 'Ana' } })).body
      .data
    expect((await post({ clientId, items: flat.items })).body.data).toMatchObject({
      clientId,
      buyer: { companyName: 'Ana Kos' },
    })
  })

  it.each([
    [{ items: [] }, { items: ['At least one item is required'] }],
    [{ items: [{ grossUnitPrice: 1 }] }, { 'items.0.name': ['Name is required'] }],
    [{ items: [{ name: 'X', grossUnitPrice: 1.234 }] }, { 'items.0.grossUnitPrice': [expect.any(String)] }],
    [{ items: [{ name: 'X', grossUnitPrice: -1 }] }, { 'items.0.grossUnitPrice': [expect.any(String)] }],
    [
      { items: [{ name: 'X', grossUnitPrice: 1, quantity: 0.1234 }] },
      { 'items.0.quantity': [expect.any(String)] },
    ],
    [{ items: [{ name: 'X', grossUnitPrice: 1, rate: 101 }] }, { 'items.0.rate': [expect.any(String)] }],
    [{ invoiceType: 8 }, { invoiceType: ['Maximum 7'] }],
    [{ paymentType: 6 }, { paymentType: ['Maximum 5'] }],
    [{ paymentStatus: 3 }, { paymentStatus: ['Maximum 2'] }],
    [{ issueDate: '2026-02-30' }, { issueDate: [expect.any(String)] }],
    [{ currency: 'EURO' }, { currency: ['Currency must be an ISO 4217 code'] }],
    [{ format: 'NUMBER' }, { format: [expect.any(String)] }],
    [{ customNumber: '3/10/2026' }, { customNumber: [expect.any(String)] }],
    [{ clientId: 1 }, { clientId: ['Client is not known'] }],
    [{ reservationId: 1 }, { reservationId: ['Reservation is not known'] }],
    [{ prepaymentId: 1 }, { prepaymentId: [expect.any(String)] }],
    [{ invoiceType: 4, correctionId: 1 }, { correctionId: [expect.any(String)] }],
    [{ colour: 'red' }, { colour: ['Colour is not a known field'] }],
    [{ buyer: { name: 'X' } }, { 'buyer.name': ['Name is not a known field'] }],
  ])('%j is refused, field by field', async (fault, errors) => {
    const { status, body } = await post({ ...flat, ...fault })
    expect([status, body.errors]).toEqual([422, errors])
    expect(await query('select 1 from invoices where businessId = ?', world.businessId)).toEqual([])
  })

  it.each([
    ['zw', 'zw'],
    [0, 0],
    ['8', 8],
    [5.25, 5.25],
  ])('has a rate of tax, or a word for why there is none: %j', async (rate, answered) => {
    const made = await make({ items: [{ name: 'X', grossUnitPrice: 10, rate }] })
    expect([made.invoiceItems[0].rate, made.totals.rates[0].rate]).toEqual([answered, answered])
  })

  it.each([
    ['JPY', 1500, 2.5, 3750],
    ['KWD', 1.234, 3, 3.702],
    ['EUR', 0.1, 3, 0.3],
    ['EUR', 33.33, 0.333, 11.1],
  ])('is reckoned in the coins of its currency: %s', async (currency, grossUnitPrice, quantity, gross) => {
    const made = await make({ currency, items: [{ name: 'X', grossUnitPrice, quantity }] })
    expect([made.invoiceItems[0].grossUnitPrice, made.totals.gross]).toEqual([grossUnitPrice, gross])
  })

  it('is paid when that is recorded', async () => {
    const { invoiceId } = await make()
    const body = { paymentStatus: 2, paymentDate: '2026-10-10', paymentType: 1 }
    const { status, body: answer } = await ask(key, 'PATCH', `/invoices/${invoiceId}`, { body })
    expect([status, answer.data]).toEqual([200, { ...answer.data, ...body, invoiceNo: 1 }])
  })

  it('has its items edited by position, and added without', async () => {
    const { invoiceId } = await make()
    const path = `/invoices/${invoiceId}`
    const items = [
      { positionId: 2, grossUnitPrice: 12.5 },
      { name: 'Breakfast', grossUnitPrice: 8, quantity: 6, rate: 9.5 },
    ]
    const { body } = await ask(key, 'PATCH', path, { body: { items } })
    expect(body.data.invoiceItems).toMatchObject([
      { positionId: 1, name: 'Night', grossUnitPrice: 99.99 },
      { positionId: 2, name: 'Parking', grossUnitPrice: 12.5, rate: 22 },
      { positionId: 3, name: 'Breakfast', quantity: 6 },
    ])
    expect(body.data.totals.gross).toBe(360.47)
    const unknown = await ask(key, 'PATCH', path, {
      body: { invoiceItems: [{ positionId: 9, quantity: 1 }] },
    })
    expect([unknown.status, unknown.body.errors]).toEqual([
      422,
      { 'items.0.positionId': ['There is no item at this position'] },
    ])
  })

  it('stays of its type, and in its month', async () => {
    const { invoiceId } = await make()
    const change = async (body: object) => (await ask(key, 'PATCH', `/invoices/${invoiceId}`, { body })).body
    expect((await change({ invoiceType: 2 })).errors).toEqual({
      invoiceType: ['An invoice stays of its type'],
    })
    expect(Object.keys((await change({ issueDate: '2026-11-01' })).errors)).toEqual(['issueDate'])
    expect((await change({ customNumber: 'X' })).errors).toEqual({
      customNumber: ['Custom number is not a known field'],
    })
  })

  it('is deleted only as the last of its series, and not while another refers to it', async () => {
    const [first, second] = [await make(), await make()]
    const remove = async ({ invoiceId }: { invoiceId: number }) =>
      (await ask(key, 'DELETE', `/invoices/${invoiceId}`)).status
    expect(await remove(first)).toBe(409)
    const correction = await make({ invoiceType: 4, correctionId: second.invoiceId })
    expect(await remove(second)).toBe(409)
    expect([await remove(correction), await remove(second)]).toEqual([204, 204])
    expect((await ask(key, 'GET', `/invoices/${second.invoiceId}`)).status).toBe(404)
    expect((await make()).invoiceFullNo).toBe('2/10/2026')
  })

  it('of another business is not there', async () => {
    const { invoiceId } = await make()
    const other = (await aKey(await aWorld())).key
    for (const [method, path] of [
      ['GET', `/invoices/${invoiceId}`],
      ['GET', `/invoices/${invoiceId}/document`],
      ['PATCH', `/invoices/${invoiceId}`],
      ['DELETE', `/invoices/${invoiceId}`],
    ] as const) {
      const body = method === 'PATCH' ? { town: 'Mine' } : undefined
      expect((await ask(other, method, path, { body })).status).toBe(404)
    }
    expect((await ask(other, 'GET', '/invoices')).body.data).toEqual([])
  })

  it('is made out once, however often the same is asked', async () => {
    const send = () => ask(key, 'POST', '/invoices', { body: flat, headers: { 'Idempotency-Key': 'once' } })
    const [first, second] = [await send(), await send()]
    expect(second.body.data).toEqual(first.body.data)
    expect((await make()).invoiceNo).toBe(2)
  })

  it('is shown and listed in one round trip, and made out in two', async () => {
    const { invoiceId } = await make()
    const steps = async (method: string, path: string, body?: object) => {
      const request = new Request(`https://slotkeeper.test/v1/public${path}`, {
        method,
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      const trips = await counted(request)
      expect(trips.response.status).toBeLessThan(300)
      return trips.steps
    }
    expect(await steps('GET', `/invoices/${invoiceId}`)).toBe(1)
    expect(await steps('GET', `/invoices/${invoiceId}/document`)).toBe(1)
    expect(await steps('GET', '/invoices?search=novak')).toBe(1)
    expect(await steps('POST', '/invoices', flat)).toBe(2)
    expect(await steps('PATCH', `/invoices/${invoiceId}`, { town: 'Kranj' })).toBe(2)
  })
})

describe('the list of invoices', () => {
  const found = async (asked: Record<string, string | number>) => {
    const { body } = await ask(key, 'GET', '/invoices', { query: asked })
    return body.data.map(({ invoiceFullNo }: { invoiceFullNo: string }) => invoiceFullNo)
  }

  it('has the last first, by page, with how many there are', async () => {
    for (const issueDate of ['2026-10-20', '2026-10-10', '2026-11-01']) await make({ issueDate })
    const [one, two, three] = ['1/10/2026', '2/10/2026', '1/11/2026']
    expect(await found({})).toEqual([three, two, one])
    expect(await found({ orderType: 'ASC' })).toEqual([one, two, three])
    expect(await found({ orderBy: 'issueDate' })).toEqual([three, one, two])
    expect(await found({ orderBy: 'invoiceNo', orderType: 'ASC' })).toEqual([one, three, two])
    const { body } = await ask(key, 'GET', '/invoices', { query: { limit: 2, page: 2 } })
    expect(body.meta).toMatchObject({ totalItems: 3, currentPage: 2, totalPages: 2, itemsPerPage: 2 })
    expect(body.data).toHaveLength(1)
  })

  it('has what filters leave', async () => {
    const booking = await call('POST', '/api/bookings', {
      key,
      body: {
        serviceId: world.serviceId,
        businessId: world.businessId,
        startTime: iso(monday + 2 * hours),
        customer: { name: 'Ana' },
      },
    })
    await make({ reservationId: booking.body.id })
    await make({ invoiceType: 3, companyNameBuyer: 'Grand Hotel', taxIdBuyer: '', issueDate: '2026-10-07' })
    setClock(monday + hours)
    await make({ customNumber: 'OLD-77', issueDate: '2026-10-09' })
    expect(await found({ reservationId: booking.body.id })).toEqual(['1/10/2026'])
    expect(await found({ invoiceType: 3 })).toEqual(['1/10/2026'])
    expect(await found({ from: '2026-10-06', to: '2026-10-08' })).toEqual(['1/10/2026'])
    expect(await found({ lastEdit: (monday + hours) / 1000 })).toEqual(['OLD-77'])
    expect(await found({ search: 'grand' })).toEqual(['1/10/2026'])
    expect(await found({ search: 'si1234' })).toEqual(['OLD-77', '1/10/2026'])
    expect(await found({ search: 'old-77' })).toEqual(['OLD-77'])
  })

  it.each([
    [{ orderBy: 'town' }, 422, 'orderBy'],
    [{ invoiceType: 8 }, 422, 'invoiceType'],
    [{ from: 'today' }, 422, 'from'],
    [{ lastEdit: 'now' }, 422, 'lastEdit'],
    [{ buyer: 'x' }, 400, 'buyer'],
  ])('does not take %j', async (asked, status, field) => {
    const answer = await ask(key, 'GET', '/invoices', { query: asked as Record<string, string> })
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([status, [field]])
  })
})
