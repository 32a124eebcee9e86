import { beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#domain/identifiers.ts'
import { deleteStaff } from '#domain/staff/delete-staff.ts'
import type { World } from '../../world.ts'
import {
  aBranch,
  aKey,
  aMember,
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

beforeEach(() => setClock())

const noSchedule = { weekly: [], overrides: [], timeOff: [] }

async function hire({ owner, businessId }: World, more: object = {}) {
  const body = { businessId, name: 'Bea', ...more }
  const answer = await call('POST', '/api/staff', { token: owner.token, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.body
}

async function listed({ businessId }: World, token: string, search = '') {
  const { status, body } = await call('GET', `/api/staff/business/${businessId}${search}`, { token })
  expect(status).toBe(200)
  return body
}
const ids = (list: { staff: { id: number }[] }) => list.staff.map(({ id }) => id)

const aSecondBranch = async ({ businessId }: World, timeZone: string) => {
  const id = newId(Date.now())
  await write(aBranch({ id, businessId, name: 'Second', timeZone }))
  return id
}

async function book({ owner, businessId, serviceId }: World, staffId: number, startAt: number) {
  const body = { businessId, serviceId, staffId, startTime: iso(startAt), customer: { name: 'Carla' } }
  const answer = await call('POST', '/api/bookings', { token: owner.token, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.body
}

/** Lets time pass; the owner signs in again. */
async function later({ owner }: World, at: number): Promise<void> {
  setClock(at)
  owner.token = await tokenOf(owner.id)
}

async function slots(
  { businessId, serviceId }: World,
  staffId: number,
  from = monday,
  to = monday + 12 * hours,
) {
  const search = `businessId=${businessId}&serviceId=${serviceId}&staffId=${staffId}&from=${iso(from)}&to=${iso(to)}`
  const { body } = await call('GET', `/api/bookings/availability?${search}`)
  return body.slots?.map(({ startTime }: { startTime: string }) => startTime)
}

describe('adding a staff member', () => {
  it('needs but a name, and puts them into the default branch', async () => {
    const world = await aWorld({ timeZone: 'Europe/Berlin' })
    const bea = await hire(world)
    expect(bea).toEqual({
      id: expect.any(Number),
      businessId: world.businessId,
      branchId: world.branchId,
      name: 'Bea',
      title: null,
      email: null,
      phone: null,
      active: true,
      timeZone: 'Europe/Berlin',
      schedule: noSchedule,
      createdAt: iso(monday),
      updatedAt: iso(monday),
    })
    expect((await listed(world, world.owner.token)).staff).toContainEqual(bea)
  })

  it('keeps all that is said of them, and they can be booked at once', async () => {
    const world = await aWorld()
    const branchId = await aSecondBranch(world, 'Asia/Kathmandu')
    const all = {
      branchId,
      title: 'Stylist',
      email: 'bea@example.com',
      phone: '+49 30 1234',
      schedule: { ...noSchedule, weekly: [{ weekday: 1, start: '17:00', end: '18:00' }] },
    }
    const bea = await hire(world, { ...all, serviceIds: [world.serviceId, world.serviceId] })
    expect(bea).toMatchObject({ ...all, timeZone: 'Asia/Kathmandu' })
    expect(await slots(world, bea.id)).toEqual([
      iso(monday + 3 * hours + 15 * minutes),
      iso(monday + 3 * hours + 45 * minutes),
    ])
  })

  it('is for those who manage one’s own business', async () => {
    const world = await aWorld()
    const post = async (token?: string) => {
      const body = { businessId: world.businessId, name: 'Bea' }
      const answer = await call('POST', '/api/staff', { token, body })
      return [answer.status, answer.body.code]
    }
    expect(await post()).toEqual([401, 'auth.required'])
    expect(await post((await aWorld()).owner.token)).toEqual([404, 'business.not_found'])
    expect(await post((await aMember(world, 'staff')).token)).toEqual([403, 'business.managers_only'])
    expect(await post((await aMember(world, 'manager')).token)).toEqual([201, undefined])
  })

  it('says what is wrong with each field', async () => {
    const world = await aWorld()
    const other = await aWorld()
    const wrong: [object, string, string][] = [
      [{ name: '' }, 'name', 'Name is required'],
      [{ email: 'bea' }, 'email', 'Email is not valid'],
      [{ colour: 'red' }, 'colour', 'Colour is not a known field'],
      [{ branchId: other.branchId }, 'branchId', `${other.branchId} not found in this business`],
      [
        { serviceIds: [world.serviceId, other.serviceId] },
        'serviceIds',
        `${other.serviceId} not found in this business`,
      ],
      [
        { schedule: { weekly: [{ weekday: 1, start: '10:00', end: '09:00' }] } },
        'schedule.weekly.0.start',
        'Start must be before end',
      ],
    ]
    for (const [more, field, message] of wrong) {
      const body = { businessId: world.businessId, name: 'Bea', ...more }
      const answer = await call('POST', '/api/staff', { token: world.owner.token, body })
      expect([answer.status, answer.body.errors]).toEqual([422, [{ field, message }]])
    }
  })
})

describe('the staff of a business', () => {
  it('shows everything to members, names and titles of the active ones to everybody else', async () => {
    const world = await aWorld()
    const bea = await hire(world, { title: 'Stylist', email: 'bea@example.com' })
    await hire(world, { name: 'Away', active: false })
    const own = await listed(world, (await aMember(world, 'staff')).token)
    expect(own.staff.map(({ name }: { name: string }) => name)).toEqual(['Staff 1', 'Bea', 'Away'])
    expect(own.staff[1]).toEqual(bea)
    const path = `/api/staff/business/${world.businessId}`
    const outsiders = [
      {},
      { token: (await aPerson()).token },
      { key: (await aKey(world, { scopes: ['services:read'] })).key },
    ]
    const names = {
      staff: [
        { id: world.staffIds[0], name: 'Staff 1', title: null },
        { id: bea.id, name: 'Bea', title: 'Stylist' },
      ],
      total: 2,
      page: 1,
      limit: 20,
      nextCursor: null,
    }
    for (const caller of outsiders) expect((await call('GET', path, caller)).body).toEqual(names)
    const foreign = await aKey(await aWorld())
    expect((await call('GET', path, { key: foreign.key })).status).toBe(404)
    expect((await call('GET', '/api/staff/business/1', { token: world.owner.token })).status).toBe(404)
  })

  it('comes by page and by cursor', async () => {
    const world = await aWorld({ staff: 5 })
    const { token } = world.owner
    const first = await listed(world, token, '?limit=2')
    const second = await listed(world, token, `?limit=2&cursor=${first.nextCursor}`)
    const third = await listed(world, token, `?limit=2&cursor=${second.nextCursor}`)
    expect([first, second, third].flatMap(ids)).toEqual(world.staffIds)
    expect(ids(await listed(world, token, '?limit=2&page=3'))).toEqual(ids(third))
  })
})

describe('changing a staff member', () => {
  it('changes what is given and leaves the rest', async () => {
    const world = await aWorld()
    const bea = await hire(world, { title: 'Stylist' })
    const branchId = await aSecondBranch(world, 'America/Lima')
    setClock(monday + 1000)
    const change = (body: object) => call('PATCH', `/api/staff/${bea.id}`, { token: world.owner.token, body })
    const after = { ...bea, name: 'Beatrice', title: null, active: false, updatedAt: iso(monday + 1000) }
    expect((await change({ name: 'Beatrice', title: null, active: false })).body).toEqual(after)
    const moved = { ...after, branchId, timeZone: 'America/Lima' }
    expect((await change({ branchId })).body).toEqual(moved)
    expect((await listed(world, world.owner.token)).staff).toContainEqual(moved)

    const foreign = await change({ branchId: (await aWorld()).branchId })
    expect([foreign.status, foreign.body.errors[0].field]).toEqual([422, 'branchId'])
    expect((await change({})).status).toBe(422)
  })

  it('is its business’s matter alone', async () => {
    const world = await aWorld()
    const path = `/api/staff/${world.staffIds[0]}`
    const { token } = (await aWorld()).owner
    const answers = [
      await call('PATCH', path, { token, body: { name: 'Mine' } }),
      await call('PUT', `${path}/schedule`, { token, body: noSchedule }),
      await call('DELETE', path, { token }),
      await call('DELETE', path, { token: (await aMember(world, 'staff')).token }),
      await call('PATCH', path, { body: { name: 'Mine' } }),
      await call('PATCH', path, { token: (await aMember(world, 'staff')).token, body: { name: 'Ours' } }),
      await call('PATCH', path, { token: (await aMember(world, 'manager')).token, body: { name: 'Ours' } }),
    ]
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'staff.not_found'],
      [404, 'staff.not_found'],
      [404, 'staff.not_found'],
      [403, 'business.owner_only'],
      [401, 'auth.required'],
      [403, 'business.managers_only'],
      [200, undefined],
    ])
  })
})

describe('the hours of a staff member', () => {
  it('are set by whoever manages the business, and by themselves, but by no other colleague', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna, ben] = world.staffIds as [number, number]
    const herself = await aMember(world, 'staff', anna)
    const set = async (staffId: number, { token }: { token: string }) => {
      const answer = await call('PUT', `/api/staff/${staffId}/schedule`, { token, body: noSchedule })
      return [answer.status, answer.body.code]
    }
    expect(await set(anna, herself)).toEqual([200, undefined])
    expect(await set(ben, herself)).toEqual([403, 'business.managers_only'])
    expect(await set(ben, await aMember(world, 'staff'))).toEqual([403, 'business.managers_only'])
    expect(await set(ben, await aMember(world, 'manager'))).toEqual([200, undefined])
  })
})

describe('the staff of one business', () => {
  it('are two hundred at most, and those who left do not count', async () => {
    const world = await aWorld({ staff: 200 })
    const body = { businessId: world.businessId, name: 'Bea' }
    const refused = await call('POST', '/api/staff', { token: world.owner.token, body })
    expect([refused.status, refused.body.code, refused.body.error]).toEqual([
      409,
      'staff.too_many',
      'Maximum 200 staff members',
    ])
    await call('DELETE', `/api/staff/${world.staffIds[0]}`, { token: world.owner.token })
    await hire(world)
  })
})

describe('a schedule', () => {
  const put = (world: World, body: object) => {
    return call('PUT', `/api/staff/${world.staffIds[0]}/schedule`, { token: world.owner.token, body })
  }

  it('is replaced as a whole, and answered in order and in UTC', async () => {
    const world = await aWorld()
    const schedule = {
      weekly: [
        { weekday: 5, start: '20:00', end: '26:00' },
        { weekday: 1, start: '13:00', end: '14:00' },
        { weekday: 1, start: '09:00', end: '10:00' },
      ],
      overrides: [
        {
          date: '2031-03-10',
          intervals: [
            { start: '12:00', end: '13:00' },
            { start: '08:00', end: '08:30' },
          ],
        },
        { date: '2031-03-05', intervals: [] },
      ],
      timeOff: [
        { from: '2031-04-01T00:00:00+02:00', to: '2031-04-02T00:00:00+02:00' },
        { from: '2031-03-03T09:30:00Z', to: '2031-03-03T13:30:00Z', reason: 'Dentist' },
      ],
    }
    const sorted = {
      weekly: [schedule.weekly[2], schedule.weekly[1], schedule.weekly[0]],
      overrides: [
        { date: '2031-03-05', intervals: [] },
        {
          date: '2031-03-10',
          intervals: [
            { start: '08:00', end: '08:30' },
            { start: '12:00', end: '13:00' },
          ],
        },
      ],
      timeOff: [
        { from: '2031-03-03T09:30:00.000Z', to: '2031-03-03T13:30:00.000Z', reason: 'Dentist' },
        { from: '2031-03-31T22:00:00.000Z', to: '2031-04-01T22:00:00.000Z', reason: null },
      ],
    }
    const answer = await put(world, schedule)
    expect([answer.status, answer.body]).toEqual([200, sorted])
    expect((await listed(world, world.owner.token)).staff[0].schedule).toEqual(sorted)

    const staffId = world.staffIds[0]!
    expect(await slots(world, staffId)).toEqual([iso(monday + 1 * hours), iso(monday + 5.5 * hours)])
    const nextMonday = monday + 7 * days
    expect(await slots(world, staffId, nextMonday - 8 * hours, nextMonday + 12 * hours)).toEqual(
      [0, 4, 4.5].map((after) => iso(nextMonday + after * hours)),
    )

    expect((await put(world, { weekly: [] })).body).toEqual(noSchedule)
    expect((await listed(world, world.owner.token)).staff[0].schedule).toEqual(noSchedule)
    expect(await slots(world, staffId)).toEqual([])
  })

  it('may be as long as it is allowed to be', async () => {
    const world = await aWorld()
    const many = (size: number) => Array.from({ length: size }, (_, index) => index)
    const schedule = {
      weekly: many(100).map((index) => {
        const hour = String(Math.floor(index / 7)).padStart(2, '0')
        return { weekday: (index % 7) + 1, start: `${hour}:00`, end: `${hour}:30` }
      }),
      overrides: many(400).map((index) => ({ date: iso(monday + index * days).slice(0, 10), intervals: [] })),
      timeOff: many(400).map((index) => ({
        from: iso(monday + index * days),
        to: iso(monday + index * days + 1),
      })),
    }
    expect((await put(world, schedule)).status).toBe(200)
    const { staff } = await listed(world, world.owner.token)
    expect(
      [staff[0].schedule.weekly, staff[0].schedule.overrides, staff[0].schedule.timeOff].map(
        ({ length }) => length,
      ),
    ).toEqual([100, 400, 400])
    for (const [name, entries] of Object.entries(schedule)) {
      const { status, body } = await put(world, { ...schedule, [name]: [...entries, entries[0]] })
      const message = `Maximum ${entries.length} entries`
      expect([status, body.errors]).toEqual([422, [{ field: name, message }]])
    }
  })

  it('is refused when it is larger than searches should read', async () => {
    const world = await aWorld()
    const timeOff = Array.from({ length: 300 }, (_, index) => ({
      from: iso(monday + index * days),
      to: iso(monday + index * days + 1),
      reason: 'x'.repeat(100),
    }))
    const { status, body } = await put(world, { weekly: [], timeOff })
    const message = 'A schedule is at most 32 KiB: leave out dates that have passed'
    expect([status, body.code, body.errors]).toEqual([
      422,
      'schedule.too_large',
      [{ field: 'overrides', message }],
    ])
  })

  it('says what is wrong with it, field by field, and stays what it was', async () => {
    const world = await aWorld()
    const before = (await listed(world, world.owner.token)).staff[0].schedule
    const shape = await put(world, {
      weekly: [{ weekday: 8, start: '9:00', end: '48:01' }],
      timeOff: [{ from: '2031-03-03T09:30:00', to: 'later' }],
      holidays: [],
    })
    expect([shape.status, shape.body.errors.map(({ field }: { field: string }) => field)]).toEqual([
      422,
      ['weekly.0.weekday', 'weekly.0.start', 'weekly.0.end', 'timeOff.0.from', 'timeOff.0.to', 'holidays'],
    ])
    expect(shape.body.errors[1].message).toBe('Start must be HH:MM, from 00:00 to 48:00')
    const off = { from: iso(monday), to: iso(monday + days) }
    const sense = await put(world, {
      weekly: [
        { weekday: 1, start: '20:00', end: '26:00' },
        { weekday: 2, start: '01:00', end: '03:00' },
        { weekday: 3, start: '10:00', end: '10:00' },
      ],
      overrides: [
        { date: '2031-02-29', intervals: [] },
        { date: '2031-03-01', intervals: [] },
        { date: '2031-03-01', intervals: [] },
      ],
      timeOff: [off, off, { from: off.to, to: off.from }],
    })
    expect([sense.status, sense.body.code]).toEqual([422, 'schedule.invalid'])
    expect(sense.body.errors).toEqual([
      { field: 'weekly.2.start', message: 'Start must be before end' },
      { field: 'weekly.1.start', message: 'Hours overlap with others' },
      { field: 'overrides.0.date', message: 'Date must be a YYYY-MM-DD date' },
      { field: 'overrides.2.date', message: 'Date is given twice' },
      { field: 'timeOff.2.from', message: 'From must be before to' },
      { field: 'timeOff.1.from', message: 'Time off is given twice' },
    ])
    expect((await listed(world, world.owner.token)).staff[0].schedule).toEqual(before)
  })
})

describe('removing a staff member', () => {
  const remove = (world: World, staffId: number | undefined, reassignTo?: number) => {
    const search = reassignTo === undefined ? '' : `?reassignTo=${reassignTo}`
    return call('DELETE', `/api/staff/${staffId}${search}`, { token: world.owner.token })
  }

  it('takes them out of lists and out of what can be booked', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna, ben] = world.staffIds as [number, number]
    const answer = await remove(world, anna)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(ids(await listed(world, world.owner.token))).toEqual([ben])
    expect(await slots(world, anna)).toBeUndefined()
    const services = await call('GET', `/api/services/business/${world.businessId}`)
    expect(services.body.services[0].staffIds).toEqual([ben])
    expect((await remove(world, anna)).status).toBe(404)

    // A service that only Ben performed is not everybody's once he is gone.
    const cora = await hire(world, { schedule: { weekly: [{ weekday: 1, start: '09:00', end: '17:00' }] } })
    expect((await remove(world, ben)).status).toBe(204)
    expect(await slots(world, cora.id)).toBeUndefined()
  })

  it('is refused while they have bookings to come, and only then', async () => {
    const world = await aWorld()
    const staffId = world.staffIds[0]!
    const booking = await book(world, staffId, monday + 2 * hours)
    const refused = await remove(world, staffId)
    expect([refused.status, refused.body.code]).toEqual([409, 'staff.has_bookings'])
    expect(ids(await listed(world, world.owner.token))).toEqual([staffId])

    const kept = await book(world, staffId, monday + 3 * hours)
    await call('POST', `/api/bookings/${kept.id}/cancel`, { token: world.owner.token })
    await later(world, monday + 2 * hours)
    expect((await remove(world, staffId)).status).toBe(204)
    const shown = await call('GET', `/api/bookings/${booking.id}`, { token: world.owner.token })
    expect(shown.body).toMatchObject({ staffId, status: 'confirmed' })
  })

  it('waits for no hold that has lapsed', async () => {
    const world = await aWorld()
    const staffId = world.staffIds[0]!
    const { businessId, serviceId, owner } = world
    const hold = { businessId, serviceId, startTime: iso(monday + 2 * hours), ttlSeconds: 60 }
    expect((await call('POST', '/api/bookings/holds', { token: owner.token, body: hold })).status).toBe(201)
    expect((await remove(world, staffId)).status).toBe(409)
    setClock(monday + 61_000)
    expect((await remove(world, staffId)).status).toBe(204)
  })

  it('hands the bookings to come to a colleague, whose time they then take', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna, ben] = world.staffIds as [number, number]
    const branchId = await aSecondBranch(world, 'Europe/Berlin')
    await call('PATCH', `/api/staff/${ben}`, { token: world.owner.token, body: { branchId } })
    const past = await book(world, anna, monday + hours)
    const bookings = [
      await book(world, anna, monday + 3 * hours),
      await book(world, anna, monday + 2 * days + hours),
    ]
    await later(world, monday + 2 * hours)
    expect((await remove(world, anna, ben)).status).toBe(204)
    await settled()

    for (const { id, startTime } of bookings) {
      const { body } = await call('GET', `/api/bookings/${id}`, { token: world.owner.token })
      expect(body).toMatchObject({ staffId: ben, branchId, timeZone: 'Europe/Berlin', startTime, version: 2 })
      const events = await query('select "type" from "events" where "subjectId" = ? order by "sequence"', id)
      expect(events).toEqual([{ type: 'booking.created' }, { type: 'booking.updated' }])
      const { body: told } = await call('GET', `/api/bookings/${id}/history`, { token: world.owner.token })
      expect(told.history[1]).toMatchObject({ staffId: ben, reason: 'reassigned' })
    }
    const { body: untouched } = await call('GET', `/api/bookings/${past.id}`, { token: world.owner.token })
    expect(untouched).toMatchObject({ staffId: anna, version: 1 })
    const { lock, database } = await whoHolds(world, ben)
    expect(database.map(([id]) => id)).toEqual(bookings.map(({ id }) => id))
    expect(lock).toEqual(database)
    expect((await whoHolds(world, anna)).database.map(([id]) => id)).toEqual([past.id])
  })

  it('stops at the booking that does not fit, and goes on when it does', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna, ben] = world.staffIds as [number, number]
    const first = await book(world, anna, monday + 2 * hours)
    const second = await book(world, anna, monday + 3 * hours)
    const inTheWay = await book(world, ben, monday + 3 * hours)
    const third = await book(world, anna, monday + 4 * hours)
    const whose = async () => {
      const rows = await query<{ resourceId: number; version: number }>(
        'select "resourceId", "version" from "bookings" where "id" in (?, ?, ?) order by "id"',
        first.id,
        second.id,
        third.id,
      )
      return rows.map(({ resourceId, version }) => [resourceId, version])
    }

    const refused = await remove(world, anna, ben)
    expect([refused.status, refused.body.code]).toEqual([409, 'staff.reassign_failed'])
    expect(refused.body.error).toContain(String(second.id))
    expect(await whose()).toEqual([
      [ben, 2],
      [anna, 1],
      [anna, 1],
    ])
    expect(ids(await listed(world, world.owner.token))).toEqual([anna, ben])

    await call('POST', `/api/bookings/${inTheWay.id}/cancel`, { token: world.owner.token })
    expect((await remove(world, anna, ben)).status).toBe(204)
    expect(await whose()).toEqual([
      [ben, 2],
      [ben, 2],
      [ben, 2],
    ])
  })

  it('hands over only what the colleague can do, and names what does not fit', async () => {
    const reasons: [string, (world: World, ben: number) => Promise<unknown>][] = [
      [
        'outside opening hours',
        (_, ben) => {
          const weekly = JSON.stringify([{ weekday: 7, startMinute: 540, endMinute: 600 }])
          return query('update "schedules" set "weekly" = ? where "resourceId" = ?', weekly, ben)
        },
      ],
      [
        'Nobody is there',
        ({ businessId }, ben) =>
          query('insert into "timeOff" values (?, ?, ?, ?, null)', businessId, ben, monday, monday + days),
      ],
      [
        'does not perform this service',
        (_, ben) => query('delete from "serviceResources" where "resourceId" = ?', ben),
      ],
    ]
    for (const [why, change] of reasons) {
      const world = await aWorld({ staff: 2 })
      const [anna, ben] = world.staffIds as [number, number]
      const booking = await book(world, anna, monday + 2 * hours)
      await change(world, ben)
      const refused = await remove(world, anna, ben)
      expect([refused.status, refused.body.code]).toEqual([409, 'staff.reassign_failed'])
      expect(refused.body.error).toContain(String(booking.id))
      expect(refused.body.error).toContain(why)
    }
  })

  it('knows no successor but an active colleague', async () => {
    const world = await aWorld({ staff: 2 })
    const [anna, ben] = world.staffIds as [number, number]
    const other = await aWorld()
    await call('PATCH', `/api/staff/${ben}`, { token: world.owner.token, body: { active: false } })
    for (const successor of [anna, ben, other.staffIds[0], 1]) {
      const { status, body } = await remove(world, anna, successor)
      expect([status, body.code]).toEqual([404, 'staff.not_found'])
    }
    const nonsense = await call('DELETE', `/api/staff/${anna}?reassignTo=ben`, { token: world.owner.token })
    expect(nonsense.status).toBe(400)
  })

  it('leaves no booking behind that was made in the meantime', async () => {
    const world = await aWorld()
    const staffId = world.staffIds[0]!
    const ctx = contextOf(world.owner, (ports) => ({
      ...ports,
      db: {
        read: (batch) => ports.db.read(batch),
        commit: async (statements) => {
          await book(world, staffId, monday + 2 * hours)
          return ports.db.commit(statements)
        },
      } as typeof ports.db,
    }))
    await expect(deleteStaff(ctx, { id: staffId })).rejects.toMatchObject({ code: 'staff.has_bookings' })
    expect(ids(await listed(world, world.owner.token))).toEqual([staffId])
  })
})
