// The property dialect is for businesses whose plan includes it.
import { beforeEach, expect, it } from 'vitest'
import { counted } from '../../round-trips.ts'
import { aKey, aWorld, call, query, setClock } from '../../world.ts'
import type { Key, World } from '../../world.ts'
import { ask } from './ask.ts'

let world: World
let key: Key
beforeEach(async () => {
  setClock()
  world = await aWorld()
  key = await aKey(world)
})

const pay = (planId: string) =>
  query('update businessListings set planId = ? where id = ?', planId, world.businessId)
const aToken = () =>
  ask(undefined, 'POST', '/auth/token', { body: { clientId: String(key.id), clientSecret: key.key } })
const refused = [403, 'The plan Basic does not include the REST API for properties: Premium does']

it('is open to a business that was just made', async () => {
  const { body: business } = await call('POST', '/api/businesses', {
    token: world.owner.token,
    body: {
      name: 'Inn',
      category: 'hotel',
      timeZone: 'Europe/Ljubljana',
      currency: 'EUR',
      address: { city: 'Bled', country: 'SI' },
    },
  })
  const own = await aKey({ businessId: business.id })
  expect((await ask(own.key, 'GET', '/rooms')).status).toBe(200)
})

it('is closed, in words that name the plan, to keys and to tokens for them, until it is paid for again', async () => {
  const { access_token: token } = (await aToken()).body
  await pay('basic')
  for (const credential of [key.key, token]) {
    for (const [method, path] of [
      ['GET', '/rooms'],
      ['GET', '/reservations/1'],
      ['POST', '/guests'],
      ['DELETE', '/invoices/1'],
    ] as const) {
      const { status, body } = await ask(credential, method, path, method === 'POST' ? { body: {} } : {})
      const { title, detail } = body
      expect([path, title, status, detail]).toEqual([path, 'Forbidden', ...refused])
    }
  }
  const again = await aToken()
  expect([again.status, again.body.detail]).toEqual(refused)
  await pay('premium')
  expect((await ask(token, 'GET', '/rooms')).status).toBe(200)
})

it('is as open as ever for the question how it is, and the other dialects mind no plan', async () => {
  await pay('basic')
  expect((await ask(undefined, 'GET', '/health')).status).toBe(200)
  expect((await ask(key.key, 'GET', '/health')).status).toBe(200)
  const partner = await call('GET', '/api/integrations/partner/bookings', { key: key.key })
  expect(partner.status).toBe(200)
})

it('says nothing of the plan to whom no key is known, and of scopes only to who has the plan', async () => {
  await pay('basic')
  expect((await ask('na_live_nobody', 'GET', '/rooms')).status).toBe(401)
  const poor = await aKey(world, { scopes: [] })
  expect((await ask(poor.key, 'GET', '/rooms')).body.detail).toBe(refused[1])
})

it.each(['basic', 'premium'])('looks at the plan in the round trip of the first read: %s', async (planId) => {
  await pay(planId)
  // From the second call on the key is known, and counted beside what is read.
  await ask(key.key, 'GET', '/rooms')
  let steps = 0
  const fetcher = async (request: Request) => {
    const last = await counted(request)
    steps = last.steps
    return last.response
  }
  await ask(key.key, 'GET', '/rooms', { fetcher })
  expect(steps).toBe(1)
})
