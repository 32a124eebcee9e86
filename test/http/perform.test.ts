// Ids are made without asking anybody, so another isolate may have made the same one in the same millisecond.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ConstraintError, Database } from '#db/database.ts'
import { newId } from '#domain/identifiers.ts'
import { PostOffice, aWebhook, deliveriesTo, emit } from '../post-office.ts'
import { aKey, aPerson, aWorld, call, hours, iso, minutes, monday, query, setClock } from '../world.ts'
import type { Answer, World } from '../world.ts'

let world: World
let clashes: string[]
let starts = 0

beforeEach(async () => {
  setClock()
  starts = 0
  world = await aWorld({ staff: 2 })
  clashes = []
  // oxlint-disable-next-line typescript/unbound-method -- called on the database that it is asked of
  const { commit } = Database.prototype
  vi.spyOn(Database.prototype, 'commit').mockImplementation(async function (this: Database, statements) {
    try {
      return await commit.call(this, statements)
    } catch (error) {
      if (error instanceof ConstraintError) clashes.push(error.constraint)
      throw error
    }
  } as Database['commit'])
})
afterEach(() => vi.restoreAllMocks())

const aService = () => ({
  businessId: world.businessId,
  name: 'Shave',
  durationMinutes: 15,
  price: { amount: 1, currency: 'EUR' },
})
const aSite = () => ({ businessId: world.businessId, name: 'shop.test' })
const aBusiness = {
  name: 'Salon',
  category: 'salon',
  timeZone: 'UTC',
  currency: 'EUR',
  address: { city: 'Berlin', country: 'DE' },
}
const book = (customer?: object) =>
  call('POST', '/api/bookings', {
    token: world.owner.token,
    body: {
      businessId: world.businessId,
      serviceId: world.serviceId,
      startTime: iso(monday + 2 * hours + starts++ * 30 * minutes),
      ...(customer && { customer }),
    },
  })
const asOwner = (method: string, path: string, body?: object) =>
  call(method, path, { token: world.owner.token, body })

/** A row of each table that nothing refers to, and a request that makes another. */
const tables: Record<string, { row: () => Promise<number>; request: () => Promise<Answer> }> = {
  bookings: {
    row: async () => {
      const { body } = await book()
      await query('delete from bookingHistory where bookingId = ?', body.id)
      return body.id
    },
    request: () => book(),
  },
  events: {
    row: async () => (await emit(new PostOffice(), world))[0]!,
    request: () => book(),
  },
  customers: {
    row: async () => {
      const { body } = await book({ name: 'Grace', email: `${starts}@example.com` })
      const [{ id }] = (await query('select customerId as id from bookings where id = ?', body.id)) as [
        { id: number },
      ]
      await query('update bookings set customerId = null where id = ?', body.id)
      return id
    },
    request: () => book({ name: 'Ada', email: `${starts}@example.com` }),
  },
  accounts: {
    row: async () => (await aPerson()).id,
    request: () => {
      const email = `new.${newId(Date.now())}@example.com`
      const person = { email, password: 'correct horse battery', firstName: 'N', lastName: 'Ew' }
      return call('POST', '/api/auth/signup', { body: person })
    },
  },
  apiKeys: {
    row: async () => (await aKey(world)).id,
    request: () =>
      asOwner('POST', '/api/integrations/api-keys', {
        businessId: world.businessId,
        name: 'Partner',
        scopes: ['bookings:read'],
      }),
  },
  webhooks: {
    row: async () => (await aWebhook(world)).id,
    request: () =>
      asOwner('POST', '/api/webhooks', {
        businessId: world.businessId,
        url: 'https://receiver.example.com/',
        events: ['booking.*'],
      }),
  },
  services: {
    row: async () => (await asOwner('POST', '/api/services', aService())).body.id,
    request: () => asOwner('POST', '/api/services', aService()),
  },
  sites: {
    row: async () => (await asOwner('POST', '/api/sites', aSite())).body.id,
    request: () => asOwner('POST', '/api/sites', aSite()),
  },
  leads: {
    row: async () => (await call('POST', '/api/leads', { body: { businessId: world.businessId } })).body.id,
    request: () => call('POST', '/api/leads', { body: { businessId: world.businessId } }),
  },
  businesses: {
    row: async () => {
      const id = await aLoneBusiness()
      await query('delete from businessListings where id = ?', id)
      return id
    },
    request: () => asOwner('POST', '/api/businesses', aBusiness),
  },
  businessListings: {
    row: async () => {
      const id = await aLoneBusiness()
      await query('delete from businesses where id = ?', id)
      return id
    },
    request: () => asOwner('POST', '/api/businesses', aBusiness),
  },
}

/** A business with nothing in it: its id in both tables. */
async function aLoneBusiness(): Promise<number> {
  const { body } = await asOwner('POST', '/api/businesses', aBusiness)
  await query('delete from branches where businessId = ?', body.id)
  await query('delete from members where businessId = ?', body.id)
  await query('delete from sources where businessId = ?', body.id)
  await query('delete from sites where businessId = ?', body.id)
  await query('delete from rates where businessId = ?', body.id)
  return body.id
}

/** Gives the row the id that comes so many ids from now, for as long as the work takes. */
async function taken<T>(table: string, row: number, step: number, work: () => Promise<T>): Promise<T> {
  let last = newId(Date.now())
  // The next ids are one more each, but where they go on in the next millisecond.
  while (last % 256 > 200) last = newId(Date.now())
  const next = last + step
  await query(`update ${table} set id = ? where id = ?`, next, row)
  try {
    return await work()
  } finally {
    const left = await query(`delete from ${table} where id = ? returning id`, next)
    expect(left).toHaveLength(1)
  }
}

describe('a request whose new id is taken already', () => {
  it.each(Object.entries(tables))(
    'makes its change with another one: %s',
    async (table, { row, request }) => {
      for (let step = 1; step <= 6; step++) {
        const answer = await taken(table, await row(), step, request)
        expect([step, answer.status]).toEqual([step, 201])
        expect(
          await query(`select id from ${table} where id = ?`, answer.body.id ?? answer.body.user?.id),
        ).toHaveLength(table === 'events' || table === 'customers' ? 0 : 1)
      }
      expect(new Set(clashes.filter((name) => name.endsWith('.id')))).toEqual(new Set([`${table}.id`]))
    },
  )

  it('redelivers under another one', async () => {
    const office = new PostOffice()
    const webhook = await aWebhook(world)
    for (let step = 1; step <= 3; step++) {
      await emit(office, world, 2)
      await office.deliver()
      const [first, other] = await deliveriesTo(webhook)
      await query('delete from webhookAttempts where deliveryId = ?', other!.id)
      const path = `/api/webhooks/${webhook.id}/deliveries/${first!.id}/redeliver`
      const again = await taken('webhookDeliveries', other!.id, step, () => asOwner('POST', path))
      expect([again.status, again.body.trigger]).toEqual([201, 'redelivery'])
      const stored = (await deliveriesTo(webhook)).find(({ id }) => id === again.body.id)
      expect(stored).toMatchObject({ trigger: 'redelivery' })
      await query('delete from webhookAttempts')
      await query('delete from webhookDeliveries')
    }
    expect(new Set(clashes)).toEqual(new Set(['webhookDeliveries.id']))
  })

  it('keeps that answer under its Idempotency-Key', async () => {
    const { row } = tables.services!
    for (let step = 1; step <= 3; step++) {
      const headers = { 'Idempotency-Key': `key-${step}` }
      const send = () =>
        call('POST', '/api/services', { token: world.owner.token, body: aService(), headers })
      const answer = await taken('services', await row(), step, send)
      const again = await send()
      expect([again.text, again.headers.get('Idempotent-Replayed')]).toEqual([answer.text, 'true'])
    }
    expect(new Set(clashes)).toEqual(new Set(['services.id']))
  })
})
