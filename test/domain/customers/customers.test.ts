// Whom a business has written down: found by words, in any order, and by nobody else.
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { customerList } from '#db/customers.ts'
import type { CustomerQuery } from '#db/customers.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { createCustomer } from '#domain/customers/create-customer.ts'
import type { CustomerDetails } from '#domain/customers/customer.ts'
import { deleteCustomer } from '#domain/customers/delete-customer.ts'
import { getCustomer } from '#domain/customers/get-customer.ts'
import { listCustomers } from '#domain/customers/list-customers.ts'
import type { CustomerWish } from '#domain/customers/list-customers.ts'
import { updateCustomer } from '#domain/customers/update-customer.ts'
import { aPerson, aWorld, contextOf, days, hours, monday, query, setClock, settled } from '../../world.ts'
import type { World } from '../../world.ts'

let world: World
beforeEach(async () => {
  setClock()
  world = await aWorld({ timeZone: 'Europe/Ljubljana' })
})

const known = (details: CustomerDetails, { businessId, owner } = world) =>
  createCustomer(contextOf(owner), { businessId, ...details })
const found = async (asked: Omit<CustomerWish, 'businessId'> = {}, { businessId, owner } = world) => {
  const page = { page: 1, limit: 50 }
  const { entries } = await listCustomers(contextOf(owner), { businessId, ...asked }, page)
  return entries.map(({ name }) => name)
}
const book = (customer: { name: string; email?: string }, startAt = monday + 2 * hours) => {
  const { businessId, serviceId } = world
  return createBooking(contextOf(world.owner), { businessId, serviceId, startAt, customer })
}

describe('a customer', () => {
  it('is kept with all that was said of them, dated by the clock of the business', async () => {
    const said = {
      name: 'Novak',
      forename: 'Ana',
      email: 'ana@example.com',
      phone: '+386 40 111 222',
      companyName: 'Novak d.o.o.',
      taxId: 'SI12345678',
      kind: 'regular',
      language: 'sl',
      countryId: 705,
      details: { personalId: '010190', idCard: 'X1', address: 'Glavni trg 1', comments: 'Quiet room' },
    } as const
    const { id } = await known(said)
    expect(await getCustomer(contextOf(world.owner), id)).toEqual({
      id,
      businessId: world.businessId,
      accountId: null,
      countryCode: null,
      erasedAt: null,
      createdAt: monday,
      updatedAt: monday,
      timeZone: 'Europe/Ljubljana',
      ...said,
    })
  })

  it('is changed in what is named, and keeps the rest', async () => {
    const { id } = await known({
      name: 'Novak',
      forename: 'Ana',
      details: { idCard: 'X1', comments: 'Late' },
    })
    setClock(monday + hours)
    const changes = { forename: null, kind: 'unwanted', details: { comments: null } } as const
    const after = await updateCustomer(contextOf(world.owner), id, changes)
    expect(after).toMatchObject({
      name: 'Novak',
      forename: null,
      kind: 'unwanted',
      details: { idCard: 'X1', comments: null },
      createdAt: monday,
      updatedAt: monday + hours,
    })
    expect(await getCustomer(contextOf(world.owner), id)).toEqual(after)
  })

  it('is not there for anybody else', async () => {
    const { id } = await known({ name: 'Ana' })
    const other = await aWorld()
    const ctx = () => contextOf(other.owner)
    const refused = { code: 'customer.not_found' }
    await expect(getCustomer(ctx(), id)).rejects.toMatchObject(refused)
    await expect(updateCustomer(ctx(), id, { name: 'Mine' })).rejects.toMatchObject(refused)
    await expect(deleteCustomer(ctx(), id)).rejects.toMatchObject(refused)
    const { businessId } = world
    const theirs = { code: 'business.not_found' }
    await expect(createCustomer(ctx(), { businessId, name: 'Mine' })).rejects.toMatchObject(theirs)
    await expect(listCustomers(ctx(), { businessId }, { page: 1, limit: 1 })).rejects.toMatchObject(theirs)
    expect(await found()).toEqual(['Ana'])
    expect(await found({ search: 'ana' }, other)).toEqual([])
  })

  it('with an account stays tied to it, and is theirs alone to delete', async () => {
    const ada = await aPerson()
    const { businessId, serviceId } = world
    const startAt = monday + 2 * hours
    const { customerId } = await createBooking(contextOf(ada), { businessId, serviceId, startAt })
    await updateCustomer(contextOf(world.owner), customerId!, { name: 'Countess', kind: 'regular' })
    expect(await query('select accountId, name from customers where id = ?', customerId)).toEqual([
      { accountId: ada.id, name: 'Countess' },
    ])
    await expect(deleteCustomer(contextOf(world.owner), customerId!)).rejects.toMatchObject({
      code: 'customer.has_account',
    })
  })
})

describe('customers are found', () => {
  it.each([
    ['nov', ['Novák']],
    ['NOVAK', ['Novák']],
    ['ana nov', ['Novák']],
    ['novak petra', []],
    ['ana.novak@', ['Novák']],
    ['example.com', ['Novák', 'Øster']],
    ['øst', ['Øster']],
    ['+386 40 111 222', ['Novák']],
    ['38640111', ['Novák']],
    ['40 111', ['Novák']],
    ['1222', ['Novák']],
    ['ovak', []],
    ['!?', []],
    ['%', []],
  ])('by the beginnings of their words: %s', async (search, names) => {
    await known({ name: 'Novák', forename: 'Ana', email: 'ana.novak@example.com', phone: '+386 40 111 222' })
    await known({ name: 'Øster', email: 'o@example.com', phone: '5550' })
    expect(await found({ search })).toEqual(names)
  })

  it('by what they are called now, and whoever wrote them down', async () => {
    await book({ name: 'Grace Hopper', email: 'grace@example.com' })
    await settled()
    expect(await found({ search: 'hop' })).toEqual(['Grace Hopper'])
    const [row] = await query<{ id: number }>(
      'select id from customers where businessId = ?',
      world.businessId,
    )
    await updateCustomer(contextOf(world.owner), row!.id, { name: 'Murray' })
    expect(await found({ search: 'hop' })).toEqual([])
    expect(await found({ search: 'murray' })).toEqual(['Murray'])
  })

  it('by language, country, and what the business thinks of them', async () => {
    await known({ name: 'A', language: 'sl', countryId: 705, kind: 'regular' })
    await known({ name: 'B', language: 'sl', countryId: 40, companyName: 'B Ltd' })
    await known({ name: 'C', language: 'de', taxId: '123' })
    expect(await found({ language: 'sl' })).toEqual(['A', 'B'])
    expect(await found({ countryId: 40 })).toEqual(['B'])
    expect(await found({ kind: 'regular' })).toEqual(['A'])
    expect(await found({ isCompany: true })).toEqual(['B', 'C'])
    expect(await found({ isCompany: false })).toEqual(['A'])
    expect(await found({ isCompany: true, language: 'de', search: 'c' })).toEqual(['C'])
  })

  it('in the order asked for, with how many there are', async () => {
    const first = await known({ name: 'b', forename: 'X' })
    await known({ name: 'C' })
    await known({ name: 'A', forename: 'Y' })
    setClock(monday + hours)
    await updateCustomer(contextOf(world.owner), first.id, { forename: 'Z' })
    expect(await found({ by: 'name' })).toEqual(['A', 'b', 'C'])
    expect(await found({ by: 'name', descending: true })).toEqual(['C', 'b', 'A'])
    expect(await found({ by: 'forename' })).toEqual(['C', 'A', 'b'])
    expect(await found({ by: 'updatedAt', descending: true })).toEqual(['b', 'A', 'C'])
    expect(await found({ descending: true })).toEqual(['A', 'C', 'b'])
    const { businessId, owner } = world
    const page = await listCustomers(contextOf(owner), { businessId, by: 'name' }, { page: 2, limit: 2 })
    expect(page).toMatchObject({ entries: [{ name: 'C' }], total: 3 })
  })
})

describe('a customer who is deleted', () => {
  it('is gone, and nobody’s in the bookings that are over', async () => {
    const { id, customerId } = await book({ name: 'Grace' })
    await settled()
    setClock(monday + days)
    await deleteCustomer(contextOf(world.owner), customerId!)
    await expect(getCustomer(contextOf(world.owner), customerId!)).rejects.toMatchObject({
      code: 'customer.not_found',
    })
    expect(await found()).toEqual([])
    expect(await query('select customerName, resourceId from bookings where id = ?', id)).toEqual([
      { customerName: null, resourceId: world.staffIds[0] },
    ])
  })

  it('has nothing to come any more: until then they stay', async () => {
    const { id, customerId } = await book({ name: 'Grace' })
    await expect(deleteCustomer(contextOf(world.owner), customerId!)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'customer.has_bookings',
    })
    await cancelBooking(contextOf(world.owner), { id })
    await deleteCustomer(contextOf(world.owner), customerId!)
    expect(await found()).toEqual([])
  })

  it('is found by no word', async () => {
    const { id } = await known({ name: 'Zyxwvut', email: 'zyxwvut@example.com' })
    expect(await query('select word from searchWords where id = ?', id)).not.toEqual([])
    await deleteCustomer(contextOf(world.owner), id)
    expect(await query('select word from searchWords where id = ?', id)).toEqual([])
  })
})

describe('among many', () => {
  let first = 1_000_000
  const crowd = async (count: number, businessId = world.businessId) => {
    await query(
      `with recursive n(i) as (select ?1 union all select i + 1 from n where i < ?1 + ?2 - 1)
       insert into customers (id, businessId, name, forename, kind, details, words, createdAt, updatedAt)
       select i, ?3, 'crowd' || i, 'some', 'none', '{}', json_array('crowd' || i, 'some'), i, i from n`,
      first,
      count,
      businessId,
    )
    first += count
  }
  const rowsRead = async (asked: Partial<CustomerQuery>, countUpTo = 100) => {
    const wish = { businessId: world.businessId, by: 'id', descending: true, ...asked } as const
    const list = customerList(wish, { page: 1, limit: 20 }, countUpTo)
    const results = Object.values(list).map(({ text, values }) =>
      env.DB.prepare(text)
        .bind(...values)
        .all(),
    )
    return (await Promise.all(results)).reduce((sum, { meta }) => sum + meta.rows_read, 0)
  }

  it.each<[string, Partial<CustomerQuery>]>([
    ['all', {}],
    ['by name', { by: 'name' }],
    ['by forename', { by: 'forename' }],
    ['by when they were changed', { by: 'updatedAt' }],
    ['of a language that nobody speaks', { by: 'name', language: 'xx' }],
    ['of companies', { isCompany: true }],
    ['of a rare name', { by: 'name', words: '["crowd1000007"]' }],
  ])('a list reads no more than it shows and counts: %s', async (_, asked) => {
    await crowd(400)
    const few = await rowsRead(asked)
    await crowd(1200)
    await crowd(1200, (await aWorld()).businessId)
    const many = await rowsRead(asked)
    expect(many).toBe(few)
    expect(many).toBeLessThan(500)
  })

  it('a search for what all have looks at a thousand of them', async () => {
    const asked = { by: 'name', words: '["some","cr"]' } as const
    await crowd(1500)
    const few = await rowsRead(asked, 10_000)
    await crowd(1500)
    expect(await rowsRead(asked, 10_000)).toBe(few)
    const list = await listCustomers(
      contextOf(world.owner),
      { businessId: world.businessId, search: 'some' },
      { page: 1, limit: 1 },
    )
    expect(list.total).toBe(1000)
  })
})
