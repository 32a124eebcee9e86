import { beforeEach, describe, expect, it } from 'vitest'
import { useCoupon } from '#db/coupons.ts'
import { expireBookings } from '#domain/bookings/expire-bookings.ts'
import { restoreBooking } from '#domain/bookings/restore-booking.ts'
import { counted } from '../../round-trips.ts'
import {
  aKey,
  aMember,
  aPerson,
  aService,
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
  write,
} from '../../world.ts'
import type { World } from '../../world.ts'
import { newId } from '#domain/identifiers.ts'

const tenOClock = monday + 2 * hours
let world: World

beforeEach(async () => {
  setClock()
  world = await aWorld()
})

const asOwner = () => ({ token: world.owner.token })
const create = (more: object, caller: object = asOwner()) =>
  call('POST', '/api/coupons', { ...caller, body: { businessId: world.businessId, code: 'SPRING', ...more } })

const book = (more: object, startAt = tenOClock, caller: object = asOwner()) =>
  call('POST', '/api/bookings', {
    ...caller,
    body: {
      businessId: world.businessId,
      serviceId: world.serviceId,
      startTime: iso(startAt),
      ...more,
    },
  })

async function usesOf(id: number): Promise<number | undefined> {
  return (await query<{ uses: number }>('select uses from coupons where id = ?', id))[0]?.uses
}

describe('a coupon', () => {
  it('is handed out, listed, looked up and withdrawn', async () => {
    const made = await create({ percent: 12.5, maxUses: 3, validTo: iso(monday + days) })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      code: 'SPRING',
      percent: 12.5,
      amount: null,
      maxUses: 3,
      uses: 0,
      validFrom: null,
      validTo: iso(monday + days),
      serviceIds: null,
      endedAt: null,
    })
    const other = await create({ code: 'AMOUNT', amount: { amount: 500, currency: 'EUR' } })
    const path = `/api/coupons?businessId=${world.businessId}`
    const list = await call('GET', path, asOwner())
    expect([list.body.coupons, list.body.total]).toEqual([[other.body, made.body], 2])
    const first = await call('GET', `${path}&limit=1`, asOwner())
    const next = await call('GET', `${path}&limit=1&cursor=${first.body.nextCursor}`, asOwner())
    expect(next.body.coupons).toEqual([made.body])

    const ends = () => call('DELETE', `/api/coupons/${made.body.id}`, asOwner())
    expect([(await ends()).status, (await ends()).status]).toEqual([204, 204])
    const ended = await call('GET', `/api/coupons/${made.body.id}`, asOwner())
    expect(ended.body.endedAt).toBe(iso(monday))
    expect((await book({ couponCode: 'SPRING' })).body.code).toBe('coupon.unknown')
  })

  it('has a code of its own in its business, in whatever case, until it is withdrawn', async () => {
    const first = await create({ percent: 10 })
    const second = await create({ code: 'spring', percent: 20 })
    expect([second.status, second.body.code]).toEqual([409, 'coupon.code_taken'])
    const elsewhere = await aWorld()
    const there = { businessId: elsewhere.businessId, percent: 10 }
    expect((await create(there, { token: elsewhere.owner.token })).status).toBe(201)
    await call('DELETE', `/api/coupons/${first.body.id}`, asOwner())
    expect((await create({ code: 'spring', percent: 20 })).status).toBe(201)
  })

  it('takes either a part or an amount, in the currency of the business, for services of its own', async () => {
    const elsewhere = await aWorld()
    const wrong: [object, string][] = [
      [{}, 'percent'],
      [{ percent: 10, amount: { amount: 5, currency: 'EUR' } }, 'percent'],
      [{ percent: 0 }, 'percent'],
      [{ percent: 100.5 }, 'percent'],
      [{ percent: 12.345 }, 'percent'],
      [{ amount: { amount: 0, currency: 'EUR' } }, 'amount'],
      [{ amount: { amount: 5, currency: 'USD' } }, 'amount.currency'],
      [{ percent: 10, validFrom: iso(monday), validTo: iso(monday) }, 'validTo'],
      [{ percent: 10, maxUses: 0 }, 'maxUses'],
      [{ percent: 10, serviceIds: [elsewhere.serviceId] }, 'serviceIds'],
    ]
    for (const [more, field] of wrong) {
      const { status, body } = await create(more)
      expect([more, status, body.errors?.[0].field]).toEqual([more, 422, field])
    }
  })

  it('is made and withdrawn by managers and keys for it, and seen by every member', async () => {
    const { token: staff } = await aMember(world, 'staff')
    const { token: manager } = await aMember(world, 'manager')
    const { token: stranger } = await aPerson()
    const { key: writing } = await aKey(world, { scopes: ['coupons:write'] })
    const { key: reading } = await aKey(world, { scopes: ['coupons:read'] })
    const made = async (caller: object, code: string) => (await create({ code, percent: 5 }, caller)).status
    expect(await made({ token: manager }, 'A')).toBe(201)
    expect(await made({ key: writing }, 'B')).toBe(201)
    expect(await made({ token: staff }, 'C')).toBe(403)
    expect(await made({ key: reading }, 'D')).toBe(403)
    expect(await made({ token: stranger }, 'E')).toBe(404)
    const seen = async (caller: object) =>
      (await call('GET', `/api/coupons?businessId=${world.businessId}`, caller)).status
    expect([
      await seen({ token: staff }),
      await seen({ key: reading }),
      await seen({ key: writing }),
      await seen({ token: stranger }),
    ]).toEqual([200, 200, 403, 404])
  })
})

describe('a booking with a coupon', () => {
  it('costs so much less, and says by which', async () => {
    await create({ percent: 12.5 })
    await create({ code: 'FIVE', amount: { amount: 500, currency: 'EUR' } })
    await create({ code: 'FREE', amount: { amount: 999_999, currency: 'EUR' } })
    const answers = [
      await book({ couponCode: ' spring ' }),
      await book({ couponCode: 'FIVE' }, tenOClock + hours),
      await book({ couponCode: 'FREE' }, tenOClock + 2 * hours),
    ]
    expect(
      answers.map(({ body: { couponCode, price, discount, paymentStatus } }) => [
        couponCode,
        price.amount,
        discount.amount,
        paymentStatus,
      ]),
    ).toEqual([
      ['SPRING', 4500, 563, 'unpaid'],
      ['FIVE', 4500, 500, 'unpaid'],
      ['FREE', 4500, 4500, 'not_required'],
    ])
  })

  it('waits for no payment in advance that the coupon has paid', async () => {
    await query('update services set prepaymentMinor = 2000 where id = ?', world.serviceId)
    await create({ code: 'FREE', percent: 100 })
    await create({ code: 'MOST', percent: 90 })
    const { token } = await aPerson()
    const free = await book({ couponCode: 'FREE' }, tenOClock, { token })
    const most = await book({ couponCode: 'MOST' }, tenOClock + hours, { token })
    expect([free.body.status, most.body.status]).toEqual(['confirmed', 'awaiting_payment'])
    const [row] = await query('select prepaymentMinor from bookings where id = ?', most.body.id)
    expect(row).toEqual({ prepaymentMinor: 450 })
  })

  it('is refused for a code that is unknown, not valid now, or not for the service', async () => {
    const other = newId(Date.now())
    await write(aService({ id: other, businessId: world.businessId }))
    await create({ code: 'LATER', percent: 5, validFrom: iso(monday + hours) })
    await create({ code: 'OVER', percent: 5, validTo: iso(monday) })
    await create({ code: 'OTHER', percent: 5, serviceIds: [other] })
    const elsewhere = await aWorld()
    await create(
      { businessId: elsewhere.businessId, code: 'THEIRS', percent: 5 },
      { token: elsewhere.owner.token },
    )
    for (const [couponCode, code] of [
      ['NONE', 'coupon.unknown'],
      ['THEIRS', 'coupon.unknown'],
      ['LATER', 'coupon.not_valid_now'],
      ['OVER', 'coupon.not_valid_now'],
      ['OTHER', 'coupon.not_for_service'],
    ]) {
      const { status, body } = await book({ couponCode })
      expect([couponCode, status, body.code, body.errors[0].field]).toEqual([
        couponCode,
        422,
        code,
        'couponCode',
      ])
    }
    expect(await query('select id from bookings where businessId = ?', world.businessId)).toEqual([])
  })

  it('waits as often as one without', async () => {
    await create({ percent: 10 })
    const steps = async (more: object, startAt: number) => {
      let found = 0
      const fetcher = async (request: Request) => {
        const { steps: taken, response } = await counted(request)
        found = taken
        return response
      }
      const { status } = await book(more, startAt, { ...asOwner(), fetcher })
      return [status, found]
    }
    await book({}, tenOClock)
    expect(await steps({}, tenOClock + hours)).toEqual([201, 3])
    expect(await steps({ couponCode: 'SPRING' }, tenOClock + 2 * hours)).toEqual([201, 3])
  })
})

describe('the uses of a coupon', () => {
  it('are as many as it has, however many want them at once', async () => {
    world = await aWorld({ staff: 20 })
    const { body: coupon } = await create({ percent: 10, maxUses: 3 })
    const answers = await Promise.all(
      world.staffIds.map((staffId) => book({ staffId, couponCode: 'SPRING' })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      expect([status, body.code]).toEqual([409, 'coupon.used_up'])
    }
    await settled()
    expect(await usesOf(coupon.id)).toBe(3)
    // Whoever came too late for the coupon holds no slot.
    const [free] = await query<{ n: number }>(
      `select count(*) as n from bookings where businessId = ? and status = 'confirmed'`,
      world.businessId,
    )
    expect(free).toEqual({ n: 3 })
    const late = answers.findIndex(({ status }) => status !== 201)
    expect((await book({ staffId: world.staffIds[late] })).status).toBe(201)
  })

  it('are not taken by a coupon that is withdrawn meanwhile', async () => {
    const { body: coupon } = await create({ percent: 10 })
    await query('update coupons set endedAt = 1 where id = ?', coupon.id)
    await expect(write(useCoupon({ id: coupon.id }))).rejects.toMatchObject({ constraint: 'coupons.uses' })
  })

  it('come back with a booking that is called off, declined, expired or removed before anything was paid', async () => {
    const { body: coupon } = await create({ percent: 10, maxUses: 1 })
    const { token } = await aPerson()
    await query(`update services set confirmation = 'approval' where id = ?`, world.serviceId)
    const uses: unknown[] = []
    const ends: ((id: number) => Promise<unknown>)[] = [
      (id) => call('POST', `/api/bookings/${id}/cancel`, { token, body: {} }),
      (id) => call('PATCH', `/api/bookings/${id}/status`, { ...asOwner(), body: { status: 'declined' } }),
      (id) => call('DELETE', `/api/bookings/${id}`, asOwner()),
      async () => {
        setClock(tenOClock + 5 * minutes)
        await expireBookings(contextOf())
      },
    ]
    for (const end of ends) {
      const { status, body } = await book({ couponCode: 'SPRING' }, tenOClock, { token })
      expect(status).toBe(201)
      uses.push(await usesOf(coupon.id))
      await end(body.id)
      uses.push(await usesOf(coupon.id))
    }
    expect(uses).toEqual([1, 0, 1, 0, 1, 0, 1, 0])
  })

  it('stay taken by what was paid for, and by whoever did not come', async () => {
    const { body: coupon } = await create({ percent: 10 })
    const paid = await book({ couponCode: 'SPRING' })
    await query('update bookings set paidMinor = 1 where id = ?', paid.body.id)
    await call('POST', `/api/bookings/${paid.body.id}/cancel`, { ...asOwner(), body: {} })
    const missed = await book({ couponCode: 'SPRING' })
    setClock(tenOClock + hours)
    const token = await tokenOf(world.owner.id)
    await call('PATCH', `/api/bookings/${missed.body.id}/status`, {
      token,
      body: { status: 'no_show' },
    })
    expect(await usesOf(coupon.id)).toBe(2)
  })

  it('are taken again by a booking that is restored, if there is one left', async () => {
    const { body: coupon } = await create({ percent: 10, maxUses: 1 })
    const first = await book({ couponCode: 'SPRING' })
    await call('POST', `/api/bookings/${first.body.id}/cancel`, { ...asOwner(), body: {} })
    await restoreBooking(contextOf(world.owner), { id: first.body.id })
    expect(await usesOf(coupon.id)).toBe(1)
    await call('POST', `/api/bookings/${first.body.id}/cancel`, { ...asOwner(), body: {} })
    await book({ couponCode: 'SPRING' }, tenOClock + hours)
    await expect(restoreBooking(contextOf(world.owner), { id: first.body.id })).rejects.toMatchObject({
      code: 'coupon.used_up',
    })
  })

  it('are taken when a hold becomes a booking, off the price of the hold', async () => {
    const { body: coupon } = await create({ percent: 10 })
    const { businessId, serviceId } = world
    const hold = await call('POST', '/api/bookings/holds', {
      ...asOwner(),
      body: { businessId, serviceId, startTime: iso(tenOClock) },
    })
    await query('update services set priceMinor = 9999 where id = ?', serviceId)
    expect(await usesOf(coupon.id)).toBe(0)
    const { status, body } = await book({ holdId: hold.body.holdId, couponCode: 'SPRING' })
    expect([status, body.price.amount, body.discount.amount]).toEqual([201, 4500, 450])
    expect(await usesOf(coupon.id)).toBe(1)
  })
})
