// Several services in one visit: booked, moved and called off all together or not at all.
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { cancelVisit } from '#domain/appointments/cancel-visit.ts'
import { moveVisit } from '#domain/appointments/move-visit.ts'
import { placeVisit } from '#domain/appointments/place-visit.ts'
import type { Visit } from '#domain/appointments/visit.ts'
import type { Context } from '#domain/context.ts'
import { newId } from '#domain/identifiers.ts'
import { inserting } from '#db/database.ts'
import { serviceResources } from '#db/services.ts'
import { aMinuteLater, dyingAt, expectAgreement } from '../../mortal.ts'
import {
  aPerson,
  aService,
  aWorld,
  call,
  contextOf,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  settled,
  write,
} from '../../world.ts'
import type { World } from '../../world.ts'

const tenOClock = monday + 2 * hours
let turn = 0
/** Each world begins at an instant of its own, for which there are ids enough. */
const anInstant = () => setClock(monday + turn++ * 7_000)
beforeEach(anInstant)

interface Salon extends World {
  /** Of 30 minutes by the first, of 60 by the second, of 30 by the third. */
  services: [number, number, number]
}

/** Three people, and three services of which each is done by one of them. */
async function aSalon(more: object = {}): Promise<Salon> {
  const world = await aWorld({ staff: 3, service: { slotIntervalMinutes: 15 } })
  const services: [number, number, number] = [newId(Date.now()), newId(Date.now()), newId(Date.now())]
  for (const [index, id] of services.entries()) {
    const { businessId } = world
    const rules = { durationMinutes: index === 1 ? 60 : 30, priceMinor: 1000 * (index + 1) }
    const performedBy = 'assigned' as const
    await write(
      aService({ id, businessId, slotIntervalMinutes: 15, ...rules, performedBy, ...more }),
      inserting(serviceResources)({ businessId, serviceId: id, resourceId: world.staffIds[index]! }),
    )
  }
  return { ...world, services }
}

/** One person who does everything, one service after which there is something to clean up. */
async function aloneWith(service: object): Promise<Salon> {
  const world = await aWorld({ service: { slotIntervalMinutes: 15, ...service } })
  return { ...world, services: [world.serviceId, world.serviceId, world.serviceId] }
}

const bodyOf = ({ businessId, services }: Salon, startAt = tenOClock, more: object = {}) => ({
  businessId,
  services: services.map((serviceId) => ({ serviceId })),
  startTime: iso(startAt),
  ...more,
})
const visit = (salon: Salon, startAt?: number, more?: object) =>
  call('POST', '/api/bookings/visits', { token: salon.owner.token, body: bodyOf(salon, startAt, more) })
const forAda = { customer: { name: 'Ada Lovelace' } }
const book = ({ businessId, owner }: World, serviceId: number, startAt: number) =>
  call('POST', '/api/bookings', {
    token: owner.token,
    body: { businessId, serviceId, startTime: iso(startAt) },
  })

const standing = ({ businessId }: World) =>
  query<{ id: number; startAt: number; resourceId: number; groupId: number }>(
    `select id, startAt, resourceId, groupId from bookings
     where businessId = ? and status = 'confirmed' order by startAt, id`,
    businessId,
  )
const expectAgreementOf = (salon: Salon) => expectAgreement(salon, salon.staffIds)

describe('a visit', () => {
  it('books its services one after the other, each by whoever does it, priced as a sum', async () => {
    const salon = await aSalon()
    const made = await visit(salon, tenOClock, { ...forAda, notes: 'First time' })
    expect(made.status).toBe(201)
    const [one, two, three] = made.body.bookings
    expect(made.body).toMatchObject({
      id: one.id,
      startTime: iso(tenOClock),
      endTime: iso(tenOClock + 2 * hours),
      price: { amount: 6000, currency: 'EUR' },
      discount: { amount: 0 },
    })
    expect([one, two, three].map(({ startTime, staffId }) => [startTime, staffId])).toEqual([
      [iso(tenOClock), salon.staffIds[0]],
      [iso(tenOClock + 30 * minutes), salon.staffIds[1]],
      [iso(tenOClock + 90 * minutes), salon.staffIds[2]],
    ])
    expect([one.parentId, two.parentId, three.parentId]).toEqual([null, one.id, one.id])
    expect([one, two, three].map(({ notes }) => notes)).toEqual(Array(3).fill('First time'))
    expect(new Set([one, two, three].map(({ customer }) => customer.id)).size).toBe(1)
    const kept = await call('GET', `/api/bookings/visits/${one.id}`, { token: salon.owner.token })
    expect(kept.body).toEqual(made.body)
    const events = await query<{ type: string; subjectId: number }>(
      'select type, subjectId from events where businessId = ? order by id',
      salon.businessId,
    )
    expect(events).toEqual([one, two, three].map(({ id }) => ({ type: 'booking.created', subjectId: id })))
  })

  it('keeps the buffers between two parts of one person, and needs none between two people', async () => {
    const alone = await aloneWith({ bufferBeforeMinutes: 5, bufferAfterMinutes: 10 })
    const made = await visit(alone)
    const startsOf = ({ body }: typeof made) =>
      body.bookings.map(
        ({ startTime }: { startTime: string }) => (Date.parse(startTime) - tenOClock) / minutes,
      )
    expect(startsOf(made)).toEqual([0, 45, 90])
    const salon = await aSalon({ bufferBeforeMinutes: 5, bufferAfterMinutes: 10 })
    expect(startsOf(await visit(salon))).toEqual([0, 30, 90])
  })

  it('takes nothing when one of its parts is taken, and leaves no claim', async () => {
    const salon = await aSalon()
    await book(salon, salon.services[2], tenOClock + 90 * minutes)
    await settled()
    const refused = await visit(salon)
    expect([refused.status, refused.body.code]).toEqual([409, 'booking.slot_taken'])
    expect(await standing(salon)).toHaveLength(1)
    await expectAgreementOf(salon)
    expect((await book(salon, salon.services[0], tenOClock)).status).toBe(201)
  })

  /** Somebody else who is about to book half an hour from 11:30 on. */
  const aRival = async (salon: Salon, resourceId: number) => {
    const { locks } = contextOf(salon.owner)
    const resource = { businessId: salon.businessId, resourceId }
    const startAt = tenOClock + 90 * minutes
    const claim = {
      id: newId(Date.now()),
      version: 1,
      token: 'one',
      from: startAt,
      to: startAt + 30 * minutes,
      startAt,
      units: 1,
      capacity: 1,
      serviceId: salon.services[2],
      caller: null,
      owner: null,
    }
    expect(await locks.claim(resource, claim)).toEqual({ held: true })
    return () => locks.release(resource, claim)
  }

  it('takes nothing when a lock alone knows that one is taken, and leaves no claim', async () => {
    const salon = await aSalon()
    const leave = await aRival(salon, salon.staffIds[2]!)
    expect((await visit(salon)).body.code).toBe('booking.slot_taken')
    await leave()
    await expectAgreementOf(salon)
    expect((await visit(salon)).status).toBe(201)
  })

  it('has the part done by somebody else for which somebody was faster, and the others as they are', async () => {
    const salon = await aSalon()
    const { businessId, staffIds, services } = salon
    const [, second, third] = staffIds
    await write(inserting(serviceResources)({ businessId, serviceId: services[2], resourceId: second! }))
    // Without them it is the second who does the last part, too.
    const leave = await aRival(salon, second!)
    const made = await visit(salon)
    expect(made.body.bookings.map(({ staffId }: { staffId: number }) => staffId)).toEqual([
      staffIds[0],
      second,
      third,
    ])
    await leave()
    await settled()
    await expectAgreementOf(salon)
  })

  it('is had by one of twenty who want the same, whole, and none of the others has a part of it', async () => {
    const salon = await aSalon()
    const people = await Promise.all(Array.from({ length: 20 }, () => aPerson()))
    const answers = await Promise.all(
      people.map(({ token }) => call('POST', '/api/bookings/visits', { token, body: bodyOf(salon) })),
    )
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, ...Array(19).fill(409)])
    const kept = await standing(salon)
    expect(kept).toHaveLength(3)
    expect(new Set(kept.map(({ groupId }) => groupId)).size).toBe(1)
    await settled()
    await expectAgreementOf(salon)
  })

  it('is sold to one of two who want its parts in opposite orders', async () => {
    const salon = await aSalon({ durationMinutes: 30 })
    const opposite = { services: salon.services.toReversed().map((serviceId) => ({ serviceId })) }
    for (let time = 0; time < 5; time++) {
      const startAt = tenOClock + time * hours
      const answers = await Promise.all([visit(salon, startAt), visit(salon, startAt, opposite)])
      // The one in the middle is wanted at one and the same time.
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409])
    }
  })

  it('is answered again to who sends it again, and is there once', async () => {
    const salon = await aSalon()
    const headers = { 'Idempotency-Key': 'twice' }
    const send = () =>
      call('POST', '/api/bookings/visits', { token: salon.owner.token, body: bodyOf(salon), headers })
    const [first, again] = [await send(), await send()]
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    expect(await standing(salon)).toHaveLength(3)
  })

  it('begins on the grid for its customers, and anywhere for the business itself', async () => {
    const salon = await aSalon()
    const ada = await aPerson()
    const body = bodyOf(salon, tenOClock + 5 * minutes)
    const refused = await call('POST', '/api/bookings/visits', { token: ada.token, body })
    expect([refused.status, refused.body.code]).toEqual([422, 'booking.off_grid'])
    expect((await visit(salon, tenOClock + 5 * minutes, forAda)).status).toBe(201)
  })

  it('says what keeps its furthest part from being done', async () => {
    const salon = await aSalon()
    // Closed at five: the second part would end later.
    const late = await visit(salon, monday + 8 * hours + 15 * minutes)
    expect([late.status, late.body.code]).toEqual([422, 'booking.outside_hours'])
    const strangers = { services: [{ serviceId: 1 }] }
    expect((await visit(salon, tenOClock, strangers)).body.code).toBe('service.not_found')
    const notTheirs = { services: [{ serviceId: salon.services[0], staffId: salon.staffIds[1] }] }
    expect((await visit(salon, tenOClock, notTheirs)).body.code).toBe('staff.not_performing')
    expect((await visit(salon, tenOClock, { services: [] })).status).toBe(422)
    const nine = Array.from({ length: 9 }, () => ({ serviceId: salon.services[0] }))
    expect((await visit(salon, tenOClock, { services: nine })).status).toBe(422)
  })

  it('uses its coupon once: a percentage on all, an amount on one part after the other', async () => {
    const salon = await aSalon()
    const { token } = salon.owner
    const coupon = (code: string, more: object) =>
      call('POST', '/api/coupons', {
        token,
        body: { businessId: salon.businessId, code, maxUses: 1, ...more },
      })
    await coupon('TENTH', { percent: 10 })
    await coupon('FIFTEEN', { amount: { amount: 1500, currency: 'EUR' } })
    await coupon('SECOND', { percent: 50, serviceIds: [salon.services[1]] })
    const discounts = ({ body }: Awaited<ReturnType<typeof visit>>) => [
      body.discount.amount,
      body.bookings.map(({ discount }: { discount: { amount: number } }) => discount.amount),
    ]
    expect(discounts(await visit(salon, tenOClock, { couponCode: 'tenth' }))).toEqual([600, [100, 200, 300]])
    expect((await visit(salon, tenOClock + 2 * hours, { couponCode: 'TENTH' })).body.code).toBe(
      'coupon.used_up',
    )
    const fixed = await visit(salon, tenOClock + 2 * hours, { couponCode: 'FIFTEEN' })
    expect(discounts(fixed)).toEqual([1500, [1000, 500, 0]])
    const second = await visit(salon, tenOClock + 4 * hours, { couponCode: 'SECOND' })
    expect(discounts(second)).toEqual([1000, [0, 1000, 0]])
    // Called off, it gives the use back.
    await call('POST', `/api/bookings/visits/${fixed.body.id}/cancel`, { token, body: {} })
    expect((await visit(salon, tenOClock + 2 * hours, { couponCode: 'FIFTEEN' })).status).toBe(201)
  })

  it('is nobody else’s to see, to move or to cancel', async () => {
    const salon = await aSalon()
    const [ada, bob] = [await aPerson(), await aPerson()]
    const body = bodyOf(salon)
    const made = await call('POST', '/api/bookings/visits', { token: ada.token, body })
    const path = `/api/bookings/visits/${made.body.id}`
    const stranger = (await aWorld()).owner
    for (const { token } of [bob, stranger]) {
      expect((await call('GET', path, { token })).status).toBe(404)
      expect((await call('PATCH', path, { token, body: { startTime: iso(monday) } })).status).toBe(404)
      expect((await call('POST', `${path}/cancel`, { token, body: {} })).status).toBe(404)
    }
    expect((await call('GET', path, { token: ada.token })).status).toBe(200)
    const single = await book(salon, salon.services[0], tenOClock + 3 * hours)
    expect(
      (await call('GET', `/api/bookings/visits/${single.body.id}`, { token: salon.owner.token })).body.code,
    ).toBe('visit.not_found')
  })
})

describe('a whole visit', () => {
  it('moves by less than it lasts, by the same people, and back', async () => {
    for (const salon of [await aSalon(), await aloneWith({ bufferAfterMinutes: 15 })]) {
      const { body: made } = await visit(salon)
      const path = `/api/bookings/visits/${made.id}`
      const { token } = salon.owner
      const before = await standing(salon)
      for (const shift of [15, -15, 45, -60]) {
        const startTime = iso(tenOClock + shift * minutes)
        const moved = await call('PATCH', path, { token, body: { startTime } })
        expect(moved.status).toBe(200)
        await settled()
        expect(await standing(salon)).toEqual(
          before.map((part) => ({ ...part, startAt: part.startAt + shift * minutes })),
        )
        await expectAgreementOf(salon)
      }
    }
  })

  it('stays where it is when one part does not fit', async () => {
    const salon = await aSalon()
    const { body: made } = await visit(salon)
    await book(salon, salon.services[2], tenOClock + 2 * hours)
    const before = await standing(salon)
    const moved = await call('PATCH', `/api/bookings/visits/${made.id}`, {
      token: salon.owner.token,
      body: { startTime: iso(tenOClock + 30 * minutes) },
    })
    expect([moved.status, moved.body.code]).toEqual([409, 'booking.slot_taken'])
    await settled()
    expect(await standing(salon)).toEqual(before)
    await expectAgreementOf(salon)
  })

  it('moves on the grid by its customer, and asks the business again where it approves', async () => {
    const salon = await aSalon({ confirmation: 'approval' })
    const ada = await aPerson()
    const body = bodyOf(salon)
    const { body: made } = await call('POST', '/api/bookings/visits', { token: ada.token, body })
    for (const { id } of made.bookings) {
      const status = { token: salon.owner.token, body: { status: 'confirmed' } }
      await call('PATCH', `/api/bookings/${id}/status`, status)
    }
    const move = (startAt: number) =>
      call('PATCH', `/api/bookings/visits/${made.id}`, {
        token: ada.token,
        body: { startTime: iso(startAt) },
      })
    expect((await move(tenOClock + 5 * minutes)).body.code).toBe('booking.off_grid')
    const moved = await move(tenOClock + 15 * minutes)
    expect(moved.body.bookings.map(({ status }: { status: string }) => status)).toEqual(
      Array(3).fill('pending'),
    )
  })

  it('is called off with all that is still to come, and once', async () => {
    const salon = await aSalon()
    const { body: made } = await visit(salon)
    const { token } = salon.owner
    await call('POST', `/api/bookings/${made.bookings[0].id}/cancel`, { token, body: {} })
    const half = await call('GET', `/api/bookings/visits/${made.id}`, { token })
    expect(half.body).toMatchObject({
      startTime: iso(tenOClock + 30 * minutes),
      price: { amount: 5000 },
    })
    const cancel = () =>
      call('POST', `/api/bookings/visits/${made.id}/cancel`, { token, body: { reason: 'Rain' } })
    const gone = await cancel()
    expect(gone.body.price.amount).toBe(0)
    expect(gone.body.bookings.map(({ cancelReason }: { cancelReason: string }) => cancelReason)).toEqual([
      null,
      'Rain',
      'Rain',
    ])
    expect((await cancel()).body).toEqual(gone.body)
    await settled()
    expect(await standing(salon)).toEqual([])
    await expectAgreementOf(salon)
    const moved = await call('PATCH', `/api/bookings/visits/${made.id}`, {
      token,
      body: { startTime: iso(tenOClock) },
    })
    expect(moved.body.code).toBe('booking.invalid_transition')
  })
})

describe('a search for visits', () => {
  const search = ({ businessId }: Salon, serviceIds: number[], more = '') =>
    call(
      'GET',
      `/api/bookings/visits/availability?businessId=${businessId}&serviceIds=${serviceIds.join(',')}&from=${iso(monday)}&to=${iso(monday + 9 * hours)}${more}`,
    )

  it('finds exactly the starts at which a visit can be booked, and by whom', async () => {
    const start = fc.integer({ min: 0, max: 30 }).map((index) => monday + hours + index * 15 * minutes)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), start), { maxLength: 6 }),
        fc.constantFrom([0, 1, 2], [2, 1], [0, 0, 2], [1]),
        fc.constantFrom(0, 10),
        async (taken, order, buffer) => {
          anInstant()
          const salon = await aSalon({ bufferAfterMinutes: buffer })
          const { businessId, services, staffIds } = salon
          await write(
            inserting(serviceResources)({ businessId, serviceId: services[2], resourceId: staffIds[0]! }),
          )
          for (const [which, startAt] of taken) await book(salon, services[which]!, startAt)
          await settled()
          const serviceIds = order.map((which) => services[which]!)
          const { body } = await search(salon, serviceIds)
          const offered = new Map<string, unknown>(
            body.visits.map((each: { startTime: string; parts: object[] }) => [each.startTime, each.parts]),
          )
          const before = await standing(salon)
          for (let at = monday + hours; at < monday + 9 * hours; at += 45 * minutes) {
            const made = await visit(salon, at, {
              services: serviceIds.map((serviceId) => ({ serviceId })),
            })
            expect(made.status === 201).toBe(offered.has(iso(at)))
            if (made.status !== 201) continue
            const { bookings, id } = made.body
            const parts = bookings.map(({ serviceId, startTime, endTime }: Record<string, unknown>) => ({
              serviceId,
              startTime,
              endTime,
            }))
            expect(offered.get(iso(at))).toMatchObject(parts)
            await call('POST', `/api/bookings/visits/${id}/cancel`, { token: salon.owner.token, body: {} })
            await settled()
          }
          expect(await standing(salon)).toEqual(before)
        },
      ),
      { numRuns: 8, seed: 20310303 },
    )
  })

  it('takes names for some of the parts, and refuses what it cannot answer', async () => {
    const salon = await aSalon()
    const { services, staffIds } = salon
    const named = await search(
      salon,
      [services[0], services[1]],
      `&staffIds=0,${staffIds[1]}&timeZone=Asia/Tokyo`,
    )
    expect(named.body.visits[0]).toMatchObject({
      startTime: iso(monday + hours),
      localStartTime: expect.stringContaining('T18:00'),
      parts: [{ staffId: staffIds[0] }, { staffId: staffIds[1] }],
    })
    expect((await search(salon, [services[0]], `&staffIds=${staffIds[1]}`)).body.code).toBe(
      'staff.not_performing',
    )
    expect((await search(salon, [services[0]], '&staffIds=1,2')).status).toBe(400)
    expect((await search(salon, [1])).body.code).toBe('service.not_found')
    const far = `/api/bookings/visits/availability?businessId=${salon.businessId}&serviceIds=${services[0]}&from=${iso(monday)}&to=${iso(monday + 40 * 24 * hours)}`
    expect((await call('GET', far)).body.code).toBe('availability.too_many_days')
  })
})

interface Scene {
  given: (salon: Salon) => Promise<Visit | undefined>
  verb: (ctx: Context, salon: Salon, given: Visit | undefined) => Promise<unknown>
  /** How many of the three parts are as the verb leaves them. */
  done: (salon: Salon) => Promise<number>
}

const place = (ctx: Context, { businessId, services }: Salon) =>
  placeVisit(ctx, {
    businessId,
    parts: services.map((serviceId) => ({ serviceId })),
    startAt: tenOClock,
    customer: { name: 'Ada' },
  })
const later = 30 * minutes
const scenes: Record<string, Scene> = {
  'booking a visit': {
    given: async () => undefined,
    verb: place,
    done: async (salon) => (await standing(salon)).length,
  },
  'moving it': {
    given: (salon) => place(contextOf(salon.owner), salon),
    verb: (ctx, _, given) => moveVisit(ctx, { id: given![0].groupId!, startAt: tenOClock + later }),
    done: async (salon) => {
      const places = new Set([0, 30, 90].map((offset) => tenOClock + later + offset * minutes))
      const first = (await standing(salon))[0]?.startAt === tenOClock
      return first ? 0 : (await standing(salon)).filter(({ startAt }) => places.has(startAt)).length
    },
  },
  'calling it off': {
    given: (salon) => place(contextOf(salon.owner), salon),
    verb: (ctx, _, given) => cancelVisit(ctx, { id: given![0].groupId! }),
    done: async (salon) => 3 - (await standing(salon)).length,
  },
}

describe.each(Object.entries(scenes))('a death while %s', (_, { given: prepare, verb, done }) => {
  it('leaves all of it or nothing, and it can be asked for again', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    let deaths = 0
    for (let at = 1; ; at++) {
      anInstant()
      const salon = await aSalon()
      const given = await prepare(salon)
      await settled()
      if (!(await dyingAt(at, salon.owner, (ctx) => verb(ctx, salon, given)))) break
      deaths += 1

      expect([0, 3]).toContain(await done(salon))
      await aMinuteLater(salon, salon.staffIds)
      await expectAgreementOf(salon)
      if ((await done(salon)) === 0) await verb(contextOf(salon.owner), salon, given)
      await settled()
      await aMinuteLater(salon, salon.staffIds)
      await expectAgreementOf(salon)
      expect(await done(salon)).toBe(3)
      const groups = await query('select id from bookingGroups where businessId = ?', salon.businessId)
      expect(groups).toHaveLength(1)
    }
    expect(deaths).toBeGreaterThanOrEqual(8)
  })
})
