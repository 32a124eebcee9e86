// The process dies before or after any of its waits, whatever was asked of the dialect: all of it stands or nothing, what
// stands is told and what is told stands, no claim is left, and the same request, sent again, gets the answer it should have had.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { answer } from '../../../src/app.ts'
import { openPorts, wire } from '../../../src/wiring/index.ts'
import { aHouse, book, nightsOf } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { aMinuteLater, expectAgreement, mortal } from '../../mortal.ts'
import { monday, query, setClock, settled } from '../../world.ts'
import type { Answer } from '../../world.ts'
import { ask } from './ask.ts'
import type { Asked } from './ask.ts'

interface Request {
  method: string
  path: string
  body?: object | undefined
  query?: Asked['query']
}

interface Scene {
  request: (house: House) => Promise<Request>
  /** How it is answered when all goes well. */
  status: number
  /** How it is answered when it comes again without a key, and was done before. */
  again?: number
}

const reservationOf = async (asked: Promise<Answer>): Promise<string> => {
  const { status, body } = await asked
  expect(status).toBe(201)
  return `/reservations/${body.data.reservationId}`
}
const aStay = (house: House, rest?: object) => reservationOf(book(house, '2031-07-04', '2031-07-11', rest))
const aLock = (house: House) => aStay(house, { type: 'LOCK', clientId: undefined })
const posting = (body: object): Request => ({ method: 'POST', path: '/reservations', body })
const invoice = {
  invoiceType: 1,
  companyNameBuyer: 'Novak',
  items: [{ name: 'Night', grossUnitPrice: 99, quantity: 1, rate: '8' }],
}
const anInvoice = async ({ key }: House): Promise<string> => {
  const { body } = await ask(key, 'POST', '/invoices', { body: invoice })
  return `/invoices/${body.data.invoiceId}`
}

const scenes: Record<string, Scene> = {
  'a reservation is made for somebody new': {
    request: async (house) =>
      posting(nightsOf(house, '2031-07-04', '2031-07-11', { clientId: undefined, client: { name: 'Kos' } })),
    status: 201,
  },
  'a group is made of which one room is taken': {
    request: async (house) => {
      await aStay(house, { roomId: house.rooms[2] })
      return posting(nightsOf(house, '2031-07-10', '2031-07-12', { type: 'GROUP', roomId: house.rooms }))
    },
    status: 409,
  },
  'a group is joined': {
    request: async (house) => {
      const path = await aStay(house, { type: 'GROUP' })
      const groupId = Number(path.split('/').at(-1))
      return posting(
        nightsOf(house, '2031-07-04', '2031-07-11', { type: 'GROUP', roomId: house.rooms[1], groupId }),
      )
    },
    status: 201,
  },
  'a lock is moved': {
    request: async (house) => ({
      method: 'PATCH',
      path: await aLock(house),
      body: { arrival: '2031-07-06', departure: '2031-07-20', roomId: house.rooms[1] },
    }),
    status: 200,
  },
  'room and nights of somebody who has come are changed': {
    request: async (house) => {
      const path = await aStay(house)
      await ask(house.key, 'PATCH', path, { body: { registration: 'CHECKED_IN' } })
      return { method: 'PATCH', path, body: { roomId: house.rooms[1], departure: '2031-07-15' } }
    },
    status: 200,
  },
  'a reservation is called off': {
    request: async (house) => ({ method: 'DELETE', path: await aStay(house) }),
    status: 204,
    again: 404,
  },
  'a reservation comes back': {
    request: async (house) => {
      const path = await aStay(house)
      await ask(house.key, 'DELETE', path)
      return { method: 'POST', path: `${path}/restore` }
    },
    status: 200,
  },
  'an invoice is made out': {
    request: async () => ({ method: 'POST', path: '/invoices', body: invoice }),
    status: 201,
  },
  'an invoice is changed': {
    request: async (house) => ({ method: 'PATCH', path: await anInvoice(house), body: { town: 'Kranj' } }),
    status: 200,
  },
  'an invoice is deleted': {
    request: async (house) => ({ method: 'DELETE', path: await anInvoice(house) }),
    status: 204,
    again: 404,
  },
}

/** Sends the request to a process that dies at its nth wait; answers whether it got so far. */
async function dying(
  at: number,
  { key }: House,
  { method, path, ...asked }: Request,
  headers: Record<string, string>,
) {
  const execution = createExecutionContext()
  const frail = mortal(openPorts(env, execution), at)
  const fetcher = async (request: globalThis.Request) =>
    answer(request, { ...wire(env, execution), open: () => frail.ports }, execution)
  const got = await ask(key, method, path, { ...asked, headers, fetcher })
  await waitOnExecutionContext(execution)
  return { died: frail.died(), got }
}

/** Each state that a booking came to was told once, and nothing else was. */
async function expectToldAsItStands({ businessId }: House): Promise<void> {
  const steps = await query(
    `select bookingId, requestId from bookingHistory where businessId = ? order by bookingId, version`,
    businessId,
  )
  const told = await query(
    `select subjectId as bookingId, requestId from events where businessId = ? and subject = 'booking'
     order by subjectId, data ->> '$.version'`,
    businessId,
  )
  expect(told).toEqual(steps)
  const [bookings] = await query(
    `select (select count(*) from bookings where businessId = ?1) as bookings,
       (select count(*) from stays where businessId = ?1) as stays`,
    businessId,
  )
  expect(bookings!.bookings).toBe(bookings!.stays)
}

const written = async ({ businessId }: House) => {
  const [counts] = await query<Record<string, number>>(
    `select (select count(*) from bookingHistory where businessId = ?1) as steps,
       (select count(*) from bookingGroups where businessId = ?1) as groups,
       (select count(*) from customers where businessId = ?1) as guests,
       (select count(*) || ' ' || coalesce(max(town), '') from invoices where businessId = ?1) as invoices,
       (select count(*) from invoiceItems where businessId = ?1) as items`,
    businessId,
  )
  return counts!
}

beforeEach(() => {
  // The dead leave warnings.
  for (const method of ['warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation(() => undefined)
})

describe.each(Object.entries(scenes))(
  'a death while %s',
  (_, { request: prepare, status, again = status }) => {
    it('leaves all or nothing, told as it stands, and the request can be sent again', async () => {
      let deaths = 0
      for (let at = 1; ; at++) {
        setClock(monday + at * 3_600_000)
        const house = await aHouse({ rooms: 3 })
        const request = await prepare(house)
        await settled()
        const { method, path, ...asked } = request
        const headers = { 'Idempotency-Key': crypto.randomUUID() }
        const before = await written(house)
        const { died, got } = await dying(at, house, request, headers)
        if (!died) {
          expect(got.status).toBe(status)
          break
        }
        deaths += 1
        const left = await written(house)
        await aMinuteLater(house, house.rooms)
        await expectAgreement(house, house.rooms)
        await expectToldAsItStands(house)

        const send = () => ask(house.key, method, path, { ...asked, headers })
        const isDone = JSON.stringify(left) !== JSON.stringify(before)
        const first = await send()
        expect(first.status).toBe(isDone && method !== 'POST' ? again : status)
        const done = await written(house)
        if (isDone) expect(done).toEqual(left)
        if (status >= 400) expect(done).toEqual(before)
        if (method === 'POST' && status < 300) {
          expect((await send()).text).toBe(first.text)
          expect(await written(house)).toEqual(done)
        }
        await aMinuteLater(house, house.rooms)
        await expectAgreement(house, house.rooms)
        await expectToldAsItStands(house)
      }
      expect(deaths).toBeGreaterThanOrEqual(4)
    })
  },
)
