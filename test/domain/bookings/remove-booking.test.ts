import { beforeEach, expect, it } from 'vitest'
import { changeAppointment } from '#domain/appointments/change-appointment.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { removeBooking } from '#domain/bookings/remove-booking.ts'
import { restoreBooking } from '#domain/bookings/restore-booking.ts'
import type { Context } from '#domain/context.ts'
import {
  aKey,
  aMember,
  aPerson,
  aWorld,
  call,
  contextOf,
  hours,
  iso,
  keyContextOf,
  minutes,
  monday,
  query,
  setClock,
  settled,
  tokenOf,
  whoHolds,
} from '../../world.ts'
import type { World } from '../../world.ts'

const tenOClock = monday + 2 * hours
let world: World

beforeEach(async () => {
  setClock()
  world = await aWorld()
})

async function booked(token = world.owner.token, startAt = tenOClock): Promise<number> {
  const { businessId, serviceId } = world
  const { body } = await call('POST', '/api/bookings', {
    token,
    body: { businessId, serviceId, startTime: iso(startAt) },
  })
  return body.id
}

const asOwner = () => ({ token: world.owner.token })
const remove = (id: number, options: object = asOwner()) => call('DELETE', `/api/bookings/${id}`, options)
const eventsOf = (id: number) =>
  query<{ type: string; status: string; removedAt: number | null }>(
    `select type, data ->> '$.status' as status, data ->> '$.removedAt' as removedAt from events
     where subjectId = ? order by sequence`,
    id,
  )

it('frees the slot at once, and its event says that it was removed', async () => {
  const id = await booked()
  expect((await remove(id)).status).toBe(204)
  expect((await whoHolds(world)).database).toEqual([])
  expect(await booked()).toBeGreaterThan(0)
  expect(await eventsOf(id)).toEqual([
    { type: 'booking.created', status: 'confirmed', removedAt: null },
    { type: 'booking.cancelled', status: 'cancelled', removedAt: monday },
  ])
})

it('hides what was over already, whose status stays', async () => {
  const id = await booked()
  setClock(tenOClock + hours)
  world.owner.token = await tokenOf(world.owner.id)
  await call('PATCH', `/api/bookings/${id}/status`, { ...asOwner(), body: { status: 'completed' } })
  expect((await remove(id)).status).toBe(204)
  expect((await eventsOf(id)).at(-1)).toEqual({
    type: 'booking.updated',
    status: 'completed',
    removedAt: tenOClock + hours,
  })
})

it('leaves what had lapsed as lapsed', async () => {
  const { serviceId } = world
  await query(`update services set confirmation = 'approval' where id = ?`, serviceId)
  const id = await booked((await aPerson()).token)
  setClock(tenOClock + minutes)
  world.owner.token = await tokenOf(world.owner.id)
  expect((await remove(id)).status).toBe(204)
  expect((await eventsOf(id)).at(-1)).toMatchObject({ type: 'booking.cancelled', status: 'expired' })
})

it('leaves nothing to be found, changed or removed again, but the history for the business', async () => {
  const ada = await aPerson()
  const id = await booked(ada.token)
  await remove(id)
  const requests: [string, string, object?][] = [
    ['GET', ''],
    ['PATCH', '', { notes: 'still there?' }],
    ['PATCH', '/status', { status: 'confirmed' }],
    ['POST', '/cancel', {}],
    ['DELETE', ''],
  ]
  for (const caller of [asOwner(), { token: ada.token }]) {
    for (const [method, path, body] of requests) {
      const answer = await call(method, `/api/bookings/${id}${path}`, { ...caller, ...(body && { body }) })
      expect([method, path, answer.status, answer.body.code]).toEqual([
        method,
        path,
        404,
        'booking.not_found',
      ])
    }
  }
  const history = await call('GET', `/api/bookings/${id}/history`, asOwner())
  expect(history.body.history.map(({ status, reason }: Record<string, string>) => [status, reason])).toEqual([
    ['confirmed', null],
    ['cancelled', 'removed'],
  ])
  expect((await call('GET', `/api/bookings/${id}/history`, { token: ada.token })).status).toBe(404)
})

it('leaves it out of every list and its count', async () => {
  const ada = await aPerson()
  const [gone, kept] = [await booked(ada.token), await booked(ada.token, tenOClock + hours)]
  await remove(gone)
  const { key } = await aKey(world)
  const of = `/api/bookings/business/${world.businessId}`
  const lists: [string, object][] = [
    [of, asOwner()],
    [`${of}?status=cancelled`, asOwner()],
    [`${of}?staffId=${world.staffIds[0]}`, asOwner()],
    ['/api/bookings/my-bookings', { token: ada.token }],
    ['/api/integrations/partner/bookings', { key }],
  ]
  for (const [path, caller] of lists) {
    const { body } = await call('GET', path, caller)
    const ids = body.bookings.map(({ id }: { id: number }) => id)
    expect([path, ids, body.total]).toEqual(path.includes('cancelled') ? [path, [], 0] : [path, [kept], 1])
  }
})

it('is the word of the business, of any of its members, and of keys that may manage bookings', async () => {
  const ada = await aPerson()
  const [one, two] = [await booked(ada.token), await booked(ada.token, tenOClock + hours)]
  const { key: writing } = await aKey(world, { scopes: ['bookings:write'] })
  const { key: managing } = await aKey(world, { scopes: ['bookings:manage'] })
  const { key: foreign } = await aKey(await aWorld())
  const answers = [
    await remove(one, { token: ada.token }),
    await remove(one, { token: (await aPerson()).token }),
    await remove(one, { key: writing }),
    await remove(one, { key: foreign }),
  ]
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [403, 'booking.not_yours_to_decide'],
    [404, 'booking.not_found'],
    [403, 'key.scope_missing'],
    [404, 'booking.not_found'],
  ])
  expect((await remove(one, { key: managing })).status).toBe(204)
  expect((await remove(two, { token: (await aMember(world, 'staff')).token })).status).toBe(204)
})

it('starts from the version that it names', async () => {
  const id = await booked()
  const stale = await remove(id, { ...asOwner(), headers: { 'If-Match': '"2"' } })
  expect([stale.status, stale.body.code]).toEqual([412, 'booking.stale'])
  expect((await remove(id, { ...asOwner(), headers: { 'If-Match': '"1"' } })).status).toBe(204)
})

it.each([
  ['restores', (ctx: Context, id: number) => restoreBooking(ctx, { id })],
  ['puts back', (ctx: Context, id: number) => changeAppointment(ctx, { id, status: 'confirmed' })],
])('is what remains when somebody %s the booking at the same moment, who is told so', async (_, verb) => {
  const id = await booked()
  await cancelBooking(contextOf(world.owner), { id })
  const late = contextOf(world.owner, (ports) => {
    const claim: typeof ports.locks.claim = async (...input) => {
      const answer = await ports.locks.claim(...input)
      await removeBooking(contextOf(world.owner), { id })
      return answer
    }
    return { ...ports, locks: { ...ports.locks, claim } }
  })
  await expect(verb(late, id)).rejects.toMatchObject({ code: 'booking.changed' })
  await settled()
  expect((await whoHolds(world)).lock).toEqual([])
  expect((await remove(id)).status).toBe(404)
})

it('forgets a hold like every other hold, and tells nobody', async () => {
  const { businessId, serviceId } = world
  const hold = await call('POST', '/api/bookings/holds', {
    ...asOwner(),
    body: { businessId, serviceId, startTime: iso(tenOClock) },
  })
  const id = hold.body.holdId
  await removeBooking(keyContextOf(world, ['bookings:manage']), { id })
  await settled()
  expect(await eventsOf(id)).toEqual([])
  const [row] = await query('select status, forgetAt is not null as forgotten from bookings where id = ?', id)
  expect(row).toEqual({ status: 'cancelled', forgotten: 1 })
  const again = await call('POST', '/api/bookings', {
    ...asOwner(),
    body: { businessId, serviceId, startTime: iso(tenOClock), holdId: id },
  })
  expect([again.status, again.body.code]).toEqual([404, 'hold.not_found'])
})

it('lets a person be erased from what was removed', async () => {
  const ada = await aPerson()
  const id = await booked(ada.token)
  await removeBooking(contextOf(world.owner), { id })
  const [customer] = await query<{ id: number }>('select customerId as id from bookings where id = ?', id)
  await query('update customers set accountId = null where id = ?', customer!.id)
  expect((await call('DELETE', `/api/customers/${customer!.id}`, asOwner())).status).toBe(204)
  const [row] = await query('select customerName from bookings where id = ?', id)
  expect(row).toEqual({ customerName: null })
})

it('cannot leave a slot taken out of sight, whoever writes', async () => {
  const id = await booked()
  await expect(query('update bookings set removedAt = 1 where id = ?', id)).rejects.toThrow('bookingsRemoved')
})
