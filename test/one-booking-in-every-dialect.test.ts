// There is one calendar, whichever dialect is spoken: a house rule, so that a dialect that comes is asked how it books.
import { beforeEach, describe, expect, it } from 'vitest'
import { dialects, formats } from '#dialects/index.ts'
import { webhookFormats } from '#domain/webhooks/message.ts'
import { ask as askHouse } from './dialects/property/ask.ts'
import { aRecord, ask } from './dialects/rubitime/ask.ts'
import { aGuest, someRooms } from './domain/stays/house.ts'
import { aWebhook, PostOffice } from './post-office.ts'
import { aKey, aPerson, aToken, aWorld, call, days, hours, iso, monday, query, setClock } from './world.ts'
import type { Answer, World } from './world.ts'

interface Callers {
  world: World
  key: string
  /** Of one who is no more than a customer. */
  token: string
  roomId: number
  guestId: number
}

/** What can be booked: the hours of somebody, and the nights in a room. */
type Kind = 'appointment' | 'stay'
const starts: Record<Kind, number> = { appointment: monday + 2 * hours, stay: Date.UTC(2031, 2, 5) }

interface Booker {
  books: Kind
  /** Asks for the world's one staff member, or its one room, from then on. */
  book: (callers: Callers, startAt: number) => Promise<Answer>
  idOf: (answer: Answer) => number
  isTaken: (answer: Answer) => boolean
  /** What it is shown. The rest is not there for it. */
  reads: readonly Kind[]
  /** What is read of a booking: the id, and when it begins; null where there is none. */
  read: (callers: Callers, id: number) => Promise<[id: unknown, startAt: number] | null>
}

const nativeWish = ({ world: { businessId, serviceId, staffIds } }: Callers, startAt: number) => ({
  businessId,
  serviceId,
  staffId: staffIds[0],
  startTime: iso(startAt),
})
const readNative: Booker['read'] = async ({ world }, id) => {
  const { body } = await call('GET', `/api/bookings/${id}`, { token: world.owner.token })
  return [body.id, Date.parse(body.startTime)]
}
const isTakenNatively = ({ status, body }: Answer) => status === 409 && body.code === 'booking.slot_taken'

/** A day in the world's branch, which is in UTC. */
const dayOf = (startAt: number) => iso(startAt).slice(0, 10)
/** Wall-clock time there. */
const wallClock = (startAt: number) => iso(startAt).slice(0, 19).replace('T', ' ')

/** Every way to book, by the dialect that has it. */
const bookers: Record<string, Record<string, Booker>> = {
  native: {
    'a customer': {
      books: 'appointment',
      book: (callers, startAt) =>
        call('POST', '/api/bookings', { token: callers.token, body: nativeWish(callers, startAt) }),
      idOf: ({ body }) => body.id,
      isTaken: isTakenNatively,
      reads: ['appointment', 'stay'],
      read: readNative,
    },
    'a partner': {
      books: 'appointment',
      book: (callers, startAt) => {
        const { businessId: _, ...wish } = nativeWish(callers, startAt)
        const customer = { name: 'Grace Hopper', email: 'grace@example.com' }
        return call('POST', '/api/integrations/partner/bookings', {
          key: callers.key,
          body: { ...wish, customer },
        })
      },
      idOf: ({ body }) => body.id,
      isTaken: isTakenNatively,
      reads: ['appointment', 'stay'],
      async read({ key }, id) {
        const { body } = await call('GET', '/api/integrations/partner/bookings?limit=100', { key })
        const found = body.bookings.find((booking: { id: number }) => booking.id === id)
        return [found?.id, Date.parse(found?.startTime)]
      },
    },
  },
  rubitime: {
    'a client of Rubitime': {
      books: 'appointment',
      book: ({ world, key }, startAt) =>
        ask(key, 'create-record', aRecord(world, { record: wallClock(startAt), name: 'Ада' })),
      idOf: ({ body }) => body.data.id,
      isTaken: ({ body }) => body.status === 'error' && body.message === 'The time is already taken',
      reads: ['appointment'],
      async read({ key }, id) {
        const { body } = await ask(key, 'get-record', { id })
        if (body.message === 'Record not found') return null
        return [body.data.id, Date.parse(`${body.data.record.replace(' ', 'T')}Z`)]
      },
    },
  },
  // Nobody books in it: it tells where a business's deals come from, and what they brought.
  neiros: {},
  property: {
    'a house': {
      books: 'stay',
      book: ({ key, roomId, guestId }, startAt) => {
        const [arrival, departure] = [dayOf(startAt), dayOf(startAt + 2 * days)]
        const body = { type: 'SINGLE', roomId, clientId: guestId, arrival, departure }
        return askHouse(key, 'POST', '/reservations', { body })
      },
      idOf: ({ body }) => body.data.reservationId,
      isTaken: ({ status, body }) => status === 409 && body.title === 'Conflict',
      reads: ['stay'],
      async read({ key }, id) {
        const { status, body } = await askHouse(key, 'GET', `/reservations/${id}`)
        return status === 404 ? null : [body.data.reservationId, Date.parse(body.data.arrival)]
      },
    },
  },
}
const all = Object.values(bookers).flatMap((ways) => Object.entries(ways))

/** What each format tells of, and how it names it. */
const told: Record<string, { tells: readonly Kind[]; idOf: (data: Record<string, unknown>) => unknown }> = {
  native: { tells: ['appointment', 'stay'], idOf: ({ id }) => id },
  // What was booked together is told at once.
  property: { tells: ['stay'], idOf: ({ reservationId }) => [reservationId].flat()[0] },
  rubitime: { tells: ['appointment'], idOf: ({ id }) => id },
}

let callers: Callers

beforeEach(async () => {
  setClock()
  const world = await aWorld()
  const [roomId] = await someRooms(world, 1)
  callers = {
    world,
    key: (await aKey(world)).key,
    token: (await aPerson('Ada')).token,
    roomId: roomId!,
    guestId: await aGuest(world),
  }
})

it('every dialect says how it books, and every format how it names a booking', () => {
  expect(Object.keys(bookers).toSorted()).toEqual(dialects.map(({ name }) => name).toSorted())
  expect(Object.keys(told).toSorted()).toEqual(Object.keys(formats).toSorted())
})

describe.each(all)('what %s books', (_, { books, book, idOf }) => {
  const startAt = starts[books]

  it('is read by everybody who can say it, and taken for everybody', async () => {
    const made = await book(callers, startAt)
    const id = idOf(made)
    expect([made.text, id]).toEqual([made.text, expect.any(Number)])
    for (const [who, { reads, read }] of all) {
      const expected = reads.includes(books) ? [id, startAt] : null
      expect([who, await read(callers, id)]).toEqual([who, expected])
    }
    for (const [who, other] of all.filter(([, each]) => each.books === books)) {
      const answer = await other.book(callers, startAt)
      expect([who, answer.text, other.isTaken(answer)]).toEqual([who, answer.text, true])
    }
  })

  it('is told in every format that can say it', async () => {
    const office = new PostOffice()
    const names = webhookFormats.filter((name) => formats[name] !== undefined)
    const webhooks = await Promise.all(names.map((format) => aWebhook(callers.world, { format })))
    const id = idOf(await book(callers, startAt))
    const { businessId } = callers.world
    const events = await query<{ id: number }>('select id from events where businessId = ?', businessId)
    office.announced.push(...events.map((event) => event.id))
    await office.deliver()
    for (const [at, name] of names.entries()) {
      const { url } = webhooks[at]!
      const heard = office.received.filter((received) => received.url === url)
      const { tells, idOf: namedIn } = told[name]!
      const ids = heard.map(({ body }) => namedIn(body.data))
      expect([name, ids]).toEqual([name, tells.includes(books) ? [id] : []])
    }
  })
})

describe('a stay', () => {
  const stay = async () => {
    const { book, idOf } = bookers['property']!['a house']!
    return idOf(await book(callers, starts.stay))
  }
  const isFree = async () => {
    const query = { from: dayOf(starts.stay), to: dayOf(starts.stay), roomId: callers.roomId }
    const { body } = await askHouse(callers.key, 'GET', '/availability', { query })
    return body.data[0].availability[0].roomsToSell === 1
  }

  it('is a booking of its own kind natively: of a room and its nights, and of nobody and no service', async () => {
    const { key, roomId, guestId, world } = callers
    const id = await stay()
    const { body } = await call('GET', '/api/integrations/partner/bookings', { key })
    const asOwner = await call('GET', `/api/bookings/${id}`, { token: world.owner.token })
    for (const booking of [body.bookings[0], asOwner.body]) {
      expect(booking).toMatchObject({
        id,
        kind: 'stay',
        roomId,
        staffId: null,
        serviceId: null,
        startTime: iso(starts.stay),
        endTime: iso(starts.stay + 2 * days),
        customer: { id: guestId },
      })
    }
  })

  it('that is cancelled in one dialect is so in the others', async () => {
    const { key, world } = callers
    const { token } = world.owner
    const first = await stay()
    await call('POST', `/api/bookings/${first}/cancel`, { token })
    expect((await askHouse(key, 'GET', `/reservations/${first}`)).status).toBe(404)
    expect(await isFree()).toBe(true)
    const second = await stay()
    expect(await isFree()).toBe(false)
    await askHouse(key, 'DELETE', `/reservations/${second}`)
    expect((await call('GET', `/api/bookings/${second}`, { token })).body.status).toBe('cancelled')
  })

  it('is not there for clients of Rubitime, whatever they ask', async () => {
    const { key } = callers
    const id = await stay()
    for (const method of ['get-record', 'update-record', 'remove-record']) {
      const { body } = await ask(key, method, { id, ...(method === 'update-record' && { comment: 'x' }) })
      expect([method, body.status, body.message]).toEqual([method, 'error', 'Record not found'])
    }
  })
})

it('a deal has grown by what its booking costs, whoever asks', async () => {
  const { world } = callers
  const lead = await call('POST', '/api/leads', {
    body: { businessId: world.businessId, siteId: world.siteId },
  })
  const wish = { ...nativeWish(callers, monday + 2 * hours), leadId: lead.body.id, customer: { name: 'Ada' } }
  const booked = await call('POST', '/api/bookings', { token: world.owner.token, body: wish })
  const { token } = await aToken(world.owner)
  const deal = await call('GET', `/api/userapi/v1/project/${lead.body.id}?site_id=${world.siteId}`, { token })
  expect([booked.status, deal.body.data.summ]).toEqual([201, booked.body.price.amount / 100])
})
