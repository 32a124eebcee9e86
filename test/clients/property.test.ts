// A stranger's client: made by a generator from the document that the property dialect serves, it runs a house for a while.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { caller } from '../../scripts/caller.ts'
import { endService, startService } from '../service.ts'
import { watch } from './watch.ts'
import type { Document, Watched } from './watch.ts'

interface Answer {
  status: number
  headers: Headers
  // What a test expects of a body is what it asserts.
  // oxlint-disable-next-line typescript/no-explicit-any
  data: any
}

/** What is in a generated client: a function for each operation, and what all of them start from. */
type Client = Record<string, (given?: Record<string, unknown>) => Promise<Answer>> & {
  defaults: { baseUrl: string; fetch: typeof fetch; headers: Record<string, string> }
}

const run = promisify(execFile)
const bin = (name: string) => path.resolve('node_modules/.bin', name)

let folder: string
let file: string
let watched: Watched
let client: Client
/** Two keys of the house: a minute's calls of one are too few. */
let keys: { id: number; key: string }[]

beforeAll(async () => {
  const url = await startService()
  const address = `${url}/v1/public/openapi.json`
  // Inside the project, where the runtime of what is generated is found.
  await mkdir('.wrangler', { recursive: true })
  folder = await mkdtemp(path.resolve('.wrangler/client-'))
  file = path.join(folder, 'property.ts')
  await run(bin('oazapfts'), [address, file, '--argumentStyle=object', '--futureStripLegacyMethods'])
  watched = watch((await (await fetch(address)).json()) as Document)
  client = (await import(file)) as Client
  Object.assign(client.defaults, { baseUrl: url, fetch: watched.fetch })

  const owner = caller(url, '192.0.2.1')
  await owner.signUp('Host')
  const { id: businessId } = await owner.must<{ id: number }>('POST', '/api/businesses', {
    name: 'House by the Lake',
    category: 'hotel',
    timeZone: 'Europe/Ljubljana',
    currency: 'EUR',
    address: { street: 'Cesta svobode 1', city: 'Bled', postalCode: '4260', country: 'SI' },
  })
  const nouns = ['reservations', 'locks', 'clients', 'rooms', 'invoices', 'rates']
  const scopes = [
    ...nouns.flatMap((noun) => ['read', 'create', 'update', 'delete'].map((verb) => `${noun}.${verb}`)),
    'pricing.read',
    'pricing.update',
    'availability.read',
    'sources.read',
    'sources.create',
    'sources.delete',
    'webhooks:manage',
  ]
  const made = ['Channel manager', 'Accounts'].map((name) =>
    owner.must<{ id: number; key: string }>('POST', '/api/integrations/api-keys', {
      businessId,
      name,
      scopes,
    }),
  )
  keys = await Promise.all(made)
}, 120_000)

afterAll(async () => {
  await endService()
  await rm(folder, { recursive: true, force: true })
})

/** Calls an operation, which has to be answered with this status. */
async function call(operation: string, given: Record<string, unknown> = {}, status = 200): Promise<Answer> {
  const answer = await client[operation]!(given)
  expect([operation, answer.status, answer.data]).toEqual([operation, status, answer.data])
  return answer
}

/** The same of what is made, which is then found where the answer says. */
async function make(operation: string, given: Record<string, unknown>, idName: string): Promise<number> {
  const { headers, data } = await call(operation, given, 201)
  const id = data.data[idName] as number
  expect(headers.get('Location')).toMatch(new RegExp(`^/v1/public/[a-z-]+/${id}$`))
  return id
}

it('can be made from the document, and compiles', async () => {
  const strict = ['--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler']
  await run(bin('tsc'), ['--noEmit', '--ignoreConfig', '--lib', 'es2024,dom,dom.iterable', ...strict, file])
})

it('calls every operation, and each answer is as the document says', async () => {
  const [first, second] = keys
  const newToken = { clientId: String(first!.id), clientSecret: first!.key }
  expect((await call('serviceHealth')).data.status).toBe('ok')
  await call('sourcesList', {}, 401)
  await call('authToken', { newToken: { ...newToken, clientSecret: 'na_live_wrong' } }, 401)
  const { data: token } = await call('authToken', { newToken })
  client.defaults.headers = { Authorization: `Bearer ${token.access_token}` }

  // The house is set up.
  const newRoomType = { type: 'DOUBLE_ROOM', description: 'With a view', doubleBed: 1, maxPeople: 2 }
  const typeId = await make('roomTypesCreate', { newRoomType }, 'roomTypeId')
  await call('roomTypesUpdate', { id: typeId, roomTypeChanges: { square: 22.5, equipment: ['balcony'] } })
  expect((await call('roomTypesGet', { id: typeId })).data.data.square).toBe(22.5)
  expect((await call('roomTypesList')).data.data).toHaveLength(1)

  const lake = {
    name: 'Lake',
    persons: 2,
    roomTypeId: typeId,
    color: '#00aaff',
    equipment: ['balcony', 'desk'],
  }
  const roomId = await make('roomsCreate', { newRoom: lake }, 'roomId')
  const otherId = await make('roomsCreate', { newRoom: { name: 'Attic', persons: 1 } }, 'roomId')
  await call('roomsUpdate', { id: roomId, roomChanges: { service: 'DIRTY', description: { sl: 'Jezero' } } })
  expect((await call('roomsGet', { id: roomId })).data.data.description).toEqual({ sl: 'Jezero' })
  const found = await call('roomsList', {
    equipment: ['balcony', 'kitchenette'],
    shareInOffer: 1,
    orderBy: 'name',
  })
  expect(found.data.data).toHaveLength(1)

  const newRate = {
    name: 'Early',
    rateRelation: { percentage: -10 },
    cancellationPolicy: { deadlineDays: 7 },
  }
  const [standard] = (await call('ratesList')).data.data
  const rateId = await make(
    'ratesCreate',
    { newRate: { ...newRate, parentRateId: standard.rateId } },
    'rateId',
  )
  await call('ratesUpdate', { id: rateId, rateChanges: { meals: 1, rooms: [roomId] } })
  expect((await call('ratesGet', { id: rateId })).data.data.meals).toBe(1)

  // What is called `from` is a word of its own to the generator.
  const [$from, to] = ['2031-07-01', '2031-07-31']
  const price = { typeId, rateId: standard.rateId, from: $from, to, basePrice: 120 }
  const restricted = {
    ...price,
    restrictions: { minStay: 2 },
    derivedPrices: [{ persons: 1, percentage: -20 }],
  }
  await call('pricingUpdate', { newPricing: { prices: [restricted] } })
  expect(
    (await call('pricingList', { $from, to, typeId: [typeId], rateId: [standard.rateId] })).data.data,
  ).toHaveLength(1)
  await call('pricingList', { $from, to, lastEdit: 4_000_000_000 }, 304)

  const sourceId = await make('sourcesCreate', { newSource: { name: 'Fair' } }, 'sourceId')
  expect((await call('sourcesList')).data.data.map(({ name }: { name: string }) => name)).toContain('Fair')

  const newWebhook = { url: 'https://channel.example.com/hooks', events: ['reservation.created'] }
  const webhookId = await make('webhooksCreate', { newWebhook }, 'webhookId')
  expect((await call('webhooksList', { page: 1 })).data.meta.totalItems).toBe(1)

  // Somebody comes to stay.
  const clientId = await make(
    'guestsCreate',
    { newGuest: { name: 'Novak', email: 'ana@example.com' } },
    'clientId',
  )
  const wholeGuest = { ...(await call('guestsGet', { id: clientId })).data.data, forename: 'Ana', lang: 'sl' }
  await call('guestsReplace', { id: clientId, wholeGuest })
  await call('guestsUpdate', { id: clientId, guestChanges: { clientType: 'REGULAR' } })
  expect((await call('guestsList', { search: 'nov ana' })).data.data).toHaveLength(1)
  await call('guestsList', { limit: 201 }, 422)

  const stay = { arrival: '2031-07-04', departure: '2031-07-11', roomId, clientId, rateId, sourceId }
  const newReservation = { ...stay, type: 'SINGLE', adults: 2, children: 1, kidsAge: [4], checkIn: '15:00' }
  const id = await make(
    'reservationsCreate',
    { newReservation, idempotencyKey: 'the-only-one' },
    'reservationId',
  )
  const group = {
    type: 'GROUP',
    arrival: '2031-07-11',
    departure: '2031-07-14',
    roomId: [roomId, otherId],
    clientId,
  }
  const groupId = await make(
    'reservationsCreate',
    { newReservation: { ...group, price: 500 } },
    'reservationId',
  )
  const lock = { type: 'LOCK', roomId: otherId, arrival: '2031-08-01', departure: '2031-08-03' }
  const lockId = await make('reservationsCreate', { newReservation: lock }, 'reservationId')
  const { data: conflict } = await call('reservationsCreate', { newReservation }, 409)
  expect(conflict).toMatchObject({ title: 'Conflict', status: 409 })
  const { data: refused } = await call(
    'reservationsCreate',
    { newReservation: { ...newReservation, adults: 0 } },
    422,
  )
  expect(Object.keys(refused.errors)).toEqual(['adults'])
  await call('reservationsUpdate', {
    id,
    reservationChanges: { registration: 'CHECKED_IN', doorCode: '1234' },
  })
  await call('reservationsDelete', { id }, 409)
  await call('reservationsDelete', { id: lockId, deleteAllGroup: 0 }, 204)
  await call('reservationsGet', { id: lockId }, 404)
  await call('reservationsRestore', { id: lockId })
  expect((await call('reservationsGet', { id })).data.data.registration).toBe('CHECKED_IN')
  expect(
    (await call('reservationsList', { reservationId: [id, lockId], includeLocks: 1 })).data.data,
  ).toHaveLength(2)
  expect((await call('reservationsHistory', { id: lockId })).data.data).toHaveLength(3)
  expect((await call('guestsStays', { id: clientId })).data.data.at(-1).reservationId).toBe(id)
  await call('availabilityFind', { $from, to, roomId: [roomId] })
  await call('availabilityFind', { $from, to, typeId: [typeId] })

  // The stay is paid for; a key is taken wherever a token is.
  client.defaults.headers = { Authorization: `Bearer ${second!.key}` }
  const night = { name: 'Night', grossUnitPrice: 99.5, quantity: 2, unit: 'night', rate: 9.5 }
  const [buyer, seller] = ['Novak d.o.o.', 'House by the Lake'].map((companyName) => ({ companyName }))
  const invoice = {
    invoiceType: 1,
    issueDate: '2031-07-11',
    buyer,
    seller,
    reservationId: id,
    items: [night],
  }
  const invoiceId = await make('invoicesCreate', { newInvoice: invoice }, 'invoiceId')
  const untaxed = { ...invoice, items: [{ ...night, rate: 'zw' }], personIssue: 'Host' }
  const lastId = await make('invoicesCreate', { newInvoice: untaxed }, 'invoiceId')
  await call('invoicesUpdate', {
    id: invoiceId,
    invoiceChanges: { paymentStatus: 2, paymentDate: '2031-07-11' },
  })
  expect((await call('invoicesGet', { id: invoiceId })).data.data.totals.gross).toBe(199)
  expect((await call('invoicesList', { reservationId: id, invoiceType: 1 })).data.data).toHaveLength(2)
  expect((await call('invoicesDocument', { id: invoiceId })).data).toContain('Novak d.o.o.')
  await call('invoicesDelete', { id: invoiceId }, 409)
  await call('invoicesDelete', { id: lastId }, 204)

  // Guests are clients, too.
  const otherClientId = await make('clientsCreate', { newGuest: { name: 'Kos' } }, 'clientId')
  await call('clientsReplace', { id: otherClientId, wholeGuest: { name: 'Kos', countryId: 705 } })
  await call('clientsUpdate', { id: otherClientId, guestChanges: { phone: '+386 40 111 222' } })
  expect((await call('clientsGet', { id: otherClientId })).data.data.phone).toBe('+386 40 111 222')
  expect((await call('clientsList', { orderBy: 'name', orderType: 'DESC' })).data.data).toHaveLength(2)
  await call('clientsDelete', { id: otherClientId }, 204)

  // Everything goes that can.
  await call('guestsDelete', { id: clientId }, 409)
  await call('reservationsDelete', { id: groupId, deleteAllGroup: 1 }, 204)
  await call('reservationsDelete', { id: lockId }, 204)
  await call('roomsDelete', { id: otherId }, 204)
  const goneId = await make('guestsCreate', { newGuest: { name: 'Zajc' } }, 'clientId')
  await call('guestsDelete', { id: goneId }, 204)
  const unusedId = await make('roomTypesCreate', { newRoomType: { type: 'SUITE' } }, 'roomTypeId')
  await call('roomTypesDelete', { id: unusedId }, 204)
  const lateId = await make('ratesCreate', { newRate: { name: 'Late' } }, 'rateId')
  await call('ratesDelete', { id: lateId }, 204)
  await call('sourcesDelete', { id: sourceId }, 409)
  const silentId = await make('sourcesCreate', { newSource: { name: 'Leaflet' } }, 'sourceId')
  await call('sourcesDelete', { id: silentId }, 204)
  await call('webhooksDelete', { id: webhookId }, 204)

  expect({ faults: watched.faults, uncalled: watched.uncalled() }).toEqual({ faults: [], uncalled: [] })
})
