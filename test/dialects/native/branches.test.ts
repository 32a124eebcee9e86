import { beforeEach, expect, it } from 'vitest'
import { mostBranches } from '#db/branches.ts'
import { newId } from '#domain/identifiers.ts'
import {
  aBranch,
  aKey,
  aMember,
  aPerson,
  aWorld,
  call,
  hours,
  iso,
  monday,
  query,
  setClock,
  write,
} from '../../world.ts'
import type { World } from '../../world.ts'

let world: World

beforeEach(async () => {
  setClock()
  world = await aWorld()
})

const asOwner = () => ({ token: world.owner.token })
const create = (more: object = {}, caller: object = asOwner()) =>
  call('POST', '/api/branches', { ...caller, body: { businessId: world.businessId, name: 'Mitte', ...more } })
const change = (id: number, body: object, caller: object = asOwner()) =>
  call('PATCH', `/api/branches/${id}`, { ...caller, body })
const list = (caller: object = {}, businessId = world.businessId) =>
  call('GET', `/api/branches/business/${businessId}`, caller)

const address = { street: 'Torstraße 2', city: 'Berlin', postalCode: '10119', country: 'DE' }

it('is opened on the clock of the business unless it has one of its own, and listed for everybody', async () => {
  const first = await create()
  const second = await create({ name: 'Tokyo', timeZone: 'Asia/Tokyo', phone: '+81 3 1234 567', address })
  expect([first.status, second.status]).toEqual([201, 201])
  expect(first.body).toMatchObject({ name: 'Mitte', timeZone: 'UTC', isDefault: false, address: null })
  expect(second.body).toMatchObject({ timeZone: 'Asia/Tokyo', address: { ...address, region: null } })
  const { body } = await list()
  expect(body.total).toBe(3)
  expect(body.branches.map(({ id, isDefault }: Record<string, unknown>) => [id, isDefault])).toEqual([
    [world.branchId, true],
    [first.body.id, false],
    [second.body.id, false],
  ])
})

it('is seen by whoever may see the business, and by no key of another', async () => {
  const { key } = await aKey(world, { scopes: ['services:read'] })
  const { key: foreign } = await aKey(await aWorld())
  const { token } = await aPerson()
  await query('update businesses set active = 0 where id = ?', world.businessId)
  expect([(await list()).status, (await list({ token })).status, (await list(asOwner())).status]).toEqual([
    404, 404, 200,
  ])
  await query('update businesses set active = 1 where id = ?', world.businessId)
  expect([(await list({ key })).status, (await list({ key: foreign })).status]).toEqual([200, 404])
})

it('is changed by managers, and by keys that may', async () => {
  const { token: staff } = await aMember(world, 'staff')
  const { token: manager } = await aMember(world, 'manager')
  const { key } = await aKey(world, { scopes: ['branches:write'] })
  const { key: other } = await aKey(world, { scopes: ['services:read'] })
  const { token: stranger } = await aPerson()
  const callers = [{ token: staff }, { token: manager }, { key }, { key: other }, { token: stranger }]
  for (const [caller, expected] of callers.map((one, at) => [one, [403, 200, 200, 403, 404][at]] as const)) {
    expect((await change(world.branchId, { phone: '+49 30 1234' }, caller)).status).toBe(expected)
    expect((await create({}, caller)).status).toBe(expected === 200 ? 201 : expected)
  }
})

it('keeps what a change does not name, and its address is replaced as a whole', async () => {
  const { body } = await create({ phone: '+49 30 1234', address })
  const changed = await change(body.id, { name: 'Nord', address: { city: 'Kiel', country: 'DE' } })
  expect(changed.body).toMatchObject({
    name: 'Nord',
    phone: '+49 30 1234',
    address: { street: null, city: 'Kiel', region: null, postalCode: null, country: 'DE' },
  })
  expect((await change(body.id, { address: null })).body.address).toBeNull()
  for (const wrong of [{}, { timeZone: 'Mars/Olympus' }, { address: { city: 'Kiel', country: 'Germany' } }]) {
    expect((await change(body.id, wrong)).status).toBe(422)
  }
})

it('is where its staff are booked, by its clock', async () => {
  const { body: branch } = await create({ timeZone: 'Asia/Tokyo' })
  const { body: staff } = await call('POST', '/api/staff', {
    ...asOwner(),
    body: {
      businessId: world.businessId,
      branchId: branch.id,
      name: 'Yuki',
      serviceIds: [world.serviceId],
      schedule: { weekly: [{ weekday: 2, start: '09:00', end: '17:00' }] },
    },
  })
  expect([staff.branchId, staff.timeZone]).toEqual([branch.id, 'Asia/Tokyo'])
  const nineInTokyo = Date.UTC(2031, 2, 4)
  const { status, body } = await call('POST', '/api/bookings', {
    ...asOwner(),
    body: {
      businessId: world.businessId,
      serviceId: world.serviceId,
      branchId: branch.id,
      startTime: iso(nineInTokyo),
    },
  })
  expect([status, body.branchId, body.staffId, body.timeZone]).toEqual([
    201,
    branch.id,
    staff.id,
    'Asia/Tokyo',
  ])
})

it('that moves to another time zone leaves what was booked at its instant, and its hours by the new clock', async () => {
  const { businessId, serviceId, branchId } = world
  const at = monday + 2 * hours
  const booked = await call('POST', '/api/bookings', {
    ...asOwner(),
    body: { businessId, serviceId, startTime: iso(at) },
  })
  await change(branchId, { timeZone: 'Asia/Tokyo' })
  const { body } = await call('GET', `/api/bookings/${booked.body.id}`, asOwner())
  expect([body.startTime, body.timeZone]).toEqual([iso(at), 'UTC'])
  // Open from nine to five, which in Tokyo is midnight to eight in UTC.
  const slots = await call(
    'GET',
    `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}&from=${iso(monday + 16 * hours)}&to=${iso(monday + 40 * hours)}`,
  )
  const starts = slots.body.slots.map(({ startTime }: { startTime: string }) => startTime)
  expect([starts[0], starts.at(-1)]).toEqual(['2031-03-04T00:00:00.000Z', '2031-03-04T07:30:00.000Z'])
  const moved = await call('PATCH', `/api/bookings/${booked.body.id}`, {
    ...asOwner(),
    body: { startTime: iso(monday + 16 * hours) },
  })
  expect([moved.status, moved.body.timeZone]).toEqual([200, 'Asia/Tokyo'])
})

it('is one of a hundred at most', async () => {
  const { businessId } = world
  const more = Array.from({ length: mostBranches - 1 }, () => aBranch({ id: newId(Date.now()), businessId }))
  await write(...more)
  const { status, body } = await create()
  expect([status, body.code]).toEqual([409, 'branch.too_many'])
})
