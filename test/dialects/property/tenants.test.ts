// Whatever id of another business is named, anywhere in the dialect: it is answered as one that nobody has, and nothing happens.
import { expect, it } from 'vitest'
import { aHouse, book, nightsOf } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { monday, query, setClock, settled } from '../../world.ts'
import type { Answer } from '../../world.ts'
import { ask } from './ask.ts'

const seconds = 1_000

interface Things {
  roomId: number
  clientId: number
  rateId: number
  sourceId: number
  roomTypeId: number
  reservationId: number
  groupId: number
  lockId: number
  deletedId: number
  invoiceId: number
  advanceId: number
  webhookId: number
}

const items = [{ name: 'Night', grossUnitPrice: 99, quantity: 1, rate: '8' }]
const invoice = { invoiceType: 1, companyNameBuyer: 'Novak', items }

/** One of everything that the dialect knows. */
async function furnished(house: House): Promise<Things> {
  const post = async (path: string, body: object) => {
    const { status, text, body: made } = await ask(house.key, 'POST', path, { body })
    expect([status, text]).toEqual([201, text])
    return made.data
  }
  const { rateId } = await post('/rates', { name: 'Weekly' })
  const { sourceId } = await post('/sources', { name: 'Fair' })
  const { roomTypeId } = await post('/room-types', { type: 'DOUBLE_ROOM', maxPeople: 2 })
  const group = nightsOf(house, '2031-07-04', '2031-07-11', { type: 'GROUP', rateId, sourceId })
  const { reservationId, groupId } = await post('/reservations', group)
  const lock = nightsOf(house, '2031-08-04', '2031-08-11', { type: 'LOCK', clientId: undefined })
  const { reservationId: lockId } = await post('/reservations', lock)
  const deletedId = (await book(house, '2031-09-04', '2031-09-11')).body.data.reservationId
  await ask(house.key, 'DELETE', `/reservations/${deletedId}`)
  const { invoiceId } = await post('/invoices', invoice)
  const { invoiceId: advanceId } = await post('/invoices', { ...invoice, invoiceType: 3 })
  const webhook = { url: `https://hooks.example.com/${house.businessId}`, events: ['reservation.created'] }
  const { webhookId } = await post('/webhooks', webhook)
  return {
    roomId: house.rooms[0],
    clientId: house.guestId,
    rateId,
    sourceId,
    roomTypeId,
    reservationId,
    groupId,
    lockId,
    deletedId,
    invoiceId,
    advanceId,
    webhookId,
  }
}

type Asked = [
  method: string,
  path: string,
  asked?: { body?: object; query?: Record<string, string | number> },
]

/** Every place in which an id can be named, with theirs there and the caller's own everywhere else. */
function everywhere(house: House, own: Things, their: Things): Asked[] {
  const stay = (rest: object) => nightsOf(house, '2031-10-04', '2031-10-11', rest)
  const span = { from: '2031-10-01', to: '2031-10-10' }
  const price = { roomId: own.roomId, rateId: own.rateId, ...span, basePrice: 9 }
  const change = `/reservations/${own.reservationId}`
  const paths = [
    ...[their.reservationId, their.lockId, their.deletedId].flatMap((id): Asked[] => [
      ['GET', `/reservations/${id}`],
      ['PATCH', `/reservations/${id}`, { body: { additionalInfo: 'Mine' } }],
      ['DELETE', `/reservations/${id}`],
      ['DELETE', `/reservations/${id}`, { query: { deleteAllGroup: 1 } }],
      ['POST', `/reservations/${id}/restore`],
      ['GET', `/reservations/${id}/history`],
    ]),
    ...['guests', 'clients'].flatMap((noun): Asked[] => [
      ['GET', `/${noun}/${their.clientId}`],
      ['PATCH', `/${noun}/${their.clientId}`, { body: { name: 'Mine' } }],
      ['PUT', `/${noun}/${their.clientId}`, { body: { name: 'Mine' } }],
      ['DELETE', `/${noun}/${their.clientId}`],
    ]),
    ['GET', `/guests/${their.clientId}/stays`],
    ['GET', `/rooms/${their.roomId}`],
    ['PATCH', `/rooms/${their.roomId}`, { body: { name: 'Mine' } }],
    ['DELETE', `/rooms/${their.roomId}`],
    ['GET', `/invoices/${their.invoiceId}`],
    ['GET', `/invoices/${their.invoiceId}/document`],
    ['PATCH', `/invoices/${their.invoiceId}`, { body: { town: 'Mine' } }],
    ['DELETE', `/invoices/${their.advanceId}`],
    ['PATCH', `/rates/${their.rateId}`, { body: { name: 'Mine' } }],
    ['DELETE', `/rates/${their.rateId}`],
    ['PATCH', `/room-types/${their.roomTypeId}`, { body: { maxPeople: 3 } }],
    ['DELETE', `/room-types/${their.roomTypeId}`],
    ['DELETE', `/sources/${their.sourceId}`],
    ['DELETE', `/webhooks/${their.webhookId}`],
  ] satisfies Asked[]
  const bodies = [
    ['POST', '/reservations', { body: stay({ roomId: their.roomId }) }],
    ['POST', '/reservations', { body: stay({ type: 'GROUP', roomId: [own.roomId, their.roomId] }) }],
    ['POST', '/reservations', { body: stay({ clientId: their.clientId }) }],
    ['POST', '/reservations', { body: stay({ rateId: their.rateId }) }],
    ['POST', '/reservations', { body: stay({ sourceId: their.sourceId }) }],
    ['POST', '/reservations', { body: stay({ type: 'GROUP', groupId: their.groupId }) }],
    ['POST', '/reservations', { body: stay({ type: 'LOCK', clientId: undefined, roomId: their.roomId }) }],
    ['PATCH', change, { body: { roomId: their.roomId } }],
    ['PATCH', change, { body: { clientId: their.clientId } }],
    ['PATCH', change, { body: { rateId: their.rateId } }],
    ['POST', '/rooms', { body: { name: 'Mine', persons: 1, roomTypeId: their.roomTypeId } }],
    ['PATCH', `/rooms/${own.roomId}`, { body: { roomTypeId: their.roomTypeId } }],
    ['POST', '/rates', { body: { name: 'Mine', parentRateId: their.rateId } }],
    ['POST', '/rates', { body: { name: 'Mine', rooms: [their.roomId] } }],
    ['POST', '/rates', { body: { name: 'Mine', types: [their.roomTypeId] } }],
    ['PATCH', `/rates/${own.rateId}`, { body: { parentRateId: their.rateId } }],
    ['PATCH', `/rates/${own.rateId}`, { body: { rooms: [their.roomId] } }],
    ['POST', '/pricing', { body: { prices: [{ ...price, roomId: their.roomId }] } }],
    ['POST', '/pricing', { body: { prices: [{ ...price, rateId: their.rateId }] } }],
    ['POST', '/pricing', { body: { prices: [{ ...price, roomId: undefined, typeId: their.roomTypeId }] } }],
    ...['clientId', 'reservationId', 'prepaymentId', 'correctionId'].flatMap((field): Asked[] => {
      const value = {
        clientId: their.clientId,
        reservationId: their.reservationId,
        prepaymentId: their.advanceId,
        correctionId: their.invoiceId,
      }[field]
      const invoiceType = field === 'correctionId' ? 4 : 1
      return [
        ['POST', '/invoices', { body: { ...invoice, invoiceType, [field]: value } }],
        ['PATCH', `/invoices/${own.invoiceId}`, { body: { [field]: value } }],
      ]
    }),
  ] satisfies Asked[]
  const queries = [
    ...Object.entries({
      reservationId: their.reservationId,
      roomId: their.roomId,
      groupId: their.groupId,
    }).map(([name, value]): Asked => ['GET', '/reservations', { query: { [name]: value } }]),
    ['GET', '/rooms', { query: { roomTypeId: their.roomTypeId } }],
    ['GET', '/invoices', { query: { reservationId: their.reservationId } }],
    ['GET', '/availability', { query: { ...span, roomId: their.roomId } }],
    ['GET', '/availability', { query: { ...span, typeId: their.roomTypeId } }],
    ['GET', '/pricing', { query: { ...span, roomId: their.roomId } }],
    ['GET', '/pricing', { query: { ...span, typeId: their.roomTypeId } }],
    ['GET', '/pricing', { query: { ...span, rateId: their.rateId } }],
  ] satisfies Asked[]
  return [...paths, ...bodies, ...queries]
}

/** An answer without what differs from request to request anyway: its id, and the ids that were asked for. */
function comparable({ status, text }: Answer, asked: Things): string {
  const named = Object.values(asked).toSorted((one, other) => other - one)
  const bare = named.reduce((said, id) => said.replaceAll(String(id), '#'), text)
  return `${status} ${bare.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'ruid')}`
}

async function rowsOf({ businessId }: House): Promise<Record<string, unknown[]>> {
  const tables = [
    'bookings',
    'stays',
    'customers',
    'resources',
    'rooms',
    'roomTypes',
    'rates',
    'nightlyPrices',
    'sources',
    'invoices',
    'invoiceItems',
    'bookingGroups',
    'webhooks',
    'events',
  ]
  const rows: Record<string, unknown[]> = {}
  for (const table of tables)
    rows[table] = await query(`select * from ${table} where businessId = ?`, businessId)
  return rows
}

it('is as if nobody had it', async () => {
  setClock()
  const [mine, theirs] = [await aHouse(), await aHouse()]
  const [own, their] = [await furnished(mine), await furnished(theirs)]
  const nobodys = Object.fromEntries(
    Object.keys(their).map((name, index) => [name, 8_000_000_000_000_000 + index]),
  ) as unknown as Things
  await settled()
  const before = [await rowsOf(theirs), await rowsOf(mine)]
  const strange = everywhere(mine, own, their)
  const unknown = everywhere(mine, own, nobodys)
  const differing: string[] = []
  for (const [index, [method, path, asked]] of strange.entries()) {
    // Sixty a minute are served.
    setClock(monday + index * 3 * seconds)
    const [, otherPath, otherAsked] = unknown[index]!
    const answer = await ask(mine.key, method, path, asked)
    const other = await ask(mine.key, method, otherPath, otherAsked)
    const isRefused =
      [404, 422].includes(answer.status) || (method === 'GET' && answer.body.data.length === 0)
    const [said, saidOther] = [comparable(answer, their), comparable(other, nobodys)]
    if (!isRefused || said !== saidOther) differing.push(`${method} ${path}: ${said}, but ${saidOther}`)
  }
  expect(differing).toEqual([])
  await settled()
  const after = [await rowsOf(theirs), await rowsOf(mine)]
  expect(after).toEqual(before)
})
