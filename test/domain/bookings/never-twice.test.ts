import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { insertBooking } from '#db/bookings/writing.ts'
import { findSlots } from '#domain/availability/find-slots.ts'
import { changeBookingStatus } from '#domain/bookings/change-booking-status.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { newCardToken } from '#domain/bookings/card-token.ts'
import { getBooking } from '#domain/bookings/get-booking.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
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
  settled,
  tokenOf,
  whoHolds,
  write,
} from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours

const request = (world: World, startAt = tenOClock, more: object = {}) => ({
  businessId: world.businessId,
  serviceId: world.serviceId,
  startTime: iso(startAt),
  ...more,
})

async function book(world: World, startAt = tenOClock, more: object = {}) {
  return call('POST', '/api/bookings', { token: world.owner.token, body: request(world, startAt, more) })
}

const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort((a, b) => a - b)
const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status)

async function countOf(table: 'bookings' | 'events', world: World): Promise<unknown> {
  const [row] = await query(`select count(*) as n from ${table} where businessId = ?`, world.businessId)
  return row?.n
}

/** No two of them at the same time beyond what `capacity` lets. */
async function mostAtOnce(world: World): Promise<number> {
  const { database } = await whoHolds(world)
  const at = database.map(([, from]) => database.filter(([, f, t]) => f! <= from! && t! > from!).length)
  return Math.max(0, ...at)
}

describe('a slot is never sold twice', () => {
  it('goes to exactly one of fifty callers', async () => {
    const world = await aWorld()
    const people = await Promise.all(times(50, 0).map(() => aPerson()))
    const answers = await Promise.all(
      people.map(({ token }) => call('POST', '/api/bookings', { token, body: request(world) })),
    )
    expect(statuses(answers)).toEqual([201, ...times(49, 409)])
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code))).toEqual(
      new Set(['booking.slot_taken']),
    )
    expect(await countOf('bookings', world)).toBe(1)
    expect(await countOf('events', world)).toBe(1)
  })

  it('never overlaps, whatever lengths and starts thirty-six callers ask for', async () => {
    const world = await aWorld({ service: { durationMinutes: 60, slotIntervalMinutes: 5 } })
    const starts = Array.from({ length: 36 }, (_, index) => tenOClock + index * 5 * minutes)
    const answers = await Promise.all(starts.map((startAt) => book(world, startAt)))
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(2)
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
    expect(await mostAtOnce(world)).toBe(1)
  })

  it('sells three seats of three to twelve callers', async () => {
    const world = await aWorld({ service: { capacity: 3 } })
    const answers = await Promise.all(times(12, 0).map(() => book(world)))
    expect(statuses(answers)).toEqual([...times(3, 201), ...times(9, 409)])
    expect(await mostAtOnce(world)).toBe(3)
  })

  it('gives the last place of a class to one of twenty, whatever the others do with theirs meanwhile', async () => {
    const world = await aWorld({ service: { capacity: 3, bufferAfterMinutes: 15 } })
    const [first, second] = [await book(world), await book(world)]
    expect([first.status, second.status]).toEqual([201, 201])
    const people = await Promise.all(times(20, 0).map(() => aPerson()))
    const [answers, checkedIn] = await Promise.all([
      Promise.all(people.map(({ token }) => call('POST', '/api/bookings', { token, body: request(world) }))),
      call('PATCH', `/api/bookings/${first.body.id}`, {
        token: world.owner.token,
        body: { notes: 'By the window' },
      }),
    ])
    expect(statuses(answers)).toEqual([201, ...times(19, 409)])
    expect(checkedIn.status).toBe(200)
    expect(await mostAtOnce(world)).toBe(3)
  })

  it('gives a resource to one class at a time, whichever of the starts that overlap comes first', async () => {
    const world = await aWorld({
      service: { capacity: 5, durationMinutes: 60, bufferAfterMinutes: 15, slotIntervalMinutes: 15 },
    })
    const starts = Array.from({ length: 20 }, (_, index) => tenOClock + (index % 5) * 15 * minutes)
    const answers = await Promise.all(starts.map((startAt) => book(world, startAt)))
    const sold = answers.filter(({ status }) => status === 201)
    expect(new Set(sold.map(({ body }) => body.startTime)).size).toBe(1)
    expect(sold).toHaveLength(4)
    const again = await book(
      world,
      starts.find((startAt) => iso(startAt) === sold[0]!.body.startTime),
    )
    expect(again.status).toBe(201)
  })

  it('keeps the buffers of both neighbours free', async () => {
    const world = await aWorld({ service: { bufferAfterMinutes: 15, slotIntervalMinutes: 5 } })
    expect((await book(world)).status).toBe(201)
    expect((await book(world, tenOClock + 40 * minutes)).body.code).toBe('booking.slot_taken')
    expect((await book(world, tenOClock - 40 * minutes)).body.code).toBe('booking.slot_taken')
    expect((await book(world, tenOClock + 45 * minutes)).status).toBe(201)
  })

  it('lets nobody else in once a pending booking is there, and confirms it once', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const ada = await aPerson()
    const pending = await call('POST', '/api/bookings', { token: ada.token, body: request(world) })
    expect(pending.body.status).toBe('pending')
    expect((await book(world)).status).toBe(409)

    const confirm = () =>
      call('PATCH', `/api/bookings/${pending.body.id}/status`, {
        token: world.owner.token,
        body: { status: 'confirmed' },
      })
    expect(statuses(await Promise.all([confirm(), confirm()]))).toEqual([200, 409])
    expect(
      await query('select type from events where businessId = ? order by sequence', world.businessId),
    ).toEqual([{ type: 'booking.requested' }, { type: 'booking.created' }])
  })

  it('confirms at most one of two bookings that wait for the same time', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const owner = contextOf(world.owner)
    const [ada, bob] = [await aPerson('Ada'), await aPerson('Bob')]
    const wish = { businessId: world.businessId, serviceId: world.serviceId, startAt: tenOClock }
    const first = await createBooking(contextOf(ada), wish)
    await changeBookingStatus(owner, { id: first.id, status: 'declined' })
    const second = await createBooking(contextOf(bob), wish)
    const results = await Promise.allSettled([
      restoreBooking(contextOf(world.owner), { id: first.id }),
      changeBookingStatus(contextOf(world.owner), { id: second.id, status: 'confirmed' }),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    await settled()
    expect(await mostAtOnce(world)).toBe(1)
  })

  it('frees the slot on every way out', async () => {
    const world = await aWorld()
    for (const status of ['cancelled', 'no_show', 'completed']) {
      setClock()
      const { body } = await book(world)
      expect(body.status).toBe('confirmed')
      vi.setSystemTime(tenOClock)
      const token = await tokenOf(world.owner.id)
      const left = await call('PATCH', `/api/bookings/${body.id}/status`, { token, body: { status } })
      expect(left.body.status).toBe(status)
      expect((await whoHolds(world)).lock).toEqual([])
    }
    setClock()
    expect((await book(world)).status).toBe(201)
  })

  it('refuses in the database alone what a lock that lost its memory would let through', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    const { booking } = await getBooking(contextOf(world.owner), body.id)
    const twin = {
      ...booking,
      id: booking.id + 1,
      cardToken: newCardToken(),
      startAt: booking.startAt + 10 * minutes,
      endAt: booking.endAt + 10 * minutes,
    }
    const overlapping = { ...twin, blockedFromAt: twin.startAt, blockedToAt: twin.endAt }
    await expect(write(insertBooking(overlapping))).rejects.toThrow('slot_taken')
    await expect(write(insertBooking({ ...overlapping, status: 'cancelled' }))).resolves.toBeUndefined()
    await expect(
      query(`update bookings set status = 'confirmed' where id = ?`, overlapping.id),
    ).rejects.toThrow('slot_taken')
  })
})

describe('a block of time that lasts for weeks', () => {
  async function blocked(world: World) {
    const { body } = await book(world)
    const { booking } = await getBooking(contextOf(world.owner), body.id)
    const at = (id: number, from: number, to: number) => ({
      ...booking,
      id,
      cardToken: newCardToken(),
      startAt: from,
      endAt: to,
      blockedFromAt: from,
      blockedToAt: to,
    })
    const block = { ...at(booking.id + 1, monday + days, monday + 21 * days), kind: 'block' as const }
    await write(insertBooking(block))
    return { block, booking, at }
  }

  it('lets nothing into any of its days: not in the database, not in the search, not in a lock that was empty', async () => {
    const world = await aWorld()
    const { block, booking, at } = await blocked(world)
    for (const day of [2, 6, 11, 20]) {
      const startAt = tenOClock + day * days
      const inside = at(booking.id + 2, startAt, startAt + 30 * minutes)
      await expect(write(insertBooking(inside))).rejects.toThrow('slot_taken')
      const slots = { businessId: world.businessId, serviceId: world.serviceId, fromAt: startAt }
      const found = await findSlots(contextOf(), { ...slots, toAt: startAt + hours })
      expect(found.slots).toEqual([])
      const refused = await book(world, startAt)
      expect([refused.status, refused.body.code]).toEqual([409, 'booking.slot_taken'])
    }
    vi.setSystemTime(monday + 15 * days)
    const asked = env.SLOT_LOCK.getByName(`empty ${world.businessId}`)
    const resource = { businessId: world.businessId, resourceId: world.staffIds[0]! }
    const claim = {
      id: 1,
      version: 1,
      token: '',
      units: 1,
      capacity: 1,
      serviceId: 1,
      caller: null,
      owner: null,
    }
    const from = tenOClock + 16 * days
    expect(await asked.claim(resource, { ...claim, from, to: from + hours, startAt: from })).toMatchObject({
      because: 'taken',
    })
    expect(block.endAt).toBeGreaterThan(from)
  })

  it('is itself refused where an appointment is, and moves nowhere else', async () => {
    const world = await aWorld()
    const { block, booking, at } = await blocked(world)
    await write(insertBooking({ ...at(booking.id + 2, monday + 30 * days, monday + 30 * days + hours) }))
    const from = monday + 12 * days
    const to = monday + 31 * days
    await expect(
      query(
        'update bookings set startAt = ?1, endAt = ?2, blockedFromAt = ?1, blockedToAt = ?2 where id = ?3',
        from,
        to,
        block.id,
      ),
    ).rejects.toThrow('slot_taken')
  })
})

describe('moving a booking', () => {
  const move = (world: World, id: number, body: object, headers = {}) =>
    call('PATCH', `/api/bookings/${id}`, { token: world.owner.token, body, headers })

  it('keeps its id, frees the old slot and takes the new one', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    const moved = await move(world, body.id, { startTime: iso(tenOClock + hours) })
    expect(moved.body).toMatchObject({ id: body.id, version: 2, startTime: iso(tenOClock + hours) })
    expect((await book(world)).status).toBe(201)
    expect((await book(world, tenOClock + hours)).status).toBe(409)
  })

  it('may overlap with where it is now', async () => {
    const world = await aWorld({ service: { slotIntervalMinutes: 10 } })
    const { body } = await book(world)
    expect((await move(world, body.id, { startTime: iso(tenOClock + 10 * minutes) })).status).toBe(200)
    expect(await whoHolds(world)).toEqual({
      lock: [[body.id, tenOClock + 10 * minutes, tenOClock + 40 * minutes]],
      database: [[body.id, tenOClock + 10 * minutes, tenOClock + 40 * minutes]],
    })
  })

  it('looks at all of its time, even if its service has become shorter', async () => {
    const world = await aWorld({ service: { durationMinutes: 60 } })
    const { body } = await book(world)
    await query('update services set durationMinutes = 15 where id = ?', world.serviceId)
    const off = tenOClock + 2.5 * hours
    await query(
      'insert into timeOff values (?, ?, ?, ?, null)',
      world.businessId,
      world.staffIds[0],
      off,
      off + hours,
    )
    const moved = await move(world, body.id, { startTime: iso(tenOClock + 2 * hours) })
    expect([moved.status, moved.body.code]).toEqual([409, 'booking.time_off'])
  })

  it('stays where it is when the new slot is taken', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    await book(world, tenOClock + hours)
    expect((await move(world, body.id, { startTime: iso(tenOClock + hours) })).body.code).toBe(
      'booking.slot_taken',
    )
    expect((await book(world)).status).toBe(409)
  })

  it('goes from one staff member to another and frees the first', async () => {
    const world = await aWorld({ staff: 2 })
    const [first, second] = world.staffIds
    const { body } = await book(world, tenOClock, { staffId: first })
    expect((await move(world, body.id, { staffId: second })).body.staffId).toBe(second)
    expect((await whoHolds(world, first)).lock).toEqual([])
    expect((await whoHolds(world, second)).lock).toHaveLength(1)
    expect((await book(world, tenOClock, { staffId: first })).status).toBe(201)
  })

  it('is refused when somebody changed the booking in between', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    const notes = await move(world, body.id, { notes: 'Window seat' }, { 'If-Match': '"1"' })
    expect(notes.body).toMatchObject({ version: 2, notes: 'Window seat' })
    const stale = await move(world, body.id, { notes: 'Aisle' }, { 'If-Match': '"1"' })
    expect([stale.status, stale.body.code]).toEqual([412, 'booking.stale'])
  })

  it('and cancelling at once leave it cancelled or moved, and the lock knows which', async () => {
    for (let round = 0; round < 6; round++) {
      const world = await aWorld()
      const { body } = await book(world)
      const both = [
        call('POST', `/api/bookings/${body.id}/cancel`, { token: world.owner.token }),
        move(world, body.id, { startTime: iso(tenOClock + hours) }),
      ]
      const answers = await Promise.all(round % 2 ? both : both.toReversed())
      expect(answers.some(({ status }) => status === 200)).toBe(true)
      expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
      await vi.waitFor(async () => {
        const { lock, database } = await whoHolds(world)
        expect(lock).toEqual(database)
      })
    }
  })
})

describe('a hold', () => {
  const hold = (world: World, more: object = {}, token = world.owner.token) =>
    call('POST', '/api/bookings/holds', {
      token,
      body: request(world, tenOClock, { ttlSeconds: 60, ...more }),
    })

  it('keeps the slot and its price until it is booked', async () => {
    const world = await aWorld()
    const held = await hold(world)
    expect(held.body).toMatchObject({
      expiresAt: iso(monday + minutes),
      price: { amount: 4500, currency: 'EUR' },
    })
    expect((await book(world)).status).toBe(409)
    await query('update services set priceMinor = 9900 where id = ?', world.serviceId)
    const booked = await book(world, tenOClock, { holdId: held.body.holdId })
    expect(booked.body).toMatchObject({
      id: held.body.holdId,
      status: 'confirmed',
      price: { amount: 4500 },
      expiresAt: null,
    })
    const again = await book(world, tenOClock, { holdId: held.body.holdId })
    expect([again.status, again.body.code]).toEqual([409, 'hold.used'])
  })

  it('lapses by itself, and then the slot is free', async () => {
    const world = await aWorld()
    const held = await hold(world)
    vi.setSystemTime(monday + minutes)
    const late = await book(world, tenOClock, { holdId: held.body.holdId })
    expect([late.status, late.body.code]).toEqual([409, 'hold.expired'])
    const read = await call('GET', `/api/bookings/${held.body.holdId}`, { token: world.owner.token })
    expect(read.body.status).toBe('expired')
    expect((await book(world)).status).toBe(201)
  })

  it('that lapses while it is booked is sold once', async () => {
    for (const offset of [-1, 0, 1]) {
      const world = await aWorld()
      setClock()
      const held = await hold(world)
      vi.setSystemTime(monday + minutes + offset)
      const answers = await Promise.all([book(world, tenOClock, { holdId: held.body.holdId }), book(world)])
      expect(statuses(answers)).toEqual([201, 409])
      expect(await mostAtOnce(world)).toBe(1)
    }
  })

  it('can be given back at once', async () => {
    const world = await aWorld()
    const held = await hold(world)
    const path = `/api/bookings/holds/${held.body.holdId}`
    expect((await call('DELETE', path, { token: world.owner.token })).status).toBe(204)
    expect((await call('DELETE', path, { token: world.owner.token })).status).toBe(404)
    expect((await book(world)).status).toBe(201)
  })

  it('may be a key’s that does not know yet for whom', async () => {
    const world = await aWorld()
    const { key } = await aKey(world)
    const held = await call('POST', '/api/bookings/holds', { key, body: request(world) })
    expect(held.status).toBe(201)
    const wish = request(world, tenOClock, { holdId: held.body.holdId })
    expect((await call('POST', '/api/bookings', { key, body: wish })).body.code).toBe(
      'booking.customer_required',
    )
    const body = { ...wish, customer: { name: 'Grace Hopper' } }
    const booked = await call('POST', '/api/bookings', { key, body })
    expect(booked.body).toMatchObject({ id: held.body.holdId, customer: { name: 'Grace Hopper' } })
  })

  it('is nobody else’s to use', async () => {
    const world = await aWorld()
    const [ada, eve] = [await aPerson('Ada'), await aPerson('Eve')]
    const held = await hold(world, {}, ada.token)
    const body = request(world, tenOClock, { holdId: held.body.holdId })
    expect((await call('POST', '/api/bookings', { token: eve.token, body })).body.code).toBe('hold.not_found')
    expect((await call('POST', '/api/bookings', { token: ada.token, body })).status).toBe(201)
  })
})

describe('the same request twice', () => {
  const once = (world: World, more: object = {}, key = 'order-1', path = '/api/bookings') =>
    call('POST', path, {
      token: world.owner.token,
      body: request(world, tenOClock, more),
      headers: { 'Idempotency-Key': key },
    })

  it('gets the first answer again, byte for byte', async () => {
    const world = await aWorld()
    const first = await once(world)
    const again = await once(world)
    expect([again.status, again.text]).toEqual([201, first.text])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(again.headers.get('ETag')).toBe('"1"')
    expect(first.headers.get('Idempotent-Replayed')).toBeNull()
    expect(await countOf('bookings', world)).toBe(1)
  })

  it('in parallel makes one booking', async () => {
    const world = await aWorld()
    const answers = await Promise.all(times(20, 0).map(() => once(world)))
    const good = answers.filter(({ status }) => status === 201)
    expect(good.length).toBeGreaterThanOrEqual(1)
    expect(new Set(good.map(({ text }) => text)).size).toBe(1)
    const others = answers.filter(({ status }) => status !== 201)
    expect(others.every(({ body }) => body.code === 'request.in_progress')).toBe(true)
    expect(await countOf('bookings', world)).toBe(1)
  })

  it('with another slot at the same moment leaves the other slot free', async () => {
    const world = await aWorld()
    const send = (startAt: number) =>
      call('POST', '/api/bookings', {
        token: world.owner.token,
        body: request(world, startAt),
        headers: { 'Idempotency-Key': 'one' },
      })
    const answers = await Promise.all([send(tenOClock), send(tenOClock + hours)])
    expect(statuses(answers)).toEqual([201, 422])
    const other = answers[0]?.status === 201 ? tenOClock + hours : tenOClock
    expect((await book(world, other)).status).toBe(201)
  })

  it('is not what somebody else sends under the same key', async () => {
    const world = await aWorld()
    const people = await Promise.all(times(6, 0).map(() => aPerson()))
    const answers = await Promise.all(
      people.map(({ token }) =>
        call('POST', '/api/bookings', { token, body: request(world), headers: { 'Idempotency-Key': '1' } }),
      ),
    )
    expect(statuses(answers)).toEqual([201, ...times(5, 409)])
    expect(answers.filter(({ body }) => body.code === 'request.in_progress')).toEqual([])
  })

  it('with other words is refused', async () => {
    const world = await aWorld()
    await once(world)
    const other = await once(world, { notes: 'another wish' })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.mismatch'])
  })

  it('may be tried again after a refusal, which is not kept', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    expect((await once(world)).status).toBe(409)
    await call('POST', `/api/bookings/${body.id}/cancel`, { token: world.owner.token })
    expect((await once(world)).status).toBe(201)
  })
})

describe('any staff member', () => {
  it('is the one who has worked least that day, then the one who has been idle longest', async () => {
    const world = await aWorld({ staff: 3 })
    const [first, second, third] = world.staffIds
    await book(world, monday + hours, { staffId: first })
    await book(world, monday + 1.5 * hours, { staffId: second })
    expect((await book(world, monday + 4 * hours)).body.staffId).toBe(third)
    expect((await book(world, monday + 5 * hours)).body.staffId).toBe(first)
    expect((await book(world, monday + 6 * hours)).body.staffId).toBe(second)
  })

  it('finds a free one for each of as many callers as there are people', async () => {
    const world = await aWorld({ staff: 4 })
    const answers = await Promise.all(times(10, 0).map(() => book(world)))
    expect(statuses(answers)).toEqual([...times(4, 201), ...times(6, 409)])
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.staffId)).size).toBe(
      4,
    )
  })
})

describe('a staff member who has left', () => {
  it('is booked by nobody, not even by a request that was already under way', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    const { booking } = await getBooking(contextOf(world.owner), body.id)
    await query('update resources set archivedAt = 1 where id = ?', world.staffIds[0])
    const late = {
      ...booking,
      id: booking.id + 1,
      startAt: booking.startAt + hours,
      endAt: booking.endAt + hours,
    }
    const after = { ...late, blockedFromAt: late.startAt, blockedToAt: late.endAt }
    await expect(recordBooking(contextOf(world.owner), { after })).rejects.toMatchObject({
      code: 'staff.not_found',
    })
    expect((await book(world, tenOClock + 2 * hours)).body.code).toBe('booking.no_staff')
  })
})
