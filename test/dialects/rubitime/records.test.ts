import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { branches } from '#db/branches.ts'
import { inserting } from '#db/database.ts'
import { resources, schedules } from '#db/resources.ts'
import { createCoupon } from '#domain/coupons/create-coupon.ts'
import { newId } from '#domain/identifiers.ts'
import {
  aKey,
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
  whoHolds,
  write,
} from '../../world.ts'
import type { World } from '../../world.ts'
import { aRecord, dataOf, refusalOf } from './ask.ts'

let world: World
let rk: string

beforeEach(async () => {
  setClock()
  world = await aWorld()
  rk = (await aKey(world)).key
})

const made = async (fields: object = {}): Promise<number> =>
  (await dataOf(rk, 'create-record', aRecord(world, fields))).id
const shown = (id: number) => dataOf(rk, 'get-record', { id })
const changed = (id: number, fields: object) => dataOf(rk, 'update-record', { id, ...fields })

describe('a record', () => {
  it('says all of itself, in the types of this dialect and in its order', async () => {
    const answer = await dataOf(rk, 'create-record', {
      ...aRecord(world),
      name: 'Иванов Иван Иванович',
      email: 'test@test.ru',
      phone: '+77999999998',
      comment: 'Нужно подровнять кончики',
      price: 1500,
      duration: 60,
      prepayment: 100,
      prepayment_date: '2031-03-02 10:00',
      prepayment_url: 'https://pay.example.com/xxx',
      reminder: '2031-03-03 19:00',
      whom: 17,
      source: 'https://site.example',
      custom_field1: 'Кастомное значение',
      custom_field10: 10,
    })
    expect(answer).toEqual({ id: expect.any(Number), url: expect.stringContaining(`${env.PUBLIC_ORIGIN}/`) })
    const { id, url } = answer
    const record = await shown(id)
    expect(record).toEqual({
      id,
      parent_record: null,
      whom: 17,
      created_at: '2031-03-03 08:00:05',
      updated_at: '2031-03-03 08:00:05',
      record: '2031-03-04 10:00:00',
      name: 'Иванов Иван Иванович',
      price: '1500',
      phone: '+77999999998',
      email: 'test@test.ru',
      comment: 'Нужно подровнять кончики',
      status: 0,
      status_title: 'Записан',
      cooperator_id: world.staffIds[0],
      cooperator_title: 'Staff 1',
      branch_id: world.branchId,
      branch_title: 'Studio',
      service_id: world.serviceId,
      service_title: 'Haircut',
      url,
      coupon: null,
      coupon_discount: '0',
      source: 'https://site.example',
      duration: '60',
      prepayment: '100',
      prepayment_date: '2031-03-02 10:00:00',
      prepayment_url: 'https://pay.example.com/xxx',
      reminder: '2031-03-03 19:00:00',
      custom_field1: 'Кастомное значение',
      custom_field2: null,
      custom_field3: null,
      custom_field4: null,
      custom_field5: null,
      custom_field6: null,
      custom_field7: null,
      custom_field8: null,
      custom_field9: null,
      custom_field10: '10',
    })
    expect(Object.keys(record).slice(0, 5)).toEqual([
      'id',
      'parent_record',
      'whom',
      'created_at',
      'updated_at',
    ])
  })

  it('of which little was said says so: no texts, no dates, and nothing to be paid in advance', async () => {
    expect(await shown(await made())).toMatchObject({
      whom: 0,
      name: null,
      phone: null,
      email: null,
      comment: null,
      price: '45',
      coupon: null,
      coupon_discount: '0',
      source: 'api',
      duration: '30',
      prepayment: '0',
      prepayment_date: null,
      reminder: null,
      custom_field1: null,
    })
  })

  it('may be of somebody of whom only a number is known', async () => {
    expect(await shown(await made({ phone: 79999999998 }))).toMatchObject({
      name: null,
      phone: '79999999998',
    })
  })

  it('takes numbers as numbers and as texts', async () => {
    const texts = Object.fromEntries(
      Object.entries(aRecord(world, { price: '50.25', duration: '45', prepayment: '10.50', whom: '3' })).map(
        ([name, value]) => [name, String(value)],
      ),
    )
    const { id } = await dataOf(rk, 'create-record', texts)
    const record = await dataOf(rk, 'get-record', { id: String(id) })
    expect(record).toMatchObject({
      id,
      price: '50.25',
      duration: '45',
      prepayment: '10.5',
      whom: 3,
      status: 0,
    })
  })

  it('keeps seconds', async () => {
    expect((await shown(await made({ record: '2031-03-04 13:30:03' }))).record).toBe('2031-03-04 13:30:03')
  })

  it('may lie in the past, off the grid and without notice, but within hours', async () => {
    await query('update services set minNoticeMinutes = 10000, maxAdvanceDays = 1')
    expect((await shown(await made({ record: '2021-12-08 13:30:03' }))).record).toBe('2021-12-08 13:30:03')
    await made({ record: '2031-06-01 16:29:59' })
    expect(await refusalOf(rk, 'create-record', aRecord(world, { record: '2031-03-04 16:31' }))).toBe(
      'Start time is outside opening hours',
    )
  })

  it('is written back as it was read without becoming another', async () => {
    const id = await made({ name: 'Ada', price: 50.25, prepayment: 20, custom_field3: 'x', whom: 4 })
    const record = await shown(id)
    expect(await changed(id, record)).toMatchObject({ ...record, updated_at: expect.any(String) })
  })

  it('that was booked natively is written back as it was read without any change', async () => {
    const at = monday + days
    const { businessId, serviceId } = world
    const { body: booking } = await call('POST', '/api/bookings', {
      token: world.owner.token,
      body: {
        businessId,
        serviceId,
        startTime: iso(at + 2 * hours),
        customer: { name: 'Ada' },
        reminder: { minutesBefore: 60 },
      },
    })
    expect(await changed(booking.id, await shown(booking.id))).toEqual(await shown(booking.id))
    const { body: after } = await call('GET', `/api/bookings/${booking.id}`, { token: world.owner.token })
    expect(after).toEqual(booking)
    // Its reminder still goes where it goes.
    await changed(booking.id, { ...(await shown(booking.id)), record: '2031-03-04 12:00:00' })
    const { body: moved } = await call('GET', `/api/bookings/${booking.id}`, { token: world.owner.token })
    expect(moved.reminder).toEqual({ at: iso(at + 3 * hours), minutesBefore: 60, sentAt: null })
  })

  it('stays in the second of two hours that clocks show alike when it is written back', async () => {
    world = await aWorld({
      timeZone: 'Europe/Berlin',
      weekly: [{ weekday: 7, startMinute: 0, endMinute: 1440 }],
    })
    rk = (await aKey(world)).key
    const id = await made({ record: '2031-10-26 03:30:00' })
    const startAt = Date.UTC(2031, 9, 26, 1, 30)
    await call('PATCH', `/api/bookings/${id}`, {
      token: world.owner.token,
      body: { startTime: iso(startAt) },
    })
    const record = await shown(id)
    expect(record.record).toBe('2031-10-26 02:30:00')
    await changed(id, { ...record, comment: 'the same hour' })
    expect(await query('select startAt from bookings where id = ?', id)).toEqual([{ startAt }])
  })

  it('is changed in what is said, and in nothing else', async () => {
    const id = await made({
      name: 'Ada',
      phone: '+1 555 0100',
      comment: 'A',
      custom_field1: 'a',
      custom_field2: 'b',
    })
    const before = await shown(id)
    const after = await changed(id, { comment: '', custom_field2: '', custom_field3: 'c', price: 10 })
    expect(after).toEqual({
      ...before,
      comment: null,
      custom_field2: null,
      custom_field3: 'c',
      price: '10',
      updated_at: '2031-03-03 08:00:15',
    })
  })

  it('has a card, and a place to pay what is due, that are real pages', async () => {
    const { url, prepayment_url } = await shown(await made({ name: 'Ada', status: 3, prepayment: 20 }))
    expect(new Set([url, prepayment_url]).size).toBe(2)
    for (const address of [url, prepayment_url]) {
      expect(new URL(address).origin).toBe(env.PUBLIC_ORIGIN)
      const led = (await call('GET', new URL(address).pathname)).headers.get('Location') ?? address
      const page = await call('GET', new URL(led, address).pathname)
      expect(page.headers.get('Content-Type')).toContain('text/html')
      expect([page.status, page.text]).toEqual([200, expect.stringContaining('Haircut')])
    }
  })

  it('is natively the same booking', async () => {
    const id = await made({ name: 'Ada', comment: 'x', custom_field1: 'y' })
    const { body } = await call('GET', `/api/bookings/${id}`, { token: world.owner.token })
    expect(body).toMatchObject({
      id,
      status: 'confirmed',
      startTime: '2031-03-04T10:00:00.000Z',
      customer: { name: 'Ada' },
      notes: 'x',
      customFields: { custom_field1: 'y' },
      source: 'api',
    })
  })

  it('is none that is no appointment', async () => {
    const id = await made({ status: 4 })
    await query("update bookings set kind = 'block', serviceId = null where id = ?", id)
    for (const method of ['get-record', 'update-record', 'remove-record']) {
      expect(await refusalOf(rk, method, { id })).toBe('Record not found')
    }
  })

  it('of another business does not exist', async () => {
    const id = await made()
    const { key } = await aKey(await aWorld())
    for (const method of ['get-record', 'update-record', 'remove-record']) {
      expect(await refusalOf(key, method, { id })).toBe('Record not found')
    }
    expect((await shown(id)).status).toBe(0)
  })
})

describe('a time', () => {
  it('that is taken is taken, and leaves the record as it was', async () => {
    await made()
    const id = await made({ record: '2031-03-04 12:00' })
    const taken = 'The time is already taken'
    expect(await refusalOf(rk, 'create-record', aRecord(world))).toBe(taken)
    expect(await refusalOf(rk, 'create-record', aRecord(world, { record: '2031-03-04 10:29:59' }))).toBe(
      taken,
    )
    expect(await refusalOf(rk, 'update-record', { id, record: '2031-03-04 09:45' })).toBe(taken)
    expect(await refusalOf(rk, 'update-record', { id, record: '2031-03-04 09:30', duration: 31 })).toBe(taken)
    expect((await shown(id)).record).toBe('2031-03-04 12:00:00')
  })

  it('is sold once across dialects', async () => {
    const id = await made()
    const body = {
      businessId: world.businessId,
      serviceId: world.serviceId,
      startTime: iso(monday + days + 2 * hours),
    }
    expect((await call('POST', '/api/bookings', { token: world.owner.token, body })).status).toBe(409)
    await dataOf(rk, 'remove-record', { id })
    expect((await call('POST', '/api/bookings', { token: world.owner.token, body })).status).toBe(201)
    expect(await refusalOf(rk, 'create-record', aRecord(world))).toBe('The time is already taken')
    const { lock, database } = await whoHolds(world)
    expect(lock).toEqual(database)
  })

  it('is that of the branch', async () => {
    world = await aWorld({ timeZone: 'Asia/Novosibirsk' })
    rk = (await aKey(world)).key
    const id = await made({ record: '2031-03-04 10:00', prepayment_date: '2031-03-01 12:00' })
    expect(await shown(id)).toMatchObject({
      record: '2031-03-04 10:00:00',
      created_at: '2031-03-03 15:00:05',
      prepayment_date: '2031-03-01 12:00:00',
    })
    const [row] = await query('select startAt from bookings where id = ?', id)
    expect(row).toEqual({ startAt: Date.UTC(2031, 2, 4, 3) })
  })

  it('of a reminder is that of Moscow', async () => {
    const id = await made({ reminder: '2031-03-04 09:30:15', reminder_minutes: 60 })
    expect((await shown(id)).reminder).toBe('2031-03-04 09:30:15')
    const [row] = await query('select remindAt from bookings where id = ?', id)
    expect(row).toEqual({ remindAt: Date.UTC(2031, 2, 4, 6, 30, 15) })
    // Without an instant, so many minutes before it begins.
    expect((await changed(id, { reminder_minutes: '60' })).reminder).toBe('2031-03-04 12:00:00')
    expect((await changed(id, { record: '2031-03-04 11:00' })).reminder).toBe('2031-03-04 13:00:00')
    expect((await changed(id, { reminder: null })).reminder).toBeNull()
  })

  it('that clocks skip is later by as much, and one that comes twice is the first of the two', async () => {
    world = await aWorld({ timeZone: 'Europe/Berlin', weekly: allDay })
    rk = (await aKey(world)).key
    expect((await shown(await made({ record: '2031-03-30 02:30:10' }))).record).toBe('2031-03-30 03:30:10')
    const id = await made({ record: '2031-10-26 02:30' })
    const [row] = await query('select startAt from bookings where id = ?', id)
    expect(row).toEqual({ startAt: Date.UTC(2031, 9, 26, 0, 30) })
  })

  it.each([
    '',
    'soon',
    '2031-02-30 10:00',
    '2031-03-04',
    '04.03.2031 10:00',
    '2031-03-04 25:00',
    '2031-03-04 10:60',
    5,
  ])('is none that reads %o', async (record) => {
    const word = record === '' ? 'required' : 'invalid'
    expect(await refusalOf(rk, 'create-record', aRecord(world, { record }))).toBe(`Field "record" is ${word}`)
  })

  const allDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 }))
})

describe('a status', () => {
  const titles = [
    'Записан',
    'На обслуживании',
    'Завершен',
    'Ожидание предоплаты',
    'Отменен',
    'Ожидает подтверждения',
    'Добавлено в корзину',
    'Перенос записи',
  ]

  it.each([
    [0, 'confirmed'],
    [1, 'checked_in'],
    [2, 'completed'],
    [3, 'awaiting_payment'],
    [4, 'cancelled'],
    [5, 'pending'],
    [6, 'held'],
    [7, 'rescheduling'],
  ])('%i is natively %s, and is read again as it was written', async (status, ours) => {
    const id = await made({ status })
    expect(await shown(id)).toMatchObject({ status, status_title: titles[status] })
    const { body } = await call('GET', `/api/bookings/${id}`, { token: world.owner.token })
    expect(body.status).toBe(ours)
  })

  it.each(['declined', 'expired', 'no_show'])('of ours that is %s reads as called off', async (ours) => {
    const id = await made({ status: 4 })
    await query('update bookings set status = ? where id = ?', ours, id)
    expect(await shown(id)).toMatchObject({ status: 4, status_title: 'Отменен' })
  })

  it.each([
    [5, 0],
    [3, 0],
    [6, 0],
    [0, 1],
    [1, 2],
    [0, 2],
    [0, 7],
    [7, 0],
    [0, 4],
    [5, 4],
    [4, 0],
  ])('can go from %i to %i', async (from, to) => {
    const id = await made({ status: from })
    expect(await changed(id, { status: to })).toMatchObject({ status: to, status_title: titles[to] })
    const { lock, database } = await whoHolds(world)
    expect(lock).toEqual(database)
  })

  it.each([
    [2, 0],
    [1, 0],
    [2, 4],
    [0, 6],
  ])('cannot go from %i to %i', async (from, to) => {
    const id = await made({ status: from })
    expect(await refusalOf(rk, 'update-record', { id, status: to })).toBe(
      `Status cannot be changed from ${from} to ${to}`,
    )
  })

  it('that a record has already may be set again', async () => {
    const id = await made()
    expect((await changed(id, { status: '0', comment: 'x' })).comment).toBe('x')
    await query("update bookings set status = 'declined' where id = ?", id)
    expect((await changed(id, { status: 4, comment: 'y' })).comment).toBe('y')
  })

  it('that comes back takes its time again, or is told that it is taken', async () => {
    const id = await made()
    await changed(id, { status: 4 })
    const other = await made()
    expect(await refusalOf(rk, 'update-record', { id, status: 0 })).toBe('The time is already taken')
    await dataOf(rk, 'remove-record', { id: other })
    expect((await changed(id, { status: 0 })).status).toBe(0)
    expect(await refusalOf(rk, 'create-record', aRecord(world))).toBe('The time is already taken')
  })

  it.each([1, 3, 5, 6, 7])('%i keeps its time', async (status) => {
    await made({ status })
    expect(await refusalOf(rk, 'create-record', aRecord(world))).toBe('The time is already taken')
  })

  it.each([2, 4])('%i takes no time', async (status) => {
    await made({ status })
    await made()
  })

  it('6 lapses after a quarter of an hour, and 3 never by itself', async () => {
    const [cart, unpaid] = [await made({ status: 6 }), await made({ status: 3, record: '2031-03-04 11:00' })]
    vi.setSystemTime(Date.now() + 15 * minutes)
    expect((await shown(cart)).status).toBe(4)
    vi.setSystemTime(Date.now() + 20 * hours)
    expect((await shown(unpaid)).status).toBe(3)
  })

  it.each([8, -1, '0.5', 'x', true])('is none that reads %o', async (status) => {
    expect(await refusalOf(rk, 'create-record', aRecord(world, { status }))).toBe('Field "status" is invalid')
  })
})

describe('money', () => {
  it('noted as paid in advance makes a booking partly paid, or paid, and is told natively', async () => {
    const id = await made({ price: 100, status: 5 })
    const record = await changed(id, { prepayment: 50.5, prepayment_date: '2031-03-01 10:00:00', status: 0 })
    expect(record).toMatchObject({ prepayment: '50.5', prepayment_date: '2031-03-01 10:00:00', status: 0 })
    const statusOf = async () =>
      (await call('GET', `/api/bookings/${id}`, { token: world.owner.token })).body.paymentStatus
    expect(await statusOf()).toBe('partially_paid')
    await changed(id, { prepayment: '100.00' })
    expect(await statusOf()).toBe('paid')
    const paid = await query("select type from events where type = 'payment.completed' and subjectId = ?", id)
    expect(paid).toHaveLength(2)
  })

  it.each([
    ['50.25', '50.25'],
    ['100.50', '100.5'],
    [300, '300'],
    ['0', '0'],
    [100.09999999999999, '100.1'],
  ])('%o is shown as %o', async (price, short) => {
    expect((await shown(await made({ price }))).price).toBe(short)
  })

  it.each(['-1', 'free', '1.001', -5, '1,50', {}])('is none that reads %o', async (price) => {
    expect(await refusalOf(rk, 'create-record', aRecord(world, { price }))).toBe('Field "price" is invalid')
  })

  it('is in the units of its currency', async () => {
    await query("update services set currency = 'JPY'")
    await query("update businesses set currency = 'JPY'")
    expect((await shown(await made({ price: '4500.0' }))).price).toBe('4500')
    expect(await refusalOf(rk, 'create-record', aRecord(world, { price: '1.5' }))).toBe(
      'Field "price" is invalid',
    )
  })

  it('is less with a coupon, by its code', async () => {
    const { businessId, owner } = world
    await createCoupon(contextOf(owner), {
      businessId,
      code: 'DSA123456',
      amount: { amountMinor: 1_000, currency: 'EUR' },
    })
    const id = await made({ coupon: 'DSA123456' })
    expect(await shown(id)).toMatchObject({ price: '45', coupon: 'DSA123456', coupon_discount: '10' })
    expect(await changed(id, { coupon: '' })).toMatchObject({ coupon: null, coupon_discount: '0' })
    expect(await refusalOf(rk, 'update-record', { id, coupon: 'NONE' })).toBe('Coupon not found')
  })
})

describe('records that belong together', () => {
  it('name the first of them', async () => {
    const first = await made()
    const second = await made({ record: '2031-03-04 11:00', parent_record: first })
    const third = await made({ record: '2031-03-04 12:00' })
    expect((await shown(second)).parent_record).toBe(first)
    expect((await shown(first)).parent_record).toBeNull()
    expect((await changed(third, { parent_record: second })).parent_record).toBe(first)
    expect(await refusalOf(rk, 'update-record', { id: third, parent_record: 1 })).toBe(
      'Field "parent_record" is invalid',
    )
  })
})

describe('a place', () => {
  async function aSecondBranch(timeZone: string) {
    const now = Date.now()
    const [branchId, staffId] = [newId(now), newId(now)]
    const { businessId } = world
    const columns = { businessId, createdAt: now, updatedAt: now }
    const address = {
      phone: null,
      email: null,
      street: null,
      city: null,
      region: null,
      postalCode: null,
      country: null,
    }
    const weekly = JSON.stringify(
      [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 })),
    )
    await write(
      inserting(branches)({
        ...columns,
        ...address,
        id: branchId,
        name: 'На Красном проспекте',
        timeZone,
        isDefault: 0,
      }),
      inserting(resources)({
        ...columns,
        id: staffId,
        branchId,
        kind: 'staff',
        name: 'Ксения',
        title: null,
        email: null,
        phone: null,
        active: 1,
        archivedAt: null,
      }),
      inserting(schedules)({ resourceId: staffId, businessId, weekly, updatedAt: now }),
    )
    await query("update services set performedBy = 'everybody' where businessId = ?", businessId)
    return { branchId, staffId }
  }

  it('can become another, with its own clocks', async () => {
    const { branchId, staffId } = await aSecondBranch('Asia/Novosibirsk')
    const id = await made()
    const there = { branch_id: branchId, cooperator_id: staffId, record: '2031-03-04 20:00:30' }
    expect(await changed(id, there)).toMatchObject({
      ...there,
      branch_title: 'На Красном проспекте',
      cooperator_title: 'Ксения',
    })
    const [row] = await query('select startAt from bookings where id = ?', id)
    expect(row).toEqual({ startAt: Date.UTC(2031, 2, 4, 13, 0, 30) })
  })

  it('can become another of which only the service changes', async () => {
    const serviceId = newId(Date.now())
    await write(
      aService({
        id: serviceId,
        businessId: world.businessId,
        name: 'Окрашивание',
        durationMinutes: 90,
        priceMinor: 9_000,
      }),
    )
    expect(await changed(await made(), { service_id: serviceId })).toMatchObject({
      service_id: serviceId,
      service_title: 'Окрашивание',
      duration: '90',
      price: '90',
    })
  })

  it('that there is not, or not there, is not found', async () => {
    const { branchId, staffId } = await aSecondBranch('UTC')
    const theirs = await aWorld()
    const wrong = (fields: object) => refusalOf(rk, 'create-record', aRecord(world, fields))
    for (const id of [1, theirs.branchId]) {
      expect(await wrong({ branch_id: id })).toBe('Branch not found')
    }
    for (const id of [1, theirs.staffIds[0], staffId]) {
      expect(await wrong({ cooperator_id: id })).toBe('Cooperator not found')
    }
    for (const id of [1, theirs.serviceId]) expect(await wrong({ service_id: id })).toBe('Service not found')
    const id = await made()
    const wrongly = (fields: object) => refusalOf(rk, 'update-record', { id, ...fields })
    expect(await wrongly({ branch_id: theirs.branchId })).toBe('Branch not found')
    expect(await wrongly({ branch_id: branchId })).toBe('Cooperator not found')
    expect(await wrongly({ cooperator_id: theirs.staffIds[0] })).toBe('Cooperator not found')
    expect(await wrongly({ service_id: theirs.serviceId })).toBe('Service not found')
  })
})

describe('a record that is removed', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'frees its time and is not found afterwards, whatever status it had: %i',
    async (status) => {
      const id = await made({ status })
      expect(await dataOf(rk, 'remove-record', { id })).toEqual([])
      for (const method of ['get-record', 'update-record', 'remove-record']) {
        expect(await refusalOf(rk, method, { id })).toBe('Record not found')
      }
      const { body } = await call('GET', `/api/bookings/${id}/history`, { token: world.owner.token })
      expect(body.history).toHaveLength(2)
      await made()
    },
  )
})

describe('what must be said', () => {
  it.each(['branch_id', 'cooperator_id', 'service_id', 'status', 'record'])(
    'of a new record is its %s',
    async (field) => {
      for (const nothing of [undefined, null, '']) {
        expect(await refusalOf(rk, 'create-record', aRecord(world, { [field]: nothing }))).toBe(
          `Field "${field}" is required`,
        )
      }
    },
  )

  it.each(['get-record', 'update-record', 'remove-record'])('to %s is which record', async (method) => {
    expect(await refusalOf(rk, method, {})).toBe('Field "id" is required')
    expect(await refusalOf(rk, method, { id: 'x' })).toBe('Field "id" is invalid')
    expect(await refusalOf(rk, method, { id: 1 })).toBe('Record not found')
  })

  it.each([
    ['email', 'nobody'],
    ['duration', 0],
    ['duration', '1.5'],
    ['whom', 'whom'],
    ['prepayment_date', 'yesterday'],
    ['reminder_minutes', -1],
    ['name', 'x'.repeat(257)],
    ['custom_field4', { a: 1 }],
  ])('of %s is not %o', async (field, value) => {
    expect(await refusalOf(rk, 'create-record', aRecord(world, { [field]: value }))).toBe(
      `Field "${field}" is invalid`,
    )
  })

  it('is not more than it needs: fields that nobody knows are passed over', async () => {
    await made({ custom_field11: 'x', status_title: 'Отменен', anything: [] })
  })
})

it('two who want the same time at once get one record', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => aKey(world)))
  const body = aRecord(world)
  const answers = await Promise.all(
    keys.map(({ key }) => call('POST', '/api2/create-record', { body: { ...body, rk: key } })),
  )
  const messages = answers.map((answer) => String(answer.body.message)).toSorted()
  expect(messages).toEqual(['Success', ...Array.from({ length: 7 }, () => 'The time is already taken')])
})
