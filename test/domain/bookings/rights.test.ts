// Who may do what with a booking, and until when.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BookingStatus } from '#domain/bookings/booking-status.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import { restoreBooking } from '#domain/bookings/restore-booking.ts'
import {
  aKey,
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  tokenOf,
} from '../../world.ts'
import type { Person, World } from '../../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours
const nextMonday = tenOClock + 7 * days

interface Caller {
  person?: Person
  key?: string
}

/** A call by somebody, whose token is as fresh as the clock. */
async function by({ person, key }: Caller, method: string, path: string, body?: object) {
  const answer = await call(method, path, { key, token: person && (await tokenOf(person.id)), body })
  return { ...answer, outcome: [answer.status, answer.body?.code ?? answer.body?.status] }
}
const wish = ({ businessId, serviceId }: World, startAt = tenOClock) => ({
  businessId,
  serviceId,
  startTime: iso(startAt),
})
const book = (world: World, caller: Caller, more: object = {}) =>
  by(caller, 'POST', '/api/bookings', { ...wish(world), ...more })
const move = (caller: Caller, id: number, to: object) => by(caller, 'PATCH', `/api/bookings/${id}`, to)
const cancel = (caller: Caller, id: number) => by(caller, 'POST', `/api/bookings/${id}/cancel`)
const set = (caller: Caller, id: number, status: BookingStatus) =>
  by(caller, 'PATCH', `/api/bookings/${id}/status`, { status })
const typesOf = async ({ businessId }: World) =>
  (await query('select type from events where businessId = ? order by sequence', businessId)).map(
    ({ type }) => type,
  )

describe('a customer', () => {
  it('moves and cancels until the start and no longer, the business whenever it must', async () => {
    const world = await aWorld()
    const [ada, owner] = [{ person: await aPerson('Ada') }, { person: world.owner }]
    const { body } = await book(world, ada)
    vi.setSystemTime(tenOClock)
    const later = { startTime: iso(nextMonday) }
    expect((await move(ada, body.id, later)).outcome).toEqual([409, 'booking.started'])
    expect((await cancel(ada, body.id)).outcome).toEqual([409, 'booking.started'])
    expect((await move(owner, body.id, later)).outcome).toEqual([200, 'confirmed'])
    vi.setSystemTime(nextMonday - 1)
    expect((await cancel(ada, body.id)).outcome).toEqual([200, 'cancelled'])
  })

  it('keeps to the notice that a service asks for, once the booking is confirmed', async () => {
    const service = { changeNoticeMinutes: 60, confirmation: 'approval' as const }
    const world = await aWorld({ service })
    const [ada, owner] = [{ person: await aPerson('Ada') }, { person: world.owner }]
    const { body } = await book(world, ada)
    const { body: waiting } = await book(world, ada, { startTime: iso(tenOClock + hours) })
    await set(owner, body.id, 'confirmed')
    vi.setSystemTime(tenOClock - hours)
    expect((await move(ada, body.id, { notes: 'I bring the dog' })).status).toBe(200)
    vi.setSystemTime(tenOClock - hours + 1)
    const late = await cancel(ada, body.id)
    expect(late.outcome).toEqual([409, 'booking.change_too_late'])
    expect(late.body.error).toContain('60 minutes')
    expect((await move(ada, body.id, { startTime: iso(nextMonday) })).outcome).toEqual(late.outcome)
    vi.setSystemTime(tenOClock + 30 * minutes)
    expect((await cancel(ada, waiting.id)).outcome).toEqual([200, 'cancelled'])
    expect((await cancel(owner, body.id)).outcome).toEqual([200, 'cancelled'])
  })

  it('gives a hold back at any time', async () => {
    const world = await aWorld()
    const ada = { person: await aPerson('Ada') }
    vi.setSystemTime(tenOClock - minutes)
    const hold = await by(ada, 'POST', '/api/bookings/holds', { ...wish(world), ttlSeconds: 300 })
    vi.setSystemTime(tenOClock + minutes)
    expect((await by(ada, 'DELETE', `/api/bookings/holds/${hold.body.holdId}`)).status).toBe(204)
  })

  it('needs a new approval for another time, where a service asks for one', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const [ada, owner] = [{ person: await aPerson('Ada') }, { person: world.owner }]
    const { body } = await book(world, ada)
    await set(owner, body.id, 'confirmed')
    expect((await move(ada, body.id, { notes: 'By the window' })).outcome).toEqual([200, 'confirmed'])
    const moved = await move(ada, body.id, { startTime: iso(nextMonday) })
    expect(moved.body).toMatchObject({ status: 'pending', expiresAt: iso(nextMonday) })
    expect((await set(owner, body.id, 'confirmed')).body).toMatchObject({
      status: 'confirmed',
      expiresAt: null,
    })
    expect((await move(owner, body.id, { startTime: iso(nextMonday + hours) })).outcome).toEqual([
      200,
      'confirmed',
    ])
    expect(await typesOf(world)).toEqual([
      'booking.requested',
      'booking.created',
      ...Array.from({ length: 4 }, () => 'booking.updated'),
    ])
  })

  it('who is still waiting may ask for another time, and waits until that one', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const ada = { person: await aPerson('Ada') }
    const { body } = await book(world, ada)
    expect(body.expiresAt).toBe(iso(tenOClock))
    const moved = await move(ada, body.id, { startTime: iso(nextMonday) })
    expect(moved.body).toMatchObject({ status: 'pending', expiresAt: iso(nextMonday) })
  })
})

describe('a key', () => {
  it('decides about what is not confirmed only with bookings:manage', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const ada = { person: await aPerson('Ada') }
    const { key: plain } = await aKey(world, { scopes: ['bookings:read', 'bookings:write'] })
    const { key: manager } = await aKey(world, { scopes: ['bookings:write', 'bookings:manage'] })
    const { body } = await book(world, ada)
    const refused = [403, 'booking.not_yours_to_decide']
    expect((await set({ key: plain }, body.id, 'confirmed')).outcome).toEqual(refused)
    expect((await set({ key: plain }, body.id, 'declined')).outcome).toEqual(refused)
    expect((await set({ key: manager }, body.id, 'confirmed')).outcome).toEqual([200, 'confirmed'])

    const later = { startTime: iso(nextMonday) }
    expect((await move({ key: plain }, body.id, later)).outcome).toEqual([200, 'pending'])
    expect((await set({ key: plain }, body.id, 'confirmed')).outcome).toEqual(refused)
    expect((await set({ key: manager }, body.id, 'confirmed')).outcome).toEqual([200, 'confirmed'])
    const again = { startTime: iso(nextMonday + hours) }
    expect((await move({ key: manager }, body.id, again)).outcome).toEqual([200, 'confirmed'])
    expect((await set({ key: plain }, body.id, 'rescheduling')).outcome).toEqual([200, 'rescheduling'])
  })

  it('that may only read is not shown the card, which moves and cancels, wherever it sees a booking', async () => {
    const world = await aWorld()
    const ada = await aPerson('Ada')
    const { body: booking } = await book(world, { person: ada })
    const cardsFor = async (caller: Caller) => {
      const [read, list, feed] = await Promise.all([
        by(caller, 'GET', `/api/bookings/${booking.id}`),
        by(caller, 'GET', `/api/bookings/business/${world.businessId}`),
        by(caller, 'GET', `/api/events?businessId=${world.businessId}`),
      ])
      return [read.body.cardUrl, list.body.bookings[0].cardUrl, feed.body.events[0].data.cardUrl]
    }
    const keyWith = async (...scopes: Scope[]) => ({ key: (await aKey(world, { scopes })).key })
    const [reads, feed] = ['bookings:read', 'events:read'] as const
    expect(await cardsFor(await keyWith(reads, feed))).toEqual([null, null, null])
    const shown = [booking.cardUrl, booking.cardUrl, booking.cardUrl]
    expect(await cardsFor(await keyWith(reads, feed, 'bookings:write'))).toEqual(shown)
    expect(await cardsFor(await keyWith(reads, feed, 'bookings:manage'))).toEqual(shown)
    expect(await cardsFor({ person: world.owner })).toEqual(shown)
    expect((await by({ person: ada }, 'GET', `/api/bookings/${booking.id}`)).body.cardUrl).toBe(shown[0])
    const partners = await by(await keyWith(reads), 'GET', '/api/integrations/partner/bookings')
    expect(partners.body.bookings[0].cardUrl).toBeNull()
  })

  it('books on the holds of its business’s keys and members, never on a customer’s', async () => {
    const world = await aWorld({ staff: 3 })
    const { key } = await aKey(world)
    const { key: other } = await aKey(world)
    const hold = (caller: Caller) => by(caller, 'POST', '/api/bookings/holds', wish(world))
    const bookOn = async (held: { body: { holdId: number } }) =>
      book(world, { key }, { holdId: held.body.holdId, customer: { name: 'Somebody Else' } })
    const customers = await hold({ person: await aPerson('Ada') })
    expect((await bookOn(customers)).outcome).toEqual([404, 'hold.not_found'])
    expect((await bookOn(await hold({ key: other }))).outcome).toEqual([201, 'confirmed'])
    expect((await bookOn(await hold({ person: world.owner }))).outcome).toEqual([201, 'confirmed'])
  })
})

describe('a step of the business', () => {
  it('comes at its time: somebody is there at most twelve hours early, and done only once it has begun', async () => {
    const world = await aWorld()
    const owner = { person: world.owner }
    const { body } = await book(world, owner, { startTime: iso(tenOClock + days) })
    expect((await set(owner, body.id, 'checked_in')).outcome).toEqual([409, 'booking.too_early'])
    expect((await set(owner, body.id, 'completed')).outcome).toEqual([409, 'booking.not_started'])
    vi.setSystemTime(tenOClock + days - 12 * hours)
    expect((await set(owner, body.id, 'checked_in')).outcome).toEqual([200, 'checked_in'])
    vi.setSystemTime(tenOClock + days - 1)
    expect((await set(owner, body.id, 'completed')).outcome).toEqual([409, 'booking.not_started'])
    vi.setSystemTime(tenOClock + days)
    expect((await set(owner, body.id, 'completed')).outcome).toEqual([200, 'completed'])
  })

  it('makes of a hold what ends like any other of its kind', async () => {
    const world = await aWorld()
    const owner = { person: world.owner }
    const held = await by(owner, 'POST', '/api/bookings/holds', { ...wish(world), ttlSeconds: 60 })
    const waiting = await set(owner, held.body.holdId, 'awaiting_payment')
    expect(waiting.body).toMatchObject({ status: 'awaiting_payment', expiresAt: iso(monday + 30 * minutes) })
    const other = { ...wish(world, nextMonday), ttlSeconds: 60 }
    const second = await by(owner, 'POST', '/api/bookings/holds', other)
    expect((await set(owner, second.body.holdId, 'pending')).body.expiresAt).toBe(iso(nextMonday))
    vi.setSystemTime(monday + 30 * minutes)
    expect((await book(world, owner)).status).toBe(201)
  })

  it('asks nobody to confirm what has begun', async () => {
    const world = await aWorld()
    const owner = { person: world.owner }
    vi.setSystemTime(tenOClock - minutes)
    const held = await by(owner, 'POST', '/api/bookings/holds', { ...wish(world), ttlSeconds: 600 })
    vi.setSystemTime(tenOClock)
    expect((await set(owner, held.body.holdId, 'pending')).outcome).toEqual([409, 'booking.started'])
    expect((await set(owner, held.body.holdId, 'confirmed')).outcome).toEqual([200, 'confirmed'])
  })

  it('makes no booking of a hold of nobody’s, not even by restoring it', async () => {
    const world = await aWorld()
    const owner = { person: world.owner }
    const { key } = await aKey(world)
    const held = await by({ key }, 'POST', '/api/bookings/holds', { ...wish(world), ttlSeconds: 60 })
    for (const status of ['pending', 'awaiting_payment', 'confirmed'] as const) {
      expect((await set(owner, held.body.holdId, status)).outcome).toEqual([422, 'booking.customer_required'])
    }
    vi.setSystemTime(monday + minutes)
    await expect(restoreBooking(contextOf(world.owner), { id: held.body.holdId })).rejects.toMatchObject({
      code: 'booking.customer_required',
    })
  })

  it('brings back a hold that ended, as a booking that is not forgotten', async () => {
    const world = await aWorld()
    const held = await by({ person: world.owner }, 'POST', '/api/bookings/holds', wish(world))
    await by({ person: world.owner }, 'DELETE', `/api/bookings/holds/${held.body.holdId}`)
    const restored = await restoreBooking(contextOf(world.owner), { id: held.body.holdId })
    expect(restored).toMatchObject({ status: 'confirmed', forgetAt: null, expiresAt: null })
    expect(await typesOf(world)).toEqual(['booking.created'])
  })

  it('changes nothing about a booking that is over', async () => {
    const world = await aWorld()
    const owner = { person: world.owner }
    const { body } = await book(world, owner)
    await cancel(owner, body.id)
    for (const change of [{ notes: 'X' }, { customer: { name: 'Else' } }, { startTime: iso(nextMonday) }]) {
      expect((await move(owner, body.id, change)).outcome).toEqual([409, 'booking.invalid_transition'])
    }
  })

  it('that is sent again because its answer was lost is no conflict: cancelled is cancelled', async () => {
    const world = await aWorld()
    const owner = { person: world.owner }
    const { body } = await book(world, owner)
    const first = await cancel(owner, body.id)
    const again = await call('POST', `/api/bookings/${body.id}/cancel`, {
      token: world.owner.token,
      headers: { 'If-Match': '"1"' },
    })
    expect([again.status, again.text]).toEqual([200, first.text])
    expect(await typesOf(world)).toEqual(['booking.created', 'booking.cancelled'])
  })
})

describe('a booking with somebody who takes no more bookings', () => {
  it('is moved in time by the business, and by its customer only to somebody else', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna, ben] = world.staffIds
    const [ada, owner] = [{ person: await aPerson('Ada') }, { person: world.owner }]
    const { body } = await book(world, ada, { staffId: anna })
    await by(owner, 'PATCH', `/api/staff/${anna}`, { active: false })
    const later = { startTime: iso(tenOClock + hours) }
    expect((await move(ada, body.id, later)).outcome).toEqual([409, 'booking.staff_unavailable'])
    expect((await move(owner, body.id, later)).body).toMatchObject({ ...later, staffId: anna })
    expect((await move(ada, body.id, { staffId: ben })).body).toMatchObject({ ...later, staffId: ben })
    expect((await move(owner, body.id, { staffId: anna })).outcome).toEqual([404, 'staff.not_found'])
  })
})
