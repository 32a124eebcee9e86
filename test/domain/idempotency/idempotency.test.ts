import { beforeEach, describe, expect, it } from 'vitest'
import { insertIdempotencyRecord } from '#db/idempotency.ts'
import { aKey, aWorld, call, hours, iso, monday, query, setClock, write } from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => setClock())

const headers = { 'Idempotency-Key': 'order-1' }
const customer = { name: 'Grace Hopper', email: 'grace@example.com' }

function book(world: World, caller: { key?: string; token?: string }, more: object = {}) {
  const { businessId, serviceId } = world
  const body = { businessId, serviceId, startTime: iso(monday + 2 * hours), ...more }
  return call('POST', '/api/bookings', { ...caller, body, headers })
}

const rotate = ({ owner }: World, id: number) =>
  call('POST', `/api/integrations/api-keys/${id}/rotate`, { token: owner.token })

describe('the Idempotency-Keys of an API key', () => {
  it('outlive its rotation: a retry with the new secret is no second booking', async () => {
    const world = await aWorld({ staff: 2 })
    const { id, key } = await aKey(world)
    const first = await book(world, { key }, { customer })
    const { body } = await rotate(world, id)
    for (const either of [key, body.key]) {
      const again = await book(world, { key: either }, { customer })
      expect([again.status, again.headers.get('Idempotent-Replayed'), again.text]).toEqual([
        201,
        'true',
        first.text,
      ])
    }
    const other = await book(world, { key: body.key }, { customer, notes: 'another request' })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.mismatch'])
    expect(await query('select id from bookings where businessId = ?', world.businessId)).toHaveLength(1)
  })

  it('are its own: of two keys of a business with the same one at once, one gets the slot and the other hears so', async () => {
    const world = await aWorld()
    const keys = [await aKey(world), await aKey(world)]
    const answers = await Promise.all(keys.map(({ key }) => book(world, { key }, { customer })))
    const outcomes = answers.map(({ status, body }) => `${status} ${body.code ?? body.status}`)
    expect(outcomes.toSorted((a, b) => a.localeCompare(b))).toEqual([
      '201 confirmed',
      '409 booking.slot_taken',
    ])
  })
})

describe('a request that finds done what it asks for', () => {
  it('gets the answer of its first time, and none for what is another request', async () => {
    const world = await aWorld()
    const { owner } = world
    const { id } = (await book(world, { token: owner.token }, { customer })).body
    const cancel = (reason: string) => {
      const more = { token: owner.token, body: { reason }, headers: { 'Idempotency-Key': 'cancel-1' } }
      return call('POST', `/api/bookings/${id}/cancel`, more)
    }
    const first = await cancel('ill')
    await query("update bookings set notes = 'changed since' where id = ?", id)
    const again = await cancel('ill')
    expect([again.headers.get('Idempotent-Replayed'), again.text]).toEqual(['true', first.text])
    expect((await cancel('well')).body.code).toBe('idempotency.mismatch')
  })
})

describe('a kept answer that shows somebody', () => {
  it('goes when they are erased, whoever got it', async () => {
    const world = await aWorld()
    const { id: keyId, key } = await aKey(world)
    const password = 'correct horse battery'
    const signup = { email: 'soon.gone@example.com', password, firstName: 'Soon', lastName: 'Gone' }
    const { access_token: token } = (await call('POST', '/api/auth/signup', { body: signup })).body
    const { id } = (await book(world, { token })).body
    const cancel = () => call('POST', `/api/bookings/${id}/cancel`, { key, body: {}, headers })
    expect((await cancel()).text).toContain('soon.gone@example.com')
    expect((await cancel()).headers.get('Idempotent-Replayed')).toBe('true')
    const erased = await call('DELETE', '/api/users/account', { token, body: { password } })
    expect(erased.status).toBe(204)
    const after = await cancel()
    expect(after.headers.get('Idempotent-Replayed')).toBeNull()
    expect(after.text).not.toMatch(/gone/i)
    const kept = await query('select caller from idempotencyRecords where caller = ?', `key:${keyId}`)
    expect(kept).toEqual([])
  })

  it('goes when the business erases whom it wrote down', async () => {
    const world = await aWorld()
    const { key } = await aKey(world)
    const made = await book(world, { key }, { customer })
    const erased = await call('DELETE', `/api/customers/${made.body.customer.id}`, {
      token: world.owner.token,
    })
    expect(erased.status).toBe(204)
    const after = await book(world, { key }, { customer })
    expect([after.headers.get('Idempotent-Replayed'), after.body.code]).toEqual([null, 'booking.slot_taken'])
  })

  it('is not kept when they were erased while it was made', async () => {
    const world = await aWorld()
    await query(
      `insert into customers (id, businessId, kind, details, erasedAt, createdAt, updatedAt)
       values (?1, ?2, 'none', '{}', 1, 0, 0), (?1 + 1, ?2, 'none', '{}', null, 0, 0)`,
      world.serviceId,
      world.businessId,
    )
    const record = { caller: 'key:1', fingerprint: '', status: 201, body: '', createdAt: monday }
    await write(
      ...[world.serviceId, world.serviceId + 1, null].map((customerId, index) =>
        insertIdempotencyRecord({ ...record, keyHash: `request ${index}`, customerId }),
      ),
    )
    const kept = await query("select keyHash from idempotencyRecords where caller = 'key:1' order by keyHash")
    expect(kept).toEqual([{ keyHash: 'request 1' }, { keyHash: 'request 2' }])
  })
})
