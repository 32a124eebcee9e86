// Every list, walked with its own cursor, and with those of all others.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { native } from '#dialects/native/index.ts'
import { inserting } from '#db/database.ts'
import { members } from '#db/members.ts'
import { aWebhook, emit, PostOffice } from '../post-office.ts'
import {
  aKey,
  aLog,
  aService,
  aToken,
  aWorld,
  call,
  hours,
  iso,
  monday,
  query,
  setClock,
  write,
} from '../world.ts'
import type { CallOptions } from '../world.ts'
import { ask } from '../dialects/property/ask.ts'

const document = native.getOpenAPIDocument({ openapi: '3.0.3', info: { title: 'Slotkeeper', version: '1' } })
const lists = Object.entries(document.paths).flatMap(([path, { get }]) => {
  const parameters = get?.parameters ?? []
  return parameters.some((parameter) => 'name' in parameter && parameter.name === 'cursor') ? [path] : []
})

/** How each list is asked for, with more than one entry in it; by the path that it is declared under. */
let addresses: Record<string, string[]>
let caller: CallOptions
let partner: CallOptions

beforeEach(() => setClock())

beforeAll(async () => {
  setClock()
  const [world, other] = [await aWorld({ staff: 2 }), await aWorld()]
  const { businessId, serviceId, owner } = world
  const [{ key }] = [await aKey(world), await aKey(world)]
  await write(
    aService({ id: serviceId + 1, businessId }),
    inserting(members)({
      businessId: other.businessId,
      accountId: owner.id,
      role: 'staff',
      resourceId: null,
      createdAt: 0,
    }),
  )
  await query('update businessListings set latitude = 1, longitude = 1, latitudeBand = 10')
  const [webhook] = [await aWebhook(world), await aWebhook(world)]
  const office = new PostOffice()
  await emit(office, world, 2)
  await office.deliver()
  for (const hour of [2, 3]) {
    const body = { businessId, serviceId, startTime: iso(monday + hour * hours) }
    await call('POST', '/api/bookings', { token: owner.token, body })
    await aLog(world)
    await aToken(owner)
    await call('POST', '/api/leads', { body: { businessId } })
    const coupon = { businessId, code: `SPRING${hour}`, percent: 10 }
    await call('POST', '/api/coupons', { token: owner.token, body: coupon })
    const branch = { businessId, name: `Branch ${hour}`, timeZone: 'Europe/Berlin' }
    await call('POST', '/api/branches', { token: owner.token, body: branch })
    await ask(key, 'POST', '/rooms', { body: { name: `Room ${hour}`, persons: 2 } })
    await call('POST', '/api/sites', { token: owner.token, body: { businessId, name: `shop ${hour}` } })
  }
  caller = { token: owner.token }
  partner = { key }
  const deliveries = `/api/webhooks/${webhook.id}/deliveries`
  addresses = {
    '/api/businesses': ['newest', 'name', 'rating', 'distance'].map(
      (sort) => `/api/businesses?lat=1&lng=1&sort=${sort}`,
    ),
    '/api/businesses/my-businesses': ['/api/businesses/my-businesses?'],
    '/api/services/business/{businessId}': [`/api/services/business/${businessId}?`],
    '/api/staff/business/{businessId}': [`/api/staff/business/${businessId}?`],
    '/api/rooms/business/{businessId}': [`/api/rooms/business/${businessId}?`],
    '/api/bookings/my-bookings': ['/api/bookings/my-bookings?'],
    '/api/bookings/business/{businessId}': [`/api/bookings/business/${businessId}?`],
    '/api/integrations/api-keys': [`/api/integrations/api-keys?businessId=${businessId}`],
    '/api/integrations/tokens': ['/api/integrations/tokens?'],
    '/api/businesses/{id}/leads': [`/api/businesses/${businessId}/leads?`],
    '/api/branches/business/{businessId}': [`/api/branches/business/${businessId}?`],
    '/api/coupons': [`/api/coupons?businessId=${businessId}`],
    '/api/sites': [`/api/sites?businessId=${businessId}`],
    '/api/integrations/partner/bookings': ['/api/integrations/partner/bookings?'],
    '/api/logs': [`/api/logs?businessId=${businessId}`],
    '/api/webhooks': ['/api/webhooks?'],
    '/api/webhooks/{id}/deliveries': [`${deliveries}?`, `${deliveries}?status=succeeded`],
  }
})

const list = (address: string, more: string) =>
  call('GET', `${address}&limit=1${more}`, address.includes('/partner/') ? partner : caller)

describe('a list', () => {
  it.each(lists)('goes on behind the cursor that it gave: %s', async (path) => {
    expect(addresses[path]).toBeDefined()
    for (const address of addresses[path] ?? []) {
      const first = await list(address, '')
      expect([address, first.status, first.body.nextCursor]).toEqual([address, 200, expect.any(String)])
      const next = await list(address, `&cursor=${first.body.nextCursor}`)
      expect([address, next.status]).toEqual([address, 200])
      const [plural] = Object.keys(first.body)
      expect(next.body[plural!]).toHaveLength(1)
      expect(next.body[plural!]).not.toEqual(first.body[plural!])
    }
  })

  it('takes no cursor of another one, or of another order', async () => {
    const all = Object.values(addresses).flat()
    const cursors = await Promise.all(all.map(async (address) => (await list(address, '')).body.nextCursor))
    expect(new Set(cursors).size).toBe(all.length)
    for (const [index, address] of all.entries()) {
      const others = cursors.filter((_, other) => other !== index)
      const answers = await Promise.all(others.map((cursor) => list(address, `&cursor=${cursor}`)))
      expect([address, new Set(answers.map(({ status }) => status))]).toEqual([address, new Set([400])])
    }
  })

  it('takes no cursor that was made by hand', async () => {
    const forged = [
      [],
      ['apiKeys'],
      ['apiKeys', 1, 2],
      ['apiKeys', {}],
      [1],
      ['apiKeys', null],
      'apiKeys',
      null,
    ]
    for (const parts of forged) {
      const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url')
      const { status, body } = await list(addresses['/api/integrations/api-keys']![0]!, `&cursor=${cursor}`)
      expect([parts, status, body.errors]).toEqual([
        parts,
        400,
        [{ field: 'cursor', message: 'Cursor is not one of ours' }],
      ])
    }
  })
})
