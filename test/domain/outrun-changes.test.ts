// Of two who change the same thing at once, whoever is outrun makes the change anew: both have their say.
import { beforeEach, expect, it } from 'vitest'
import { createCustomer } from '#domain/customers/create-customer.ts'
import { deleteCustomer } from '#domain/customers/delete-customer.ts'
import { getCustomer } from '#domain/customers/get-customer.ts'
import { listCustomers } from '#domain/customers/list-customers.ts'
import { updateCustomer } from '#domain/customers/update-customer.ts'
import { createRate } from '#domain/rates/create-rate.ts'
import { getRate } from '#domain/rates/get-rate.ts'
import { updateRate } from '#domain/rates/update-rate.ts'
import { createRoomType } from '#domain/room-types/create-room-type.ts'
import { getRoomType } from '#domain/room-types/get-room-type.ts'
import { updateRoomType } from '#domain/room-types/update-room-type.ts'
import { createRoom } from '#domain/rooms/create-room.ts'
import { getRoom } from '#domain/rooms/get-room.ts'
import { updateRoom } from '#domain/rooms/update-room.ts'
import { newId } from '#domain/identifiers.ts'
import { aBranch, aWorld, contextOf, outrunContextOf, setClock, write } from '../world.ts'
import type { World } from '../world.ts'

let world: World
beforeEach(async () => {
  setClock()
  world = await aWorld()
})

it('of a customer, who is found by both', async () => {
  const { businessId, owner } = world
  const { id } = await createCustomer(contextOf(owner), {
    businessId,
    name: 'Novak',
    details: { comments: 'Quiet room' },
  })
  const other = () => updateCustomer(contextOf(owner), id, { name: 'Kos', details: { idCard: 'X1' } })
  const changed = await updateCustomer(outrunContextOf(owner, other), id, {
    phone: '+386 40 111 222',
    details: { address: 'Glavni trg 1' },
  })
  expect(changed).toMatchObject({
    name: 'Kos',
    phone: '+386 40 111 222',
    details: { comments: 'Quiet room', address: 'Glavni trg 1', idCard: 'X1' },
  })
  expect(await getCustomer(contextOf(owner), id)).toEqual(changed)
  for (const search of ['kos', '40 111']) {
    const page = { page: 1, limit: 9 }
    const { entries } = await listCustomers(contextOf(owner), { businessId, search }, page)
    expect([search, entries.map((entry) => entry.id)]).toEqual([search, [id]])
  }
})

it('of a customer who was deleted meanwhile, nobody is left to change', async () => {
  const { businessId, owner } = world
  const { id } = await createCustomer(contextOf(owner), { businessId, name: 'Novak' })
  const late = outrunContextOf(owner, () => deleteCustomer(contextOf(owner), id))
  await expect(updateCustomer(late, id, { name: 'Kos' })).rejects.toMatchObject({
    code: 'customer.not_found',
  })
})

it('of a rate, with its cancellation policy', async () => {
  const { businessId, owner } = world
  const { id } = await createRate(contextOf(owner), { businessId, name: 'Flexible' })
  const other = () => updateRate(contextOf(owner), id, { name: 'Saver', cancellation: { deadlineDays: 7 } })
  const changed = await updateRate(outrunContextOf(owner, other), id, {
    meal: 'breakfast',
    cancellation: { penaltyPercent: 50 },
  })
  expect(changed).toMatchObject({
    name: 'Saver',
    meal: 'breakfast',
    cancellation: { deadlineDays: 7, penaltyPercent: 50 },
  })
  expect(await getRate(contextOf(owner), id)).toEqual(changed)
})

it('of a room type', async () => {
  const { businessId, owner } = world
  const { id } = await createRoomType(contextOf(owner), { businessId, form: 'villa', maxPersons: 4 })
  const other = () => updateRoomType(contextOf(owner), id, { maxAdults: 3 })
  const changed = await updateRoomType(outrunContextOf(owner, other), id, { equipment: ['pool'] })
  expect(changed).toMatchObject({ maxAdults: 3, equipment: ['pool'] })
  expect(await getRoomType(contextOf(owner), id)).toEqual(changed)
})

it('of a room, and never against each other: more adults than persons are refused, whoever is first', async () => {
  const { businessId, owner } = world
  const { id } = await createRoom(contextOf(owner), { businessId, name: 'Blue', persons: 4, maxAdults: 2 })
  const branchId = newId(Date.now())
  await write(aBranch({ id: branchId, businessId }))
  const other = () => updateRoom(contextOf(owner), { id, name: 'Red', persons: 3, equipment: ['pool'] })
  const changed = await updateRoom(outrunContextOf(owner, other), { id, branchId, maxAdults: 3 })
  expect(changed).toMatchObject({ name: 'Red', persons: 3, maxAdults: 3, equipment: ['pool'], branchId })
  expect(await getRoom(contextOf(owner), id)).toEqual(changed)
  const smaller = () => updateRoom(contextOf(owner), { id, persons: 1, maxAdults: 1 })
  await expect(updateRoom(outrunContextOf(owner, smaller), { id, maxAdults: 2 })).rejects.toMatchObject({
    errors: [{ field: 'maxAdults' }],
  })
})
