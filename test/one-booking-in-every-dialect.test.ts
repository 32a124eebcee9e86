// There is one calendar, whichever dialect is spoken: a house rule, so that a dialect that comes is asked how it books.
import { beforeEach, describe, expect, it } from 'vitest'
import { dialects, formats } from '#dialects/index.ts'
import { webhookFormats } from '#domain/webhooks/message.ts'
import { aRecord, ask } from './dialects/rubitime/ask.ts'
import { aWebhook, PostOffice } from './post-office.ts'
import { aKey, aPerson, aToken, aWorld, call, hours, iso, monday, query, setClock } from './world.ts'
import type { Answer, World } from './world.ts'

interface Callers {
  world: World
  key: string
  /** Of one who is no more than a customer. */
  token: string
}

interface Booker {
  /** Asks for the slot of the world's one staff member that begins then. */
  book: (callers: Callers, startAt: number) => Promise<Answer>
  idOf: (answer: Answer) => number
  isTaken: (answer: Answer) => boolean
  /** What is read of a booking: the id, and when it begins. */
  read: (callers: Callers, id: number) => Promise<[id: unknown, startAt: number]>
}

const nativeWish = ({ world: { businessId, serviceId, staffIds } }: Callers, startAt: number) => ({
  businessId,
  serviceId,
  staffId: staffIds[0],
  startTime: iso(startAt),
})
const readNative = async ({ world }: Callers, id: number): Promise<[unknown, number]> => {
  const { body } = await call('GET', `/api/bookings/${id}`, { token: world.owner.token })
  return [body.id, Date.parse(body.startTime)]
}
const isTakenNatively = ({ status, body }: Answer) => status === 409 && body.code === 'booking.slot_taken'

/** Wall-clock time in the world's branch, which is in UTC. */
const wallClock = (startAt: number) => iso(startAt).slice(0, 19).replace('T', ' ')

/** Every way to book, by the dialect that has it. */
const bookers: Record<string, Record<string, Booker>> = {
  native: {
    'a customer': {
      book: (callers, startAt) =>
        call('POST', '/api/bookings', { token: callers.token, body: nativeWish(callers, startAt) }),
      idOf: ({ body }) => body.id,
      isTaken: isTakenNatively,
      read: readNative,
    },
    'a partner': {
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
      async read({ key }, id) {
        const { body } = await call('GET', '/api/integrations/partner/bookings?limit=100', { key })
        const found = body.bookings.find((booking: { id: number }) => booking.id === id)
        return [found?.id, Date.parse(found?.startTime)]
      },
    },
  },
  rubitime: {
    'a client of Rubitime': {
      book: ({ world, key }, startAt) =>
        ask(key, 'create-record', aRecord(world, { record: wallClock(startAt), name: 'Ада' })),
      idOf: ({ body }) => body.data.id,
      isTaken: ({ body }) => body.status === 'error' && body.message === 'The time is already taken',
      async read({ key }, id) {
        const { body } = await ask(key, 'get-record', { id })
        return [body.data.id, Date.parse(`${body.data.record.replace(' ', 'T')}Z`)]
      },
    },
  },
  // Nobody books in it: it tells where a business's deals come from, and what they brought.
  neiros: {},
  // It takes rooms by the night, and knows of nobody's hours.
  property: {},
}
const all = Object.values(bookers).flatMap((ways) => Object.entries(ways))

/** How each format names the appointment that it tells of; null where it tells of nights alone. */
const toldId: Record<string, ((data: Record<string, unknown>) => unknown) | null> = {
  property: null,
  native: ({ id }) => id,
  rubitime: ({ id }) => id,
}

let callers: Callers

beforeEach(async () => {
  setClock()
  const world = await aWorld()
  callers = { world, key: (await aKey(world)).key, token: (await aPerson('Ada')).token }
})

it('every dialect says how it books, and every format how it names a booking', () => {
  expect(Object.keys(bookers).toSorted()).toEqual(dialects.map(({ name }) => name).toSorted())
  expect(Object.keys(toldId).toSorted()).toEqual(Object.keys(formats).toSorted())
})

describe.each(all)('what %s books', (_, { book, idOf }) => {
  const startAt = monday + 2 * hours

  it('is read by everybody, and taken for everybody', async () => {
    const made = await book(callers, startAt)
    const id = idOf(made)
    expect([made.text, id]).toEqual([made.text, expect.any(Number)])
    for (const [who, { read }] of all) expect([who, await read(callers, id)]).toEqual([who, [id, startAt]])
    for (const [who, other] of all) {
      const answer = await other.book(callers, startAt)
      expect([who, answer.text, other.isTaken(answer)]).toEqual([who, answer.text, true])
    }
  })

  it('is told in every format', async () => {
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
      const told = toldId[name]
      const ids = heard.map(({ body }) => told?.(body.data))
      expect([name, ids]).toEqual([name, told ? [id] : []])
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
