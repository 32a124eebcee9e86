import { beforeEach, describe, expect, it } from 'vitest'
import { aKey, aPerson, aWorld, call, hours, iso, monday, query, setClock } from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours
const ana = { name: 'Ana Novak', email: 'ana.novak@example.com', phone: '+386 40 111 222' }

const book = (world: World, caller: { token?: string; key?: string }, startAt: number, more: object = {}) => {
  const body = { businessId: world.businessId, serviceId: world.serviceId, startTime: iso(startAt), ...more }
  return call('POST', '/api/bookings', { ...caller, body })
}

describe('an account that says it is somebody', () => {
  it.each(['a key', 'a member'])(
    'does not get the appointments that %s makes for that person',
    async (who) => {
      const world = await aWorld()
      const eve = await aPerson('Ana', 'Novak')
      await query('update accounts set phone = ? where id = ?', ana.phone, eve.id)
      const own = await book(world, eve, tenOClock + 5 * hours)
      await call('POST', `/api/bookings/${own.body.id}/cancel`, { token: eve.token })

      const caller = who === 'a key' ? { key: (await aKey(world)).key } : { token: world.owner.token }
      const customer = { ...ana, email: eve.email }
      const real = await book(world, caller, tenOClock, { customer, notes: 'allergic to latex' })
      expect(real.status).toBe(201)
      expect(real.body.customer.id).not.toBe(own.body.customer.id)
      const mine = await call('GET', '/api/bookings/my-bookings', { token: eve.token })
      expect(mine.body.bookings.map(({ id }: { id: number }) => id)).toEqual([own.body.id])
      const cancelled = await call('POST', `/api/bookings/${real.body.id}/cancel`, { token: eve.token })
      expect([cancelled.status, cancelled.body.code]).toEqual([404, 'booking.not_found'])

      const again = await book(world, caller, tenOClock + hours, { customer })
      expect(again.body.customer.id).toBe(real.body.customer.id)
    },
  )
})

describe('erasing a customer', () => {
  const erase = (id: number, caller: { token?: string; key?: string }) =>
    call('DELETE', `/api/customers/${id}`, caller)

  it('is for the members and the keys of the business that wrote them down', async () => {
    const world = await aWorld()
    const { owner } = world
    const able = await aKey(world, { scopes: ['customers:write'] })
    for (const caller of [owner, able]) {
      const { body } = await book(world, owner, tenOClock, { customer: ana, notes: 'allergic' })
      expect(await erase(body.customer.id, await aPerson())).toMatchObject({ status: 404 })
      expect(await erase(body.customer.id, (await aWorld()).owner)).toMatchObject({ status: 404 })
      expect(await erase(body.customer.id, caller)).toMatchObject({ status: 204, text: '' })
      expect(await erase(body.customer.id, caller)).toMatchObject({
        status: 404,
        body: { code: 'customer.not_found' },
      })
      const shown = await call('GET', `/api/bookings/${body.id}`, { token: owner.token })
      expect(shown.body).toMatchObject({
        customer: { id: body.customer.id, name: null, email: null, phone: null },
        notes: null,
        version: 2,
      })
      expect(shown.headers.get('ETag')).toBe('"2"')
      await call('POST', `/api/bookings/${body.id}/cancel`, { token: owner.token })
    }
  })

  it('is refused for one who has an account: that is theirs to delete', async () => {
    const world = await aWorld()
    const ada = await aPerson()
    const { body } = await book(world, ada, tenOClock)
    const answer = await erase(body.customer.id, world.owner)
    expect([answer.status, answer.body.code]).toEqual([409, 'customer.has_account'])
    expect((await call('GET', `/api/bookings/${body.id}`, { token: ada.token })).body.version).toBe(1)
  })
})
